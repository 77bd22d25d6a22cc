import { allowedDisruptions, UnusableBudget } from "../graph/budget";
import { describeIdentity } from "../graph/object";
import { objects } from "../graph/subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const replicated = () => {
  const example = deployment({});
  return { ...example, spec: { ...(example.spec as object), replicas: 3 } };
};
const budget = (spec: Record<string, unknown>) =>
  object("policy/v1", "PodDisruptionBudget", "archive-service", {
    spec: { ...spec, selector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } } },
  });

export const rule = defineRule({
  id: "ALT-SCALE-021",
  slug: "kubernetes-budget-allows-eviction",
  title: "A disruption budget lets at least one pod go at the autoscaler's minimum, and is not on a single instance",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A budget that allows nothing keeps a node from ever being drained: cluster upgrades and the cluster autoscaler " +
    "hang on it. It happens at night, when the autoscaler is at its minimum, and percentages are rounded up.",
  fix: "Use maxUnavailable: 1, or raise the minimum; of a single instance remove the budget.",
  planSteps: ["2.2.3"],
  peers: [
    "polaris pdbMinAvailableGreaterThanHPAMinReplicas, pdbDisruptionsIsZero",
    "kube-linter pdb-min-available, pdb-max-unavailable",
    "kyverno require-reasonable-pdbs, deployment-replicas-higher-than-pdb",
    "gatekeeper-library poddisruptionbudget",
    "pulumi compliance-policies disallowZeroVoluntaryDisruption",
  ],
  examples: {
    pass: { title: "one of three may go", manifests: [replicated(), budget({ maxUnavailable: 1 })] },
    fail: { title: "all three must stay", manifests: [replicated(), budget({ minAvailable: "80%" })] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "PodDisruptionBudget"),
      function* (object, { graph }) {
        const { spec } = object;
        const selected = graph.budgets.workloadsOf(object).all();
        const counted = selected.map((workload) => ({ workload, pods: graph.minimumReplicas(workload) }));
        const scaled = counted.filter((each) => each.pods !== undefined);
        if (scaled.length === 0) {
          return new NotApplicable(
            selected.length === 0
              ? "It selects no pod of this stack."
              : "It selects pods that come one per node or per run.",
          );
        }
        const pods = scaled.reduce((sum, each) => sum + (each.pods ?? 0), 0);
        const names = scaled.map(({ workload }) => describeIdentity(workload.object.identity)).join(", ");
        const allowance = allowedDisruptions(spec, pods);
        if (allowance instanceof UnusableBudget) {
          yield { problem: allowance.problem, path: allowance.path, fix: "set maxUnavailable to 1" };
        } else if (pods <= 1) {
          const problem = `is on ${names}, which has ${pods} ${pods === 1 ? "pod" : "pods"} at least`;
          yield { problem, path: spec.at("selector").path, fix: "remove the budget, or run two replicas at least" };
        } else if (allowance.allowed < 1) {
          const problem = `lets no pod go: ${allowance.rule} of the ${pods} pods that ${names} has at least`;
          const path = spec.at(spec.at("maxUnavailable").exists ? "maxUnavailable" : "minAvailable").path;
          yield { problem, path, fix: "set maxUnavailable to 1 in place of it, or raise the minimum" };
        }
        return undefined;
      },
    ),
  ],
});
