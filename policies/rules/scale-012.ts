import { z } from "zod";
import { clusterAutoscaler } from "../checks/cluster-autoscaler";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  systemNamespaces: z
    .array(z.string().min(1))
    // The autoscaler knows only this one.
    .default(["kube-system"])
    .describe("namespaces whose pods the autoscaler moves only when a budget allows it"),
});
type Settings = z.infer<typeof settings>;

const safe = "cluster-autoscaler.kubernetes.io/safe-to-evict";
const safeVolumes = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";

/** A deployment beside the cluster's autoscaler, which has its defaults. */
const beside = (pod: Record<string, unknown>) => [
  deployment({}, pod),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "cluster-autoscaler", namespace: "altlas-platform" },
    spec: {
      selector: { matchLabels: { app: "cluster-autoscaler" } },
      template: {
        metadata: { labels: { app: "cluster-autoscaler" } },
        spec: {
          containers: [{ name: "app", image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1", args: [] }],
        },
      },
    },
  },
];

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-012",
  slug: "kubernetes-pods-let-nodes-go",
  title: "No pod keeps the cluster autoscaler from removing an empty node",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "One pod that the autoscaler may not move keeps its node: after a peak the cluster stays at its largest size, at full price, " +
    "although nearly nothing runs on it.",
  fix: "List local volumes as safe, give system pods a budget, or set the autoscaler's flags.",
  planSteps: ["2.4.4"],
  peers: ["Kyverno add-safe-to-evict"],
  settings,
  examples: {
    pass: { title: "no volume on the node", manifests: beside({}) },
    fail: {
      title: "a local volume that nobody calls safe",
      manifests: beside({ volumes: [{ name: "cache", emptyDir: {} }] }),
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { systemNamespaces } }) {
        const flags = clusterAutoscaler(graph);
        if (!flags) return new NotApplicable("The stack has no cluster autoscaler.");
        if (workload.kind === "DaemonSet")
          return new NotApplicable("The autoscaler does not count pods of a DaemonSet.");
        if (workload.isJob) return new NotApplicable("Its pods end by themselves, and the node goes then.");
        const marked = workload.podAnnotation(safe);
        if (marked === "true") return undefined;
        return yield* aspects(
          function* () {
            if (marked !== "false") return;
            const { path } = workload.template.at("metadata", "annotations", safe);
            yield { problem: "forbids the autoscaler to move it", path, fix: "remove the annotation" };
          },
          function* () {
            if (flags.get("skip-nodes-with-local-storage") !== "false") yield* localVolumes(workload);
          },
          function* () {
            if (flags.get("skip-nodes-with-system-pods") === "false") return;
            if (!systemNamespaces.includes(workload.object.namespace)) return;
            if (graph.budgets.objectsOf(workload).all().length > 0) return;
            const fix = "give it a PodDisruptionBudget that allows one eviction";
            yield { problem: "is a system pod without a budget, which the autoscaler does not move", path: "", fix };
          },
        );
      },
    ),
  ],
});

function* localVolumes(workload: Workload): Generator<Failure> {
  const listed = (workload.podAnnotation(safeVolumes) ?? "").split(",").map((name) => name.trim());
  for (const volume of workload.podSpec.at("volumes").items()) {
    const disk = volume.at("emptyDir");
    const isLocal = volume.at("hostPath").exists || (disk.exists && disk.at("medium").text() !== "Memory");
    const name = volume.at("name").text() ?? "";
    if (!isLocal || listed.includes(name)) continue;
    const fix = `list ${name} in the annotation ${safeVolumes}`;
    yield { problem: `keeps its node because of the local volume ${name}`, path: volume.path, fix };
  }
}
