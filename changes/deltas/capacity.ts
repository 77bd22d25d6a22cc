import { z } from "zod";
import { type Risk } from "../risks/classes";
import { type Pair, type Told } from "./told";

/** The parts of `npm run report -- capacity --json` that are compared. */
export const capacitySchema = z.object({
  fits: z.boolean(),
  neededNodes: z.number(),
  maximumNodes: z.number(),
  pools: z.array(
    z.object({
      name: z.string(),
      minimum: z.number(),
      maximum: z.number(),
      moments: z.array(
        z.object({
          moment: z.string(),
          pods: z.number(),
          nodesForAnyOrder: z.number().optional(),
          asked: z.object({ cpuMillicores: z.number(), memoryMebibytes: z.number() }),
          verdict: z.object({ verdict: z.string() }),
        }),
      ),
    }),
  ),
});
type Capacity = z.infer<typeof capacitySchema>;
type Moment = Capacity["pools"][number]["moments"][number];

/** One pool at one load, on both sides; a pool that is only on one has nothing on the other. */
export interface CapacityRow {
  readonly pool: string;
  readonly moment: string;
  readonly nodes: Pair<number | undefined>;
  readonly pods: Pair<number | undefined>;
  /** CPU that pods ask for, in thousandths of a core. */
  readonly cpuMillicores: Pair<number | undefined>;
  readonly verdict: Pair<string | undefined>;
}

/** What the change does to the nodes that are needed. */
export interface CapacityDelta {
  readonly fits: Pair<boolean>;
  /** Nodes at the highest load, all pools together, and how many there may be. */
  readonly needed: Pair<number>;
  readonly maximum: Pair<number>;
  /** Loads of pools that are not as before. */
  readonly rows: readonly CapacityRow[];
}

/** Compares what two revisions say of a stack's nodes. */
export function compareCapacity(before: Told<Capacity>, after: Told<Capacity>): Told<CapacityDelta> {
  if ("reason" in after) return { reason: `the head does not tell it: ${after.reason}` };
  if ("reason" in before) return { reason: `the base does not tell it: ${before.reason}` };
  const [old, now] = [momentsOf(before.data), momentsOf(after.data)];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const isSame = (key: string) => JSON.stringify(old.get(key)) === JSON.stringify(now.get(key));
  const rowOf = (key: string): CapacityRow => {
    const [left, right] = [old.get(key), now.get(key)];
    const [pool = "", moment = ""] = key.split("\u0000");
    const pair = <T>(read: (moment: Moment) => T): Pair<T | undefined> => ({
      before: left && read(left),
      after: right && read(right),
    });
    return {
      pool,
      moment,
      nodes: pair(({ nodesForAnyOrder }) => nodesForAnyOrder),
      pods: pair(({ pods }) => pods),
      cpuMillicores: pair(({ asked }) => asked.cpuMillicores),
      verdict: pair(({ verdict }) => verdict.verdict),
    };
  };
  return {
    data: {
      fits: { before: before.data.fits, after: after.data.fits },
      needed: { before: before.data.neededNodes, after: after.data.neededNodes },
      maximum: { before: before.data.maximumNodes, after: after.data.maximumNodes },
      rows: keys.filter((key) => !isSame(key)).map(rowOf),
    },
  };
}

function momentsOf({ pools }: Capacity): Map<string, Moment> {
  return new Map(
    pools.flatMap(({ name, moments }) => moments.map((each) => [`${name}\u0000${each.moment}`, each] as const)),
  );
}

/** From certain to hopeless. */
const verdicts = ["fits", "undecided", "does not fit"];

/**
 * What a reviewer should know of it. What did not fit before is no news: such a stack is left as it is, and its line in the
 * summary still says so.
 */
export function capacityRisks({ rows }: CapacityDelta): Risk[] {
  const rank = (verdict: string | undefined) => Math.max(0, verdicts.indexOf(verdict ?? "fits"));
  const worse = rows.filter(({ verdict }) => rank(verdict.after) > rank(verdict.before));
  const pools = [...new Set(worse.map(({ pool }) => pool))];
  const risks = pools.map((pool): Risk => {
    const own = worse.filter((row) => row.pool === pool);
    const worst = Math.max(...own.map(({ verdict }) => rank(verdict.after)));
    const loads = own.map(({ moment, nodes }) => `${moment} (${count(nodes.before)} → ${count(nodes.after)} nodes)`);
    const says = worst === 2 ? "does not fit" : "may not fit";
    return { class: "capacity", subject: `Pool ${pool}`, what: `${says} any more at the load ${loads.join(", ")}` };
  });
  if (risks.length > 0) return risks;
  const moved = rows.filter(({ nodes }) => nodes.before !== nodes.after);
  return [...new Set(moved.map(({ pool }) => pool))].map((pool) => {
    const own = moved.filter((row) => row.pool === pool);
    const changes = [...new Set(own.map(({ nodes }) => `${count(nodes.before)} → ${count(nodes.after)}`))];
    const loads = (change: string) =>
      own
        .filter(({ nodes }) => `${count(nodes.before)} → ${count(nodes.after)}` === change)
        .map(({ moment }) => moment);
    const told = changes.map((change) => `${change} nodes at the load ${loads(change).join(", ")}`);
    return { class: "nodes", subject: `Pool ${pool}`, what: told.join("; ") };
  });
}

function count(nodes: number | undefined): string {
  return nodes === undefined ? "none" : String(nodes);
}
