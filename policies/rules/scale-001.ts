import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { dataOfPods } from "../checks/stores";
import { type Graph } from "../graph/graph";
import { type KubernetesObject } from "../graph/object";
import { autoscalers, lowerBound, targetName } from "../graph/scaling";
import { certainlyExclusive } from "../graph/storage";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const pattern = z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment");

const settings = z.strictObject({
  minimum: z
    .int()
    .min(1)
    // Two are the fewest of which one may be missing: a drain, an update or a lost node takes one.
    .default(2)
    .describe("fewest pods of every autoscaled workload"),
  services: z
    .array(z.strictObject({ workload: pattern, minimum: z.int().min(1) }))
    .default([])
    .describe("workloads that need more pods than that even without load"),
  fixed: z
    .array(z.strictObject({ workload: pattern, reason: z.string().min(20) }))
    .default([])
    .describe("services that run a fixed number of pods on purpose"),
});
type Settings = z.infer<typeof settings>;

const service = object("v1", "Service", "archive-service", {
  spec: { selector: { "app.kubernetes.io/name": "archive-service" }, ports: [{ port: 9000 }] },
});
const autoscaler = (minReplicas: number) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "archive-service", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive-service" },
      minReplicas,
      maxReplicas: 12,
    },
  });

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-001",
  slug: "kubernetes-service-requires-autoscaler",
  title: "Every stateless service has an autoscaler, with at least two pods, or as many as the plan gives it",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "A service with a fixed number of pods answers a rush with timeouts until somebody wakes up. With a minimum of one, " +
    "each drained node and each restart is an outage, and a budget that protects the one pod blocks every drain.",
  fix: "Add a HorizontalPodAutoscaler with minReplicas: 2, or the plan's number, and remove replicas from the workload.",
  planSteps: ["2.4.1"],
  peers: [
    "kyverno check-hpa-exists",
    "kube-score horizontalpodautoscaler-replicas",
    "kube-linter hpa-minimum-three-replicas",
    "polaris hpaMinAvailability",
    "gatekeeper-library horizontalpodautoscaler",
  ],
  settings,
  examples: {
    pass: { title: "two pods at least", manifests: [deployment({}), service, autoscaler(2)] },
    fail: { title: "one pod without load", manifests: [deployment({}), service, autoscaler(1)] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: options }) {
        const exception = noService(workload, graph);
        if (exception !== undefined) return new NotApplicable(exception);
        const scalers = graph.autoscalersOf(workload);
        if (scalers.any()) return undefined;
        const fixed = options.fixed.some((each) => matchesResource(each.workload, workload.object.identity));
        const minimum = fewest(workload.object.identity, options);
        const replicas = workload.object.spec.at("replicas");
        const number = replicas.number() ?? 1;
        if (number === 0) return new NotApplicable("It is switched off: it has 0 replicas.");
        if (!fixed) {
          const fix = `add a HorizontalPodAutoscaler with minReplicas: ${minimum}, and remove replicas`;
          yield { problem: `always runs ${count(number)}, whatever its load is`, path: replicas.path, fix };
        } else if (number < minimum) {
          const problem = `always runs ${count(number)}, and needs ${minimum}`;
          yield { problem, path: replicas.path, fix: `set replicas to ${minimum} at least` };
        }
        return undefined;
      },
    ),
    part(
      ({ graph }) => autoscalers(graph, "number"),
      (scaler, { settings: options }) => checkMinimum(scaler, options),
    ),
  ],
});

function* checkMinimum(scaler: KubernetesObject, options: Settings): Generator<Failure, undefined> {
  const target = { ...targetName(scaler), namespace: scaler.namespace };
  const { field, value } = lowerBound(scaler);
  const minimum = fewest(target, options);
  if (value >= minimum) return undefined;
  const problem = `lets ${target.kind} ${target.name} shrink to ${count(value)}, and it needs ${minimum}`;
  yield { problem, path: field.path, fix: `set ${field.path.replace(/^.*\./, "")} to ${minimum}` };
  return undefined;
}

/** Why a workload is no stateless service. */
function noService(workload: Workload, graph: Graph): string | undefined {
  switch (workload.kind) {
    case "Deployment":
    case "ReplicaSet":
    case "ReplicationController":
      break;
    case "StatefulSet":
      return "It keeps state: its pods are added by hand, see ALT-SCALE-004.";
    case "DaemonSet":
      return "It has one pod on each node.";
    case "Pod":
      return "It is a single pod, which nothing can scale.";
    default:
      return "Its pods end by themselves.";
  }
  if (!graph.services.objectsOf(workload).any()) return "No Service sends it requests.";
  const storage = certainlyExclusive(workload, graph);
  if (storage !== undefined) return `It keeps state in ${storage}, see ALT-SCALE-004.`;
  const data = dataOfPods(workload);
  return data === undefined ? undefined : `It runs ${data}, see ALT-SCALE-004.`;
}

/** Fewest pods that a workload may have. */
function fewest(target: Parameters<typeof matchesResource>[1], { services, minimum }: Settings): number {
  return services.find(({ workload }) => matchesResource(workload, target))?.minimum ?? minimum;
}

function count(pods: number): string {
  return pods === 1 ? "1 pod" : `${pods} pods`;
}
