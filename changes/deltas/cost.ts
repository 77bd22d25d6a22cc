import { z } from "zod";
import { type Risk } from "../risks/classes";
import { type Pair, type Told } from "./told";

const range = z.object({ floor: z.number(), expected: z.number(), ceiling: z.number() });

/** The parts of `npm run report -- cost --json` that are compared. */
export const costSchema = z.object({
  estimate: z
    .object({
      region: z.string(),
      total: range,
      layers: z.record(z.string(), range),
      unknown: z.array(z.unknown()),
    })
    .optional(),
  budget: z.number().optional(),
});
type Cost = z.infer<typeof costSchema>;
type Range = z.infer<typeof range>;

/** What the change does to the monthly bill, in US dollars. */
export interface CostDelta {
  readonly total: Pair<Range>;
  /** Layers whose cost is another. */
  readonly layers: readonly { readonly layer: string; readonly cost: Pair<Range> }[];
  readonly budget: Pair<number | undefined>;
  /** Whether the head is expected to cost more than it may. */
  readonly overBudget: boolean;
  /** Prices that are not known on the head, and so not in the sums. */
  readonly unknown: number;
}

const nothing: Range = { floor: 0, expected: 0, ceiling: 0 };

/** Compares what two revisions say a stack costs; a side that is not billed costs nothing. */
export function compareCost(before: Told<Cost>, after: Told<Cost>): Told<CostDelta> {
  if ("reason" in after) return { reason: `the head does not tell it: ${after.reason}` };
  if ("reason" in before) return { reason: `the base does not tell it: ${before.reason}` };
  const [old, now] = [before.data.estimate, after.data.estimate];
  if (!old && !now) return { reason: "nothing of it is billed by this project" };
  const names = [...new Set([...Object.keys(old?.layers ?? {}), ...Object.keys(now?.layers ?? {})])];
  const layers = names
    .map((layer) => ({
      layer,
      cost: { before: old?.layers[layer] ?? nothing, after: now?.layers[layer] ?? nothing },
    }))
    .filter(({ cost }) => isMoved(cost));
  const total = { before: old?.total ?? nothing, after: now?.total ?? nothing };
  const { budget } = after.data;
  return {
    data: {
      total,
      layers,
      budget: { before: before.data.budget, after: budget },
      overBudget: budget !== undefined && total.after.expected > budget,
      unknown: now?.unknown.length ?? 0,
    },
  };
}

/** Whether a price has moved by what shows in whole dollars. */
export function isMoved({ before, after }: Pair<Range>): boolean {
  return (["floor", "expected", "ceiling"] as const).some((key) => Math.round(before[key]) !== Math.round(after[key]));
}

/** What a reviewer should know of it. */
export function costRisks({ total, overBudget, budget }: CostDelta): Risk[] {
  const risks: Risk[] = [];
  if (overBudget) {
    const allowed = usd(budget.after ?? 0);
    const before =
      budget.before === budget.after
        ? ""
        : ` (budget before: ${budget.before === undefined ? "none" : usd(budget.before)})`;
    risks.push({
      class: "budget",
      subject: "The stack",
      what: `is expected to cost ${usd(total.after.expected)} a month, ${usd(total.after.expected - (budget.after ?? 0))} above its budget of ${allowed}${before}`,
    });
  }
  if (isMoved(total)) {
    const of = (key: keyof Range) =>
      `${usd(total.before[key])} → ${usd(total.after[key])} (${signedUsd(total.after[key] - total.before[key])})`;
    risks.push({
      class: "cost",
      subject: "A month",
      what: `${of("expected")} as expected, at least ${of("floor")}, at most ${of("ceiling")}`,
    });
  }
  return risks;
}

/** `$1,234`. */
export function usd(amount: number): string {
  return `${amount < 0 ? "-" : ""}$${Math.abs(Math.round(amount)).toLocaleString("en-US")}`;
}

/** `+$12`, `-$3`, `±$0`. */
export function signedUsd(amount: number): string {
  const whole = Math.round(amount);
  return whole === 0 ? "±$0" : `${whole > 0 ? "+" : "-"}$${Math.abs(whole).toLocaleString("en-US")}`;
}
