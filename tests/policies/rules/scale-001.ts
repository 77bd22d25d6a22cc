import { add, copy, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, cronJob, daemonSet, job, minimumReplicas, namespaced, podOf } from "../objects";

const scaledObject = (spec: Manifest) =>
  namespaced("keda.sh/v1alpha1", "ScaledObject", "archive-service", {
    spec: { scaleTargetRef: { name: "archive-service" }, ...spec },
  });
const claim = (accessModes: string[]) =>
  namespaced("v1", "PersistentVolumeClaim", "files", { spec: { accessModes, resources: {} } });
const mounted = set("Deployment", `${pod}.volumes`, [{ name: "files", persistentVolumeClaim: { claimName: "files" } }]);
const image = (reference: string) => set("Deployment", `${pod}.containers[0].image`, reference);
const kindOf = (kind: string) => set("Deployment", "kind", kind);

const exactly = (replicas: number) => [without(autoscaler), set("Deployment", "spec.replicas", replicas)];
const planned = { "ALT-SCALE-001": { services: [{ workload: "Deployment/altlas/archive-service", minimum: 3 }] } };
const fixed = {
  "ALT-SCALE-001": { fixed: [{ workload: "archive-service", reason: "Its licence allows this number of pods." }] },
};

export const cases: RuleCases = {
  pass: [
    { title: "more pods than it must have", edits: [minimumReplicas(3)] },
    { title: "a scaler of another kind", edits: [without(autoscaler), add(scaledObject({ minReplicaCount: 2 }))] },
    {
      title: "volumes that all pods share",
      edits: [mounted, add(claim(["ReadWriteMany"]))],
    },
    {
      title: "a Grafana with a database of its own",
      edits: [
        image("docker.io/grafana/grafana:12.3.0"),
        set("Deployment", `${pod}.containers[0].env`, [{ name: "GF_DATABASE_TYPE", value: "postgres" }]),
      ],
    },
    {
      title: "a claim whose name is not known beside an autoscaler",
      edits: [
        set("Deployment", `${pod}.volumes`, [{ name: "files", persistentVolumeClaim: { claimName: "files" } }]),
        add(claim(["ReadWriteMany"])),
        copy("PersistentVolumeClaim/files", "other", unknown("PersistentVolumeClaim", "metadata.name")),
      ],
    },
  ],
  fail: [
    {
      title: "no autoscaler",
      edits: exactly(3),
      says: /Deployment altlas\/archive-service always runs 3 pods, whatever its load is .*minReplicas: 2/,
      at: "spec.replicas",
    },
    {
      title: "no autoscaler and no number, which is one pod",
      edits: [without(autoscaler)],
      says: /always runs 1 pod, /,
      at: "spec.replicas",
    },
    {
      title: "an autoscaler of another namespace",
      edits: [set(autoscaler, "metadata.namespace", "other")],
      says: /always runs 1 pod, /,
      at: "spec.replicas",
    },
    {
      title: "an autoscaler of a Deployment of another name",
      edits: [set(autoscaler, "spec.scaleTargetRef.name", "other")],
      says: /always runs 1 pod, /,
      at: "spec.replicas",
    },
    {
      title: "a ReplicaSet of its own",
      edits: [kindOf("ReplicaSet")],
      says: /ReplicaSet .* always runs 1 pod/,
      at: "spec.replicas",
    },
    {
      title: "a minimum of one",
      edits: [minimumReplicas(1)],
      says: /HorizontalPodAutoscaler altlas\/archive-service lets Deployment archive-service shrink to 1 pod, and it needs 2 .*set minReplicas to 2/,
      at: "spec.minReplicas",
    },
    {
      title: "no minimum, which is one",
      edits: [drop(autoscaler, "spec.minReplicas")],
      says: /to 1 pod,/,
      at: "spec.minReplicas",
    },
    {
      title: "a scaler of another kind without a minimum, which is none",
      edits: [without(autoscaler), add(scaledObject({}))],
      says: /ScaledObject altlas\/archive-service lets Deployment archive-service shrink to 0 pods/,
      at: "spec.minReplicaCount",
    },
    {
      title: "Grafana with a database of the file kind is no excuse when an autoscaler has one pod",
      edits: [image("docker.io/grafana/grafana:12.3.0"), minimumReplicas(1)],
      says: /shrink to 1 pod/,
      at: "spec.minReplicas",
    },
  ],
  notApplicable: [
    { title: "nothing sends it requests", edits: [without(autoscaler), without("Service")] },
    { title: "it is switched off", edits: exactly(0) },
    { title: "a claim that one node can mount", edits: [...exactly(1), mounted, add(claim(["ReadWriteOnce"]))] },
    {
      title: "a disk without a claim",
      edits: [...exactly(1), set("Deployment", `${pod}.volumes`, [{ name: "d", iscsi: { targetPortal: "1.2.3.4" } }])],
    },
    { title: "a database", edits: [...exactly(1), image("docker.io/bitnami/postgresql:17")] },
    { title: "Prometheus", edits: [...exactly(1), image("quay.io/prometheus/prometheus:v3.5.0")] },
    { title: "Grafana on its file", edits: [...exactly(1), image("docker.io/grafana/grafana:12.3.0")] },
    { title: "Loki as a single process", edits: [...exactly(1), image("docker.io/grafana/loki:3.6.0")] },
    { title: "a StatefulSet", edits: [without(autoscaler), kindOf("StatefulSet")] },
    { title: "one pod per node", edits: [without(autoscaler), without("Deployment"), add(daemonSet)] },
    {
      title: "pods that end, and a pod without an owner",
      edits: [
        without(autoscaler),
        without("Deployment"),
        add(job({ containers: [] }), cronJob({ containers: [] }), podOf({ spec: { containers: [] } })),
      ],
    },
  ],
  unknown: [
    {
      title: "a target's name from an output",
      edits: [unknown(autoscaler, "spec.scaleTargetRef.name")],
      because: "spec.scaleTargetRef.name",
    },
    {
      title: "a minimum from an output",
      edits: [unknown(autoscaler, "spec.minReplicas")],
      because: "spec.minReplicas",
    },
    {
      title: "an image from an output, which may be a database",
      edits: [without(autoscaler), unknown("Deployment", `${pod}.containers[0].image`)],
      because: `${pod}.containers[0].image`,
    },
    {
      title: "a Service's selector from an output",
      edits: [without(autoscaler), unknown("Service", "spec.selector")],
      because: "spec.selector",
    },
  ],
  configured: [
    { title: "the plan gives it three", options: { settings: planned }, outcome: "fail" },
    { title: "a fixed number on purpose", edits: exactly(2), options: { settings: fixed }, outcome: "pass" },
    {
      title: "one is enough",
      edits: [minimumReplicas(1)],
      options: { settings: { "ALT-SCALE-001": { minimum: 1, services: [] } } },
      outcome: "pass",
    },
  ],
};

const ours = "HorizontalPodAutoscaler/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "an autoscaler is lost",
    edits: [without(ours)],
    says: /Deployment altlas\/api-gateway always runs 1 pod, whatever its load is/,
  },
  {
    title: "the stack starts with one pod",
    edits: [set(ours, "spec.minReplicas", 1)],
    says: /lets Deployment api-gateway shrink to 1 pod, and it needs 2/,
  },
  {
    title: "dev's minimum comes to a stack of the plan's size",
    options: { scale: { resources: 1, minimumReplicas: Infinity, maximumReplicas: Infinity } },
    says: /lets Deployment api-gateway shrink to 2 pods, and it needs 3/,
  },
];
