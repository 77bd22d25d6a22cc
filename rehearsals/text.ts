import { type Drain } from "./drain";
import { type JudgedCase } from "./generated";
import { type PoolRehearsal } from "./stack";
import { type ZoneLoss } from "./zone";

/** Columns of equal width, the first to the left. */
function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, column) => Math.max(...texts.map((row) => (row[column] ?? "").length)));
  return texts
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** The verdicts on generated cases as a table: what the model says, by what, and what the scheduler did in all its runs. */
export function printGenerated(cases: readonly JudgedCase[], seconds: number): string {
  const rows = [
    ["fits", "proof"],
    ["fits", "orders"],
    ["does not fit", "proof"],
    ["does not fit", "orders"],
    ["undecided", undefined],
  ].map(([verdict, evidence]) => {
    const of = cases.filter((one) => one.verdict === verdict && one.evidence === evidence);
    const never = of.filter(({ pending }) => pending.every((count) => count === 0)).length;
    const always = of.filter(({ pending }) => pending.every((count) => count > 0)).length;
    const wrong = of.filter((one) => one.wrong).length;
    return [verdict ?? "", evidence ?? "-", of.length, never, of.length - never - always, always, wrong];
  });
  const wrong = cases.filter((one) => one.wrong);
  return [
    "GENERATED CATALOGUES\n",
    table([["MODEL SAYS", "BY", "CASES", "NEVER PENDING", "SOMETIMES", "ALWAYS PENDING", "WRONG"], ...rows]),
    ...wrong.map(({ trial, verdict, pending }) => `${trial.name}: ${verdict}, pending ${pending.join(", ")}\n`),
    `${cases.length} cases, ${cases[0]?.pending.length ?? 0} orders each, ${seconds.toFixed(0)} s\n`,
  ].join("");
}

/** The scheduling rehearsal as a table. */
export function printPools(pools: readonly PoolRehearsal[]): string {
  return [
    "SCHEDULING\n",
    table([
      ["POOL", "MOMENT", "NODES", "PODS", "MODEL SAYS", "BY", "PENDING", "AGREES"],
      ...pools.map(({ pool, moment, nodes, pods, verdict, evidence, pending, wrong }) => [
        pool,
        moment,
        nodes,
        pods,
        verdict,
        evidence ?? "-",
        pending.join(" "),
        verdict === "undecided" ? "open" : wrong ? "NO" : "yes",
      ]),
    ]),
    ...pools.filter(({ wrong, says }) => wrong && says).map(({ pool, moment, says }) => `${pool} ${moment}: ${says}\n`),
    "\n",
  ].join("");
}

/** The drain rehearsal as a table. */
export function printDrains(drains: readonly Drain[]): string {
  return [
    "DRAIN\n",
    table([
      ["NODE", "EVICTED", "NODES ADDED", "SECONDS", "VERDICT"],
      ...drains.map(({ node, evicted, nodesAdded, seconds, ended, below }) => [
        node,
        evicted,
        nodesAdded,
        seconds.toFixed(1),
        !ended ? "BLOCKS" : below.length > 0 ? "BELOW BUDGET" : "drains",
      ]),
    ]),
    ...drains.flatMap(({ node, below }) =>
      below.map(({ workload, ready, promised }) => `${node}: ${workload} had ${ready} ready of ${promised} promised\n`),
    ),
    "\n",
  ].join("");
}

/** The zone rehearsal as a table. */
export function printZone({ zone, effects }: ZoneLoss): string {
  return [
    `LOSS OF ZONE ${zone}, without new nodes\n`,
    table([
      ["WORKLOAD", "PODS", "LOST", "LEDGER: AT MOST", "SERVED", "LEDGER: SERVES", "PENDING", "OF THEM BOUND", "AGREES"],
      ...effects.map(({ workload, pods, lost, atMost, served, promised, pending, bound, wrong }) => [
        workload,
        pods,
        lost,
        atMost,
        served ? "yes" : "no",
        promised ? "always" : "not always",
        pending,
        bound,
        wrong ? "NO" : "yes",
      ]),
    ]),
    "\n",
  ].join("");
}
