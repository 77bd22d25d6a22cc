import { type Comparison, exitCodeOf, type StackComparison } from "../comparison";
import { signedUsd, usd } from "../deltas/cost";
import { type Risk, riskClasses, riskOrder } from "../risks/classes";

/** The whole comparison in one line. */
export interface Headline {
  readonly sign: "❌" | "⚠️" | "✅";
  readonly text: string;
}

/** The worst thing that is to be said, and in which stacks. */
export function headlineOf(comparison: Comparison): Headline {
  const { stacks } = comparison;
  const code = exitCodeOf(comparison);
  const broken = stacks.filter(({ problems }) => problems.length > 0);
  if (broken.length > 0) {
    const told = broken.map(
      ({ stack, problems }) => `${stack} of the ${problems.map(({ side }) => side).join(" and the ")}`,
    );
    return { sign: "❌", text: `Not everything can be compared: ${told.join(", ")} cannot be used` };
  }
  const worst = worstRisk(stacks);
  if (worst) {
    const { risk, in: names } = worst;
    const { title, weight } = riskClasses[risk.class];
    const sign = code !== 0 ? "❌" : weight === "note" ? "✅" : "⚠️";
    return { sign, text: `${title}: ${sentenceOf(risk)} (${names.join(", ")})` };
  }
  const changed = stacks.filter(hasChanges);
  if (changed.length === 0) return { sign: "✅", text: "Nothing that is registered changes" };
  return { sign: "✅", text: `No risk found; changes in ${changed.map(({ stack }) => stack).join(", ")}` };
}

/** A risk as a sentence without its class. */
export function sentenceOf({ subject, what }: Risk): string {
  return `${subject} ${what}`;
}

/** Whether anything is different. */
export function hasChanges({ state, resources }: StackComparison): boolean {
  return (
    state !== "compared" || (resources !== undefined && (resources.changes.length > 0 || resources.folded.length > 0))
  );
}

function worstRisk(
  stacks: readonly StackComparison[],
): { readonly risk: Risk; readonly in: readonly string[] } | undefined {
  const all = stacks.flatMap(({ stack, risks }) => risks.map((risk) => ({ stack, risk })));
  const rank = ({ risk }: { readonly risk: Risk }) => riskOrder.indexOf(risk.class);
  // The first of the worst class: stacks come in their order, and the risks of each are sorted.
  const worst = all.reduce<(typeof all)[number] | undefined>(
    (best, each) => (best === undefined || rank(each) < rank(best) ? each : best),
    undefined,
  );
  if (!worst) return undefined;
  const same = (risk: Risk) => risk.class === worst.risk.class && sentenceOf(risk) === sentenceOf(worst.risk);
  return { risk: worst.risk, in: [...new Set(all.filter(({ risk }) => same(risk)).map(({ stack }) => stack))] };
}

/** `2 new, 1 replaced, 5 changed, 318 the same`. */
export function describeResources({ resources, alone, state }: StackComparison): string {
  if (!resources) return alone ? `${alone.resources} on the ${alone.side} alone` : "not told";
  const { create, delete: gone, replace, update, move, unchanged, reordered } = resources.counts;
  if (state === "added") return `${create} new: the stack is new`;
  if (state === "removed") return `${gone} no longer registered: the stack's file is gone`;
  const parts = [
    [create, "new"],
    [gone, "deleted"],
    [replace, "replaced"],
    [update, "changed"],
    [move, "renamed"],
    [unchanged + reordered, "the same"],
  ] as const;
  return parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(", ");
}

/** `1 new failure, 2 fixed; 0 failures in all`. */
export function describePolicies({ policies, alone }: StackComparison): string {
  if ("reason" in policies) {
    if (alone && "data" in alone.policies) return `failures on the ${alone.side} alone: ${alone.policies.data.fail}`;
    return policies.reason;
  }
  const { failing, fixed, exempted, ending, totals } = policies.data;
  const parts = [
    [failing.length, failing.length === 1 ? "new failure" : "new failures"],
    [fixed.length, "fixed"],
    [exempted.length, "newly exempted"],
    [ending.length, ending.length === 1 ? "exemption ends" : "exemptions end"],
  ] as const;
  const told = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  const { fail, exempted: covered } = totals.after;
  const all = `${fail} ${fail === 1 ? "failure" : "failures"}, ${covered} exempted`;
  return told.length === 0 ? `as before: ${all}` : `${told.join(", ")}; ${all}`;
}

/** `fits, 14 → 15 of 24 nodes at the highest load`. */
export function describeCapacity({ capacity }: StackComparison): string {
  if ("reason" in capacity) return capacity.reason;
  const { fits, needed, maximum } = capacity.data;
  const verdict = fits.after ? "fits" : `does not certainly fit${fits.before ? "" : ", as before"}`;
  return `${verdict}, ${arrow(needed.before, needed.after)} of ${arrow(maximum.before, maximum.after)} nodes at the highest load`;
}

/** `$3,512 → $3,600 expected (+$88), $2,900 to $5,100`. */
export function describeCost({ cost }: StackComparison): string {
  if ("reason" in cost) return cost.reason;
  const { total, unknown } = cost.data;
  const { before, after } = total;
  const change = signedUsd(after.expected - before.expected);
  const most = signedUsd(after.ceiling - before.ceiling);
  const missing = unknown === 0 ? "" : `; ${unknown} prices are not known`;
  return `${arrow(usd(before.expected), usd(after.expected))} expected (${change}), ${arrow(usd(before.ceiling), usd(after.ceiling))} at most (${most})${missing}`;
}

/** `1` when both sides agree, else `1 → 2`. */
export function arrow(before: string | number | undefined, after: string | number | undefined): string {
  const [left, right] = [before ?? "–", after ?? "–"];
  return left === right ? String(right) : `${left} → ${right}`;
}
