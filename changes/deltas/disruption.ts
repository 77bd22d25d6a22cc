import { z } from "zod";
import { type Risk } from "../risks/classes";
import { type Pair, type Told } from "./told";

const aftermath = z.object({ lost: z.number(), serves: z.boolean() });

/** The parts of `npm run report -- disruption --json` that are compared. */
export const disruptionSchema = z.object({
  workloads: z.array(
    z.object({
      name: z.string(),
      pods: z.number(),
      evictions: z.number(),
      nodeLoss: aftermath,
      zoneLoss: aftermath,
      rollingUpdate: aftermath,
      nodeGroupUpgrade: aftermath,
    }),
  ),
});
type Disruption = z.infer<typeof disruptionSchema>;
type Workload = Disruption["workloads"][number];

/** One thing that a workload stands otherwise than before, at its smallest. */
export interface DisruptionRow {
  readonly workload: string;
  readonly what: string;
  readonly sides: Pair<string>;
  readonly worse: boolean;
}

const events = [
  ["nodeLoss", "a lost node"],
  ["zoneLoss", "a lost zone"],
  ["rollingUpdate", "an update"],
  ["nodeGroupUpgrade", "an upgrade of its nodes"],
] as const;

/** Compares what two revisions say that workloads stand; those that are new or gone are told by their resources. */
export function compareDisruption(before: Told<Disruption>, after: Told<Disruption>): Told<readonly DisruptionRow[]> {
  if ("reason" in after) return { reason: `the head does not tell it: ${after.reason}` };
  if ("reason" in before) return { reason: `the base does not tell it: ${before.reason}` };
  const old = new Map(before.data.workloads.map((workload) => [workload.name, workload]));
  return {
    data: after.data.workloads.flatMap((workload) => {
      const former = old.get(workload.name);
      return former ? compareWorkload(former, workload) : [];
    }),
  };
}

function compareWorkload(before: Workload, after: Workload): DisruptionRow[] {
  const rows: DisruptionRow[] = [];
  const row = (what: string, left: string, right: string, worse: boolean) => {
    if (left !== right) rows.push({ workload: after.name, what, sides: { before: left, after: right }, worse });
  };
  row("pods at the least", `${before.pods}`, `${after.pods}`, after.pods < before.pods);
  row("evictions at once", `${before.evictions}`, `${after.evictions}`, after.evictions < 1);
  for (const [event, title] of events) {
    const [left, right] = [before[event], after[event]];
    row(title, describe(left), describe(right), left.serves && !right.serves);
  }
  return rows;
}

function describe({ lost, serves }: z.infer<typeof aftermath>): string {
  return `${lost} lost, ${serves ? "serves" : "stops"}`;
}

/** What a reviewer should know of it. */
export function disruptionRisks(rows: readonly DisruptionRow[]): Risk[] {
  return rows
    .filter(({ worse }) => worse)
    .map(({ workload, what, sides }) => ({
      class: "availability",
      subject: workload,
      what: `${what}: ${sides.before} → ${sides.after}`,
    }));
}
