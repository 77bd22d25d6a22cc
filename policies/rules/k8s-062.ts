import { allowedDisruptions, UnusableBudget } from "../graph/budget";
import { anyKnown, type Field } from "../field";
import { type Graph } from "../graph/graph";
import { describeIdentity } from "../graph/object";
import { rolloutGap } from "../graph/rollout";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const rolling = (strategy: Record<string, unknown>) => {
  const example = deployment({});
  return { ...example, spec: { ...(example.spec as object), replicas: 4, strategy } };
};

/** Where each kind says how its pods are replaced; kinds without this replace none. */
const strategies: Readonly<Record<string, string>> = {
  Deployment: "strategy",
  StatefulSet: "updateStrategy",
  DaemonSet: "updateStrategy",
};

export const rule = defineRule({
  id: "ALT-K8S-062",
  slug: "kubernetes-workload-requires-rolling-update",
  title: "Pods are replaced step by step, and no rollout takes away more of them than a drain may",
  severity: "medium",
  gate: "mandatory",
  // The catalogue calls it a rule on one resource; the budget beside it makes two.
  scope: "stack",
  why:
    "Recreate stops all pods before the first new one runs, and OnDelete leaves old ones for ever. Kubernetes' default " +
    "takes a quarter of the pods away during each rollout: more than the budget calls safe, and at the time of most risk.",
  fix: "Use RollingUpdate with maxUnavailable: 0 and a maxSurge, or a budget that allows as much.",
  planSteps: [],
  peers: ["kube-score deployment-strategy", "kube-linter no-rolling-update-strategy"],
  examples: {
    pass: {
      title: "a new pod serves before an old one goes",
      manifests: [rolling({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } })],
    },
    fail: { title: "nobody serves meanwhile", manifests: [rolling({ type: "Recreate" })] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph }) {
        const key = strategies[workload.kind];
        if (key === undefined) {
          return new NotApplicable(
            workload.isJob
              ? "A Job runs to its end; a change makes a new one."
              : "Nothing replaces its pods when it changes.",
          );
        }
        const strategy = workload.object.spec.at(key);
        const type = strategy.at("type").text() ?? "RollingUpdate";
        if (type === "Recreate" && isLoneHolder(workload, graph)) {
          return new NotApplicable("Its only pod holds a volume that a second one might not get.");
        }
        if (type !== "RollingUpdate") {
          const actual = type === "Recreate" ? "stops all pods before it starts new ones" : "does not replace its pods";
          const problem = `${actual} (${type})`;
          yield { problem, path: strategy.at("type").path, fix: "set the type to RollingUpdate" };
          return undefined;
        }
        // One pod per node: a budget counts them over all nodes, a rollout goes node by node.
        if (workload.kind === "DaemonSet") return undefined;
        return yield* each(podCounts(workload, graph), (pods) =>
          checkGap(workload, strategy.at("rollingUpdate"), pods, graph),
        );
      },
    ),
  ],
});

/** A second pod of a rolling update may wait for ever for a volume that only one node can hold. */
function isLoneHolder(workload: Workload, graph: Graph): boolean {
  const alone = (graph.maximumReplicas(workload) ?? 0) <= 1;
  return (
    alone && anyKnown(workload.podSpec.at("volumes").items(), (volume) => volume.at("persistentVolumeClaim").exists)
  );
}

/** The numbers of pods between which a workload moves. @throws UnknownValue when one is not known. */
function podCounts(workload: Workload, graph: Graph): number[] {
  const bounds = [graph.minimumReplicas(workload), graph.maximumReplicas(workload)];
  return [...new Set(bounds.map((pods) => pods ?? 0))];
}

function* checkGap(workload: Workload, rollingUpdate: Field, pods: number, graph: Graph): Generator<Failure> {
  const gap = rolloutGap(workload.kind, rollingUpdate, pods);
  const field = rollingUpdate.at("maxUnavailable");
  const fix =
    workload.kind === "Deployment" ? "set maxUnavailable to 0 and maxSurge to 1 or more" : "set maxUnavailable to 1";
  if (typeof gap === "string") {
    yield { problem: gap, path: field.path, fix };
    return;
  }
  // A StatefulSet replaces a pod under its own name, and so has to take the old one away first.
  if (gap === 0 || (workload.kind === "StatefulSet" && gap === 1)) return;
  const share = field.exists ? "" : ", by Kubernetes' default of 25%";
  const actual = `lets ${gap} of ${pods} pods be missing during a rollout${share}`;
  const budgets = graph.budgets.objectsOf(workload).all();
  if (budgets.length === 0) {
    yield { problem: `${actual}, and no disruption budget says that this is safe`, path: field.path, fix };
  }
  yield* each(budgets, function* (budget) {
    const allowance = allowedDisruptions(budget.spec, pods);
    if (allowance instanceof UnusableBudget || gap <= allowance.allowed) return;
    const who = describeIdentity(budget.identity);
    const problem = `${actual}, where ${who} allows ${allowance.allowed} (${allowance.rule})`;
    yield { problem, path: field.path, fix };
  });
}
