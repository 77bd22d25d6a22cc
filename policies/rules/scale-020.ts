import { describeIdentity } from "../graph/object";
import { workloads } from "../graph/subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const replicated = () => {
  const example = deployment({});
  return { ...example, spec: { ...(example.spec as object), replicas: 3 } };
};
const budget = object("policy/v1", "PodDisruptionBudget", "archive-service", {
  spec: { maxUnavailable: 1, selector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } } },
});

export const rule = defineRule({
  id: "ALT-SCALE-020",
  slug: "kubernetes-workload-requires-one-budget",
  title: "Every workload of two or more replicas has a disruption budget, and no pod has two",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Without a budget, draining nodes for an upgrade may take all replicas at once. With two budgets on a pod the " +
    "eviction API refuses every eviction, and no node that runs it can be drained.",
  fix: "Add one PodDisruptionBudget whose selector means exactly this workload's pods.",
  planSteps: ["2.2.3"],
  peers: [
    "kube-score deployment-has-poddisruptionbudget, statefulset-has-poddisruptionbudget",
    "polaris missingPodDisruptionBudget",
    "kyverno require-pdb",
  ],
  examples: {
    pass: { title: "one budget", manifests: [replicated(), budget] },
    fail: { title: "three replicas and no budget", manifests: [replicated()] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph }) {
        const budgets = graph.budgets.objectsOf(workload);
        const { path } = workload.labels;
        if (budgets.certain.length > 1) {
          const names = budgets.certain.map(({ identity }) => describeIdentity(identity)).sort();
          const problem = `has ${names.length} budgets on each pod: ${names.join(", ")}`;
          yield { problem, path, fix: "keep one, or narrow their selectors" };
        }
        const replicas = graph.minimumReplicas(workload);
        const count = budgets.all().length;
        if (count > 0) return undefined;
        if (replicas === undefined) return new NotApplicable("It has one pod per node or per run.");
        if (replicas < 2) return new NotApplicable("It is a single instance, which a budget could only block.");
        const fix = "add a PodDisruptionBudget with maxUnavailable: 1 that selects its pods";
        yield { problem: `runs ${replicas} replicas at least and has no disruption budget`, path, fix };
        return undefined;
      },
    ),
  ],
});
