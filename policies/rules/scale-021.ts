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

/** Stands for any number of pods: more than a cluster has (150,000 at most, kubernetes.io/docs/setup/best-practices/cluster-large/). */
const manyPods = 1_000_000;

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
        if (selected.length === 0) {
          const anyhow = allowedDisruptions(spec, manyPods);
          if (anyhow instanceof UnusableBudget) {
            yield { problem: anyhow.problem, path: anyhow.path, fix: "set maxUnavailable to 1" };
          } else if (anyhow.allowed < 1) {
            const path = spec.at(spec.at("maxUnavailable").exists ? "maxUnavailable" : "minAvailable").path;
            const problem = `lets no pod go, however many there are: ${anyhow.rule}`;
            yield { problem, path, fix: "set maxUnavailable to 1 in place of it" };
          }
          return new NotApplicable("It selects no pod of this stack, so it cannot be said how many there are.");
        }
        if (scaled.length === 0) return new NotApplicable("It selects pods that come one per node or per run.");
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
