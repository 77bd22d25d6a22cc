import { type PoolAt, type PoolCapacity, judgePools } from "../model/capacity/pools";
import { type Remedy, remedies } from "../model/capacity/remedies";
import { type Footprint } from "../model/footprint";
import { type NodePool } from "../model/node-pool";
import { millicores } from "../model/quantity";
import { machinePrice } from "../stacks/platform/cost";
import { planLoad, stackLoad } from "../stacks/platform/load";
import { drawBars } from "./pictures/bars";
import { defineReport, type ReportInput } from "./report";
import { type Paper } from "./text/paper";

/** One pool in the report. */
interface ReportedPool {
  readonly name: string;
  readonly instanceType?: string;
  readonly minimum: number;
  readonly maximum: number;
  /** CPU that pods ask for at the highest load without mesh proxies; only of the plan. */
  readonly bareMillicores?: number;
  /** CPU that all nodes have for pods and daemons. */
  readonly allocatableMillicores: number;
  readonly node: PoolCapacity["node"];
  readonly moments: readonly PoolAt[];
  /** Ways out, for the first moment that does not fit. */
  readonly remedies: readonly Remedy[];
}

/** The figures of the report. */
export interface CapacityData {
  readonly stack: string;
  /** Whether it is the plan's own pools and services that are judged. */
  readonly plan: boolean;
  readonly pools: readonly ReportedPool[];
  /** Nodes that the pools may have together. */
  readonly maximumNodes: number;
  /** Nodes that they would need together at the highest load. */
  readonly neededNodes: number;
  readonly fits: boolean;
  /** Whether all that fits does so by proof, in any order and after any history. */
  readonly proven: boolean;
  readonly reservations: readonly { readonly name: string; readonly source: string }[];
}

/** Whether what the stack may grow to fits on the nodes that it may have. */
export const capacityReport = defineReport<CapacityData>({
  name: "capacity",
  purpose: "whether the pods fit on the nodes, at every load; --plan: the plan's own pools",
  data: capacityData,
  draw: (data) =>
    drawBars(
      `Nodes needed at the highest load, and the pools' bounds, in ${data.plan ? "the plan" : data.stack}`,
      data.pools.map(({ name, minimum, maximum, moments }) => ({
        name,
        value: at(moments, "maximum")?.nodesForAnyOrder ?? 0,
        marks: [minimum, maximum],
      })),
    ),
  print: printCapacity,
});

/** The report's figures for a stack, or for the plan itself. */
export function capacityData({ stack, settings, catalogue, plan = false }: ReportInput): CapacityData {
  const price = machinePrice(settings);
  if (plan) {
    const { pools, bare, meshed } = planLoad(settings, catalogue);
    const judged = judgePools(pools, meshed);
    const bareOf = judgePools(pools, bare);
    return assemble(
      { stack, plan, reservations: [] },
      judged.map((one, index) => ({
        ...reported(one, meshed, price),
        bareMillicores: at(bareOf[index]?.moments ?? [], "maximum")?.asked.cpuMillicores ?? 0,
      })),
    );
  }
  const load = stackLoad(settings, catalogue);
  return assemble(
    {
      stack,
      plan,
      reservations: load.reserved.map(({ footprint, source }) => ({ name: footprint.name, source })),
    },
    judgePools(load.pools, load.footprints).map((one) => reported(one, load.footprints, price)),
  );
}

function reported(
  { pool, node, moments }: PoolCapacity,
  footprints: readonly Footprint[],
  price: (instanceType: string) => number | undefined,
): ReportedPool {
  const first = moments.find(({ verdict }) => verdict.verdict !== "fits");
  return {
    name: pool.name,
    ...(pool.instanceType === undefined ? {} : { instanceType: pool.instanceType }),
    minimum: pool.minimum,
    maximum: pool.maximum,
    allocatableMillicores: allocatableMillicores(pool),
    node,
    moments,
    remedies: first ? remedies(pool, footprints, first.moment, price) : [],
  };
}

function allocatableMillicores({ allocatable, maximum }: NodePool): number {
  return maximum * millicores(allocatable.cpu);
}

function assemble(
  head: Pick<CapacityData, "stack" | "plan" | "reservations">,
  pools: readonly ReportedPool[],
): CapacityData {
  return {
    ...head,
    pools,
    maximumNodes: pools.reduce((sum, { maximum }) => sum + maximum, 0),
    neededNodes: pools.reduce((sum, { moments }) => sum + (at(moments, "maximum")?.nodesForAnyOrder ?? 0), 0),
    fits: every(pools, ({ verdict }) => verdict.verdict === "fits"),
    proven: every(pools, ({ verdict }) => verdict.verdict !== "fits" || verdict.evidence === "proof"),
  };
}

