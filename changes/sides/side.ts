import { type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { type Told } from "../deltas/told";
import { mask } from "../mask";
import { dryRun, type DryRun, ProgramRefusal } from "../recording/dry-run";
import { judgeByPack } from "../recording/pack";
import { type PropertyObject } from "../../registrations/property-values";
import { type Registration } from "../../registrations/registration";
import { askReport, type ReportName, reportNames } from "./reports";
import { stackConfig, standInKubeconfig } from "./stacks";

/** What one revision makes of one stack. */
export interface StackFacts {
  /** What its program registers; absent when it refuses. */
  readonly registrations?: readonly Registration[];
  /** Why it refuses, in its own words. */
  readonly problem?: string;
  /** SHA-256 of what is registered, secrets masked: equal digests, equal models. */
  readonly digest?: string;
  readonly policies: Told<unknown>;
  readonly reports: Readonly<Record<ReportName, Told<unknown>>>;
}

/** Does one piece of work when a core is free. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** At most so many pieces of work at once. */
export function turns(most: number): Turn {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * Asks a revision about a stack, each with the revision's own code: its program, its policy pack and its reports, in
 * processes of their own.
 *
 * @param project Folder of the revision's project, with its packages.
 */
export async function askStack(
  project: string,
  stack: string,
  turn: Turn,
  started: (child: ChildProcess) => void,
): Promise<StackFacts> {
  const asked = reportNames.map(async (name): Promise<[ReportName, Told<unknown>]> => {
    const there = existsSync(path.join(project, "reports", `${name}.ts`));
    const told = there
      ? await turn(() => askReport(project, name, stack, started))
      : { reason: "this revision has no such report" };
    return [name, told];
  });
  const model = await turn(() => askProgram(project, stack, started));
  const reports = Object.fromEntries(await Promise.all(asked)) as Record<ReportName, Told<unknown>>;
  return { ...model, reports };
}

async function askProgram(
  project: string,
  stack: string,
  started: (child: ChildProcess) => void,
): Promise<Omit<StackFacts, "reports">> {
  try {
    const given = stackConfig(project, stack);
    // A stack above its budget refuses to run; the cost report tells that too, and the rest can still be compared.
    const config = Object.fromEntries(Object.entries(given).filter(([key]) => key !== "altlas:budget"));
    standInKubeconfig(project, config);
    const run = await dryRun({ folder: project, stack, config, started });
    const policies = await judge(project, stack, config, run, started);
    return { registrations: run.registrations, digest: digestOf(run.registrations), policies };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    // What is no refusal is a fault of the revision or of this command: say where.
    const place = error instanceof ProgramRefusal || !(error instanceof Error) ? "" : ` (${error.name})`;
    return { problem: `${withoutPlace(problem, project)}${place}`, policies: { reason: "its program does not run" } };
  }
}

async function judge(
  project: string,
  stack: string,
  config: Readonly<Record<string, string>>,
  run: DryRun,
  started: (child: ChildProcess) => void,
): Promise<Told<unknown>> {
  try {
    const report = await judgeByPack({ folder: project, stack, config, run, started });
    return report === undefined ? { reason: "this revision has no rules that can be compared" } : { data: report };
  } catch (error) {
    return { reason: withoutPlace(error instanceof Error ? error.message : String(error), project) };
  }
}

/** The temporary folder is another in each run, and nobody finds anything there afterwards. */
function withoutPlace(text: string, project: string): string {
  return text.replaceAll(`${project}${path.sep}`, "").replaceAll(project, ".");
}

/** A digest of what is registered. Masked, because a short secret could be guessed from a digest of it. */
function digestOf(registrations: readonly Registration[]): string {
  const open = registrations.map((registration) => ({
    ...registration,
    inputs: mask(registration.type, [], registration.inputs as PropertyObject),
    outputs: mask(registration.type, [], (registration.outputs ?? {}) as PropertyObject),
  }));
  return createHash("sha256").update(JSON.stringify(open)).digest("hex");
}
