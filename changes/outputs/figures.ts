import { type StackComparison } from "../comparison";
import { signedUsd, usd } from "../deltas/cost";
import { type Pair } from "../deltas/told";
import { arrow } from "./sentences";

/** A table of figures that have changed. */
export interface FigureSection {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Capacity, cost and disruption as tables; what is as before has none. */
export function figureSections({ capacity, cost, disruption }: StackComparison): FigureSection[] {
  const sections: FigureSection[] = [];
  if ("data" in capacity && capacity.data.rows.length > 0) {
    sections.push({
      title: "Capacity",
      head: ["Pool", "Load", "Nodes", "Pods", "vCPU", "Verdict"],
      rows: capacity.data.rows.map(({ pool, moment, nodes, pods, cpuMillicores, verdict }) => [
        pool,
        moment,
        arrow(nodes.before, nodes.after),
        arrow(pods.before, pods.after),
        arrow(cores(cpuMillicores.before), cores(cpuMillicores.after)),
        arrow(verdict.before, verdict.after),
      ]),
    });
  }
  if ("data" in cost && cost.data.layers.length > 0) {
    const row = (name: string, { before, after }: Pair<{ floor: number; expected: number; ceiling: number }>) => [
      name,
      ...(["floor", "expected", "ceiling"] as const).map((key) => {
        const change = Math.round(after[key] - before[key]);
        return `${arrow(usd(before[key]), usd(after[key]))}${change === 0 ? "" : ` (${signedUsd(change)})`}`;
      }),
    ];
    sections.push({
      title: "Cost a month, in US dollars",
      head: ["Layer", "At least", "Expected", "At most"],
      rows: [...cost.data.layers.map(({ layer, cost: pair }) => row(layer, pair)), row("total", cost.data.total)],
    });
  }
  if ("data" in disruption && disruption.data.length > 0) {
    sections.push({
      title: "Disruption, at the smallest scale",
      head: ["Workload", "What", "Before", "After"],
      rows: disruption.data.map(({ workload, what, sides }) => [workload, what, sides.before, sides.after]),
    });
  }
  return sections;
}

function cores(millicores: number | undefined): string | undefined {
  return millicores === undefined ? undefined : (millicores / 1000).toFixed(1);
}
