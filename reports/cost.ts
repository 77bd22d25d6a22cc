import { type Estimate, type Range } from "../model/cost/estimate";
import { type Share } from "../model/cost/shares";
import { budgetWarning, stackCost } from "../stacks/platform/cost";
import { drawBars } from "./pictures/bars";
import { defineReport } from "./report";

/** The figures of the report. */
interface CostData {
  readonly stack: string;
  /** Absent where the cluster is not on AWS, and so not this project's to pay. */
  readonly estimate?: Estimate;
  /** What nodes cost by who asks for them, dearest first. */
  readonly shares: readonly Share[];
  /** US dollars a month that the stack may cost. */
  readonly budget?: number;
  readonly warning?: string;
  readonly sources: readonly string[];
}

/** What a stack costs in a month. */
export const costReport = defineReport<CostData>({
  name: "cost",
  purpose: "what the stack costs a month: at least, as expected, at most; by layer and by service",
  data: ({ stack, settings, catalogue }) => {
    const cost = stackCost(settings, catalogue);
    const warning = budgetWarning(settings, catalogue);
    return {
      stack,
      ...(cost ? { estimate: cost.estimate } : {}),
      shares: [...(cost?.shares ?? [])].sort(
        (a, b) => b.monthlyUsd.expected - a.monthlyUsd.expected || (a.name < b.name ? -1 : 1),
      ),
      ...(settings.budget ? { budget: settings.budget.monthlyUsd } : {}),
      ...(warning ? { warning } : {}),
      sources: cost?.sources ?? [],
    };
  },
  draw: ({ stack, estimate }) =>
    drawBars(
      `Expected US dollars a month by layer in ${stack}, with the least and the most`,
      Object.entries(estimate?.layers ?? {}).map(([name, { floor, expected, ceiling }]) => ({
        name,
        value: Math.round(expected),
        marks: [Math.round(floor), Math.round(ceiling)],
      })),
    ),
  print: ({ stack, estimate, shares, budget, warning, sources }, paper) => {
    paper.heading(`Cost of stack ${stack}`);
    if (!estimate) {
      paper.paragraph("Its cluster is not made on AWS, so that nothing is billed by this project.");
      return;
    }
    const { total, unknown, asOf, region } = estimate;
    paper.paragraph(
      `$${usd(total.expected)} a month as expected, $${usd(total.floor)} at least, $${usd(total.ceiling)} at most; on-demand prices of ${region} as of ${asOf ?? "no known day"}, without tax.`,
    );
    if (budget !== undefined) {
      const above = total.expected > budget;
      paper.paragraph(
        `The budget is $${usd(budget)} a month${above ? ", and the stack is expected to be above it" : ""}.`,
        {
          emphasis: above ? "bad" : "good",
        },
      );
    }
    if (warning) paper.paragraph(warning, { emphasis: "bad" });
    const columns = [
      { title: "least", align: "right" },
      { title: "expected", align: "right" },
      { title: "most", align: "right" },
    ] as const;
    const row = (range: Range) => [usd(range.floor), usd(range.expected), usd(range.ceiling)];
    paper.heading("By layer, in US dollars a month");
    paper.table(
      [{ title: "layer" }, ...columns],
      Object.entries(estimate.layers).map(([name, range]) => [name, ...row(range)]),
    );
    paper.heading("By item");
    paper.table(
      [{ title: "layer" }, { title: "what", wrap: true }, ...columns],
      estimate.lines.map(({ layer, what, monthlyUsd }) => [
        layer,
        what,
        ...(monthlyUsd ? row(monthlyUsd) : ["unknown", "unknown", "unknown"]),
      ]),
    );
    paper.heading("Nodes by who asks for them");
    paper.table(
      [{ title: "service" }, ...columns],
      shares.map(({ name, monthlyUsd }) => [name, ...row(monthlyUsd)]),
    );
    if (unknown.length > 0) {
      paper.heading("Prices that are not known, and so not in the sum");
      for (const one of unknown) paper.paragraph(one, { bullet: "- " });
    }
    paper.heading("Sources");
    for (const one of sources) paper.paragraph(one, { bullet: "- " });
  },
});

function usd(amount: number): string {
  return amount.toFixed(0);
}
