import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { dataOfPods, storeImages, storeResources } from "../checks/stores";
import { type Graph } from "../graph/graph";
import { apiGroup } from "../graph/kinds";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { autoscalers, targetName, targetReference } from "../graph/scaling";
import { persistentVolumes } from "../graph/storage";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  stores: z
    .array(z.string().min(1))
    .default([...storeImages])
    .describe("last parts of image repositories of programs whose data belongs to single pods"),
  scalable: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("target: Kind/namespace/name, Kind/name or name; * for any part"),
        reason: z.string().min(20).describe("why its pods may come and go by load"),
      }),
    )
    .default([])
    .describe("workloads with storage of their own that are made to be scaled by load"),
});
type Settings = z.infer<typeof settings>;

const fix = "remove the autoscaler, and set the number of replicas by hand";

const autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "archive-service", {
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive-service" },
    minReplicas: 2,
    maxReplicas: 12,
  },
});

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-004",
  slug: "kubernetes-autoscaler-spares-stateful-workloads",
  title: "No autoscaler on databases, single instances and workloads with volumes that one node can mount",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "A second pod of a Prometheus, a Loki or a Grafana on SQLite is another one with other data. A second pod on a " +
    "ReadWriteOnce claim waits for ever for the node that holds it. A database member that is added or removed by cpu " +
    "takes its share of the data, or the majority, with it.",
  fix: "Remove the autoscaler; give the pods more cpu and memory, or add members by hand in the way the program asks for.",
  planSteps: ["2.4"],
  peers: [],
  settings,
  examples: {
    pass: { title: "a service without data of its own", manifests: [deployment({}), autoscaler] },
    fail: {
      title: "a database",
      manifests: [deployment({ image: "docker.io/library/postgres:17.6" }), autoscaler],
    },
  },
  parts: [
    part(
      ({ graph }) => autoscalers(graph, "number"),
      function* (scaler, { graph, settings: options }) {
        const reference = targetReference(scaler);
        const { kind, name } = targetName(scaler);
        const identity = { kind, name, namespace: scaler.namespace };
        if (options.scalable.some(({ workload }) => matchesResource(workload, identity))) {
          return new NotApplicable("The settings say that its target is made to be scaled by load.");
        }
        const resource = `${apiGroup(reference.at("apiVersion").text() ?? "")}/${kind}`;
        if (storeResources.includes(resource)) {
          yield { problem: `scales ${kind} ${name}, whose members keep data of their own`, path: reference.path, fix };
          return undefined;
        }
        const target = graph.targetOf(scaler);
        if (target === undefined) return new NotApplicable("Its target is not among the resources; see ALT-SCALE-002.");
        return yield* aspects(
          () => checkProgram(scaler, target, options),
          () => checkStorage(scaler, target, graph),
        );
      },
    ),
  ],
});

function* checkProgram(scaler: KubernetesObject, target: Workload, { stores }: Settings): Generator<Failure> {
  const data = dataOfPods(target, stores);
  if (data === undefined) return;
  const problem = `scales ${describeIdentity(target.object.identity)}, which runs ${data}`;
  yield { problem, path: targetReference(scaler).path, fix };
}

function* checkStorage(scaler: KubernetesObject, target: Workload, graph: Graph): Generator<Failure> {
  yield* each(persistentVolumes(target, graph), function* ({ exclusive }) {
    const storage = exclusive();
    if (storage === undefined) return;
    const problem = `scales ${describeIdentity(target.object.identity)}, which has ${storage}`;
    yield { problem, path: targetReference(scaler).path, fix };
  });
}
