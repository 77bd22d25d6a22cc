import { z } from "zod";
import { awsResources } from "../checks/aws";
import { monthOf, monthSettings } from "../checks/capacity/month";
import { defineRule, NotApplicable, part } from "../rule";
import { aws } from "./examples";

const settings = monthSettings.extend({
  monthlyUsd: z.number().positive().optional().describe("US dollars that a month may cost as expected"),
  highestUsd: z
    .number()
    .positive()
    .optional()
    .describe("and in a month in which every autoscaler stays at its highest; default: the same"),
});
type Settings = z.infer<typeof settings>;

const cluster = aws("eks/cluster:Cluster", { name: "beta" });
const group = (instanceType: string) =>
  aws("eks/nodeGroup:NodeGroup", {
    labels: { "altlas.io/pool": "general" },
    instanceTypes: [instanceType],
    subnetIds: ["subnet-a"],
    scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 3 },
  });

export const rule = defineRule<Settings>({
  id: "ALT-AWS-017",
  slug: "aws-stack-stays-in-budget",
  title: "A month costs no more than the stack's budget as expected; more at the highest load is a warning",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "A larger machine or a higher bound is one word in a file, and its price is seen a month later on the bill. Reckoned from the " +
    "resources themselves, it is seen in the preview that would spend it.",
  fix: "Lower bounds of node groups or replicas, use smaller machines, or raise the budget.",
  planSteps: [],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "two machines in a budget of 500",
      settings: { monthlyUsd: 500 },
      resources: [cluster, group("m6i.large")],
    },
    fail: {
      title: "two machines four times as large",
      settings: { monthlyUsd: 500 },
      resources: [cluster, group("m6i.2xlarge")],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* (_, { graph, settings: options }) {
        const { monthlyUsd, highestUsd = monthlyUsd } = options;
        if (monthlyUsd === undefined || highestUsd === undefined) return new NotApplicable("The stack sets no budget.");
        const { total, unknown } = monthOf(graph, options);
        const more = unknown.length === 0 ? "" : `, and ${unknown.length} prices are not known`;
        const figures = `${usd(total.floor)} at least, ${usd(total.ceiling)} at most${more}`;
        if (total.expected > monthlyUsd) {
          const problem = `makes a month cost ${usd(total.expected)} as expected (${figures}), above the budget of ${usd(monthlyUsd)}`;
          yield { problem, path: "", fix: "lower bounds or machines of node groups, or raise the budget" };
        } else if (total.ceiling > highestUsd) {
          const problem = `may make a month cost ${usd(total.ceiling)} at the highest load, above the ${usd(highestUsd)} that it may then cost`;
          yield { problem, path: "", fix: "lower the highest bounds, or raise what they may cost", warning: true };
        }
        return undefined;
      },
    ),
  ],
});

function usd(amount: number): string {
  return `$${amount.toFixed(0)}`;
}
