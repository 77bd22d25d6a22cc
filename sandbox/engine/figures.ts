import { execFile } from "node:child_process";

/** The parts of the reports' JSON that a preview ends with; `npm run report -- <name> --json` has all of it. */
interface Figures {
  capacity: {
    fits: boolean;
    neededNodes: number;
    maximumNodes: number;
    pools: { name: string; moments: { verdict: { verdict: string } }[] }[];
  };
  disruption: { workloads: { name: string; pods: number; evictions: number }[] };
  cost: {
    estimate?: { total: { floor: number; expected: number; ceiling: number }; unknown: unknown[]; region: string };
    budget?: number;
  };
}

const names = ["capacity", "disruption", "cost"] as const;

/** A report's figures, or why there are none. */
type Told<Name extends keyof Figures> = { readonly data: Figures[Name] } | { readonly reason: string };

/** What the reports say of a stack. */
export interface StackFigures {
  readonly capacity: Told<"capacity">;
  readonly disruption: Told<"disruption">;
  readonly cost: Told<"cost">;
}

/** Asks the project's own reports, in processes of their own: the sandbox knows nothing of the model. */
export async function stackFigures(project: string, stack: string): Promise<StackFigures> {
  const told = await Promise.all(names.map(async (name) => [name, await runReport(project, name, stack)] as const));
  return Object.fromEntries(told) as unknown as StackFigures;
}

async function runReport(
  project: string,
  name: string,
  stack: string,
): Promise<{ data: unknown } | { reason: string }> {
  const command = ["bin/ts.cjs", "reports/cli.ts", name, "--stack", stack, "--json"];
  return new Promise((resolve) => {
    // Lists of some hundred workloads are longer than the default of one MiB.
    execFile(process.execPath, command, { cwd: project, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) resolve({ reason: stderr.trim().split("\n")[0] ?? error.message });
      else resolve({ data: (JSON.parse(stdout) as { data: unknown }).data });
    });
  });
}

/** One line for each report. */
export function describeFigures({ capacity, disruption, cost }: StackFigures): string[] {
  return [
    `Capacity: ${"data" in capacity ? describeCapacity(capacity.data) : `not told: ${capacity.reason}`}`,
    `Disruption: ${"data" in disruption ? describeDisruption(disruption.data) : `not told: ${disruption.reason}`}`,
    `Cost: ${"data" in cost ? describeCost(cost.data) : `not told: ${cost.reason}`}`,
  ];
}

function describeCapacity({ fits, neededNodes, maximumNodes, pools }: Figures["capacity"]): string {
  const nodes = `${neededNodes} of ${maximumNodes} nodes at the highest load`;
  if (fits) return `fits, ${nodes}`;
  const short = pools.filter(({ moments }) => moments.some(({ verdict }) => verdict.verdict !== "fits"));
  return `does not certainly fit, ${nodes}; look at ${short.map(({ name }) => name).join(", ")}`;
}

function describeDisruption({ workloads }: Figures["disruption"]): string {
  const blocking = workloads.filter(({ evictions }) => evictions < 1).map(({ name }) => name);
  if (blocking.length === 0) return `each of ${workloads.length} workloads lets a pod go at its smallest`;
  return `${blocking.length} of ${workloads.length} workloads let no pod go at their smallest: ${blocking.join(", ")}`;
}

function describeCost({ estimate, budget }: Figures["cost"]): string {
  if (!estimate) return "nothing on AWS";
  const usd = (amount: number) => `$${Math.round(amount).toLocaleString("en-US")}`;
  const { floor, expected, ceiling } = estimate.total;
  const unknown = estimate.unknown.length > 0 ? `; ${estimate.unknown.length} prices are not known` : "";
  const limit = budget === undefined ? "" : `; the budget is ${usd(budget)}`;
  return `${usd(expected)} a month expected in ${estimate.region}, ${usd(floor)} to ${usd(ceiling)}${limit}${unknown}`;
}