function every(pools: readonly ReportedPool[], holds: (moment: PoolAt) => boolean): boolean {
  return pools.every(({ moments }) => moments.every(holds));
}

function at(moments: readonly PoolAt[], moment: PoolAt["moment"]): PoolAt | undefined {
  return moments.find((one) => one.moment === moment);
}

function printCapacity(data: CapacityData, paper: Paper): void {
  paper.heading(data.plan ? "Capacity of the plan's own pools" : `Capacity of stack ${data.stack}`);
  const surely = data.proven ? ", in any order of events" : ", as far as orders were tried";
  paper.paragraph(
    data.fits
      ? `Everything fits${surely}: at most ${data.neededNodes} of ${data.maximumNodes} nodes at the highest load.`
      : `Not everything fits: the highest load needs ${data.neededNodes} nodes, and the pools may have ${data.maximumNodes}.`,
    { emphasis: data.fits ? "good" : "bad" },
  );
  paper.paragraph(
    "Services are reckoned with their mesh proxies, and daemons are taken off each node. `proven` holds in any order and after any history of events; what is not proven was tried in many orders on a simulated scheduler. `nodes` are those for which a proof exists.",
  );
  for (const pool of data.pools) printPool(pool, paper);
  if (data.reservations.length > 0) {
    paper.heading("Reserved for components that are not built yet");
    paper.table(
      [{ title: "component" }, { title: "source", wrap: true }],
      data.reservations.map(({ name, source }) => [name, source]),
    );
  }
}

function printPool(pool: ReportedPool, paper: Paper): void {
  const { name, instanceType, minimum, maximum, bareMillicores, allocatableMillicores: all } = pool;
  paper.heading(`Pool ${name}: ${minimum} to ${maximum} nodes${instanceType ? ` of ${instanceType}` : ""}`);
  const highest = at(pool.moments, "maximum");
  if (bareMillicores !== undefined && highest) {
    paper.paragraph(
      `At the highest load: ${cores(bareMillicores)} vCPU, ${cores(highest.asked.cpuMillicores)} with proxies, of ${cores(all)} that ${maximum} nodes have.`,
    );
  }
  paper.table(
    [
      { title: "load" },
      { title: "pods", align: "right" },
      { title: "vCPU", align: "right" },
      { title: "GiB", align: "right" },
      { title: "nodes", align: "right" },
      { title: "verdict", wrap: true },
    ],
    pool.moments.map(({ moment, pods, asked, nodesForAnyOrder, verdict }) => [
      moment,
      `${pods}`,
      cores(asked.cpuMillicores),
      (asked.memoryMebibytes / 1024).toFixed(1),
      nodesForAnyOrder === undefined ? "none" : `${nodesForAnyOrder}`,
      describe(verdict),
    ]),
  );
  for (const { kind, what, monthlyUsd } of pool.remedies) {
    const cost = monthlyUsd === undefined ? "cost unknown" : `${signed(monthlyUsd)} a month at most`;
    paper.paragraph(`${kind}: ${what} (${cost})`, { bullet: "- " });
  }
}

function describe(verdict: PoolAt["verdict"]): string {
  if (verdict.verdict === "undecided") return `undecided: ${verdict.why}`;
  if (verdict.verdict === "fits") {
    return verdict.evidence === "proof" ? "fits, proven" : `fits in each of ${verdict.tally.orders} orders tried`;
  }
  if (verdict.evidence === "orders") return `does not fit: ${verdict.why}`;
  const { dimension, needed, available, why } = verdict.shortage;
  const show = (amount: number) =>
    dimension === "cpuMillicores"
      ? `${cores(amount)} vCPU`
      : dimension === "memoryMebibytes"
        ? `${(amount / 1024).toFixed(1)} GiB`
        : `${amount} ${dimension === "pods" ? "places for pods" : "nodes"}`;
  return `does not fit: ${why}; ${show(needed)} needed, ${show(available)} there, short by ${show(needed - available)}`;
}

function cores(amount: number): string {
  return (amount / 1000).toFixed(1);
}

function signed(usd: number): string {
  return `${usd < 0 ? "-" : "+"}$${Math.abs(usd).toFixed(0)}`;
}
