import { type ChildProcess } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { nearest } from "../policies/command/options";
import { type Progress } from "../sandbox/progress";
import { CannotCompare } from "./cannot-compare";
import { stackNames } from "../policies/command/stack-files";
import { compareStack, type Comparison } from "./comparison";
import { providePackages } from "./sides/packages";
import { checkOut, findRevision, type Revision } from "./sides/revisions";
import { askStack, type StackFacts, type Turn, turns } from "./sides/side";

/** What is compared, and where. */
export interface CompareOptions {
  /** The project's folder in a clone. */
  readonly root: string;
  readonly base: string;
  readonly head: string;
  /** None: every stack that either side has. */
  readonly stacks: readonly string[];
  readonly progress: Progress;
}

/** A side that is ready to be asked, or why it is not. */
type Side = { readonly revision: Revision } & ({ readonly project: string } | { readonly problem: string });

/** Temporary folders and processes of a comparison, so that an interrupted one leaves nothing behind. */
export class Traces {
  readonly folder: string;
  private readonly children = new Set<ChildProcess>();

  constructor() {
    // The real path: a bundle finds its own folder by it.
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "altlas-diff-")));
  }

  readonly started = (child: ChildProcess): void => {
    this.children.add(child);
    child.once("close", () => this.children.delete(child));
  };

  remove(): void {
    for (const child of this.children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Compares two revisions.
 *
 * @param traces Where it may write; the caller removes them.
 * @throws CannotCompare when a revision or stack is not known.
 */
export async function compareRevisions(options: CompareOptions, traces: Traces): Promise<Comparison> {
  const { root, progress } = options;
  const found = await Promise.allSettled([findRevision(root, options.base), findRevision(root, options.head)]);
  const [base, head] = revisionsOf(found);
  const sides = await Promise.all([
    prepare(root, base, path.join(traces.folder, "base"), progress),
    prepare(root, head, path.join(traces.folder, "head"), progress),
  ]);
  const names = chooseStacks(sides, options.stacks);
  const turn = turns(Math.max(2, availableParallelism()));
  const step = progress.step("what both sides make of each stack");
  let done = 0;
  const told = () => step.update(`${(done += 1)} of ${sides.length * names.length}`);
  const asked = await Promise.all(sides.map((side) => askSide(side, names, turn, traces, told)));
  step.done();
  return {
    base,
    head,
    stacks: names.map((stack) => compareStack(stack, asked[0]?.get(stack), asked[1]?.get(stack))),
  };
}

function revisionsOf(found: readonly PromiseSettledResult<Revision>[]): [Revision, Revision] {
  const problems = found.flatMap((each) => (each.status === "rejected" ? [each.reason as Error] : []));
  const fault = problems.find((problem) => !(problem instanceof CannotCompare));
  if (fault) throw fault;
  if (problems.length > 0) throw new CannotCompare([...new Set(problems.map(({ message }) => message))].join("\n"));
  return found.map((each) => (each as PromiseFulfilledResult<Revision>).value) as [Revision, Revision];
}

async function prepare(root: string, revision: Revision, folder: string, progress: Progress): Promise<Side> {
  const project = await checkOut(root, revision, folder);
  const step = progress.step(`packages of ${revision.name}`);
  try {
    step.done(await providePackages(root, project));
    return { revision, project };
  } catch (error) {
    step.fail();
    return { revision, problem: error instanceof Error ? error.message : String(error) };
  }
}

function chooseStacks(sides: readonly Side[], wanted: readonly string[]): string[] {
  const there = [...new Set(sides.flatMap((side) => ("project" in side ? stackNames(side.project) : [])))].sort();
  const missing = wanted.filter((name) => !there.includes(name));
  if (missing.length > 0) {
    const told = missing.map((name) => {
      const near = nearest(name, there);
      return `Neither side has a stack ${name}. ${near === undefined ? `There is ${there.join(", ")}.` : `Did you mean ${near}?`}`;
    });
    throw new CannotCompare(told.join("\n"));
  }
  return wanted.length > 0 ? [...wanted].sort() : there;
}

async function askSide(
  side: Side,
  names: readonly string[],
  turn: Turn,
  traces: Traces,
  told: () => void,
): Promise<ReadonlyMap<string, StackFacts>> {
  if ("problem" in side) {
    const reason = "its packages could not be installed";
    const facts: StackFacts = {
      problem: side.problem,
      policies: { reason },
      reports: { capacity: { reason }, cost: { reason }, disruption: { reason } },
    };
    return new Map(names.map((name) => [name, facts]));
  }
  const own = new Set(stackNames(side.project));
  const asked = names.map(async (name): Promise<[string, StackFacts][]> => {
    const facts = own.has(name) ? await askStack(side.project, name, turn, traces.started) : undefined;
    told();
    return facts ? [[name, facts]] : [];
  });
  return new Map((await Promise.all(asked)).flat());
}
