import { add, copy, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, namespaced } from "../objects";

const claim = (name: string, accessModes: string[]) =>
  namespaced("v1", "PersistentVolumeClaim", name, { spec: { accessModes } });
const volumes = (...list: Manifest[]) => set("Deployment", `${pod}.volumes`, list);
const mounted = (claimName: string, rest: Manifest = {}) =>
  volumes({ name: "data", persistentVolumeClaim: { claimName, ...rest } });
const image = (reference: string) => set("Deployment", `${pod}.containers[0].image`, reference);
/** The fixture's Deployment and its autoscaler as a StatefulSet. */
const stateful = [set("Deployment", "kind", "StatefulSet"), set(autoscaler, "spec.scaleTargetRef.kind", "StatefulSet")];
const templates = (...modes: string[]) =>
  set("StatefulSet", "spec.volumeClaimTemplates", [{ metadata: { name: "data" }, spec: { accessModes: modes } }]);
const reference = "spec.scaleTargetRef";

export const cases: RuleCases = {
  pass: [
    { title: "a claim that all nodes can write", edits: [mounted("data"), add(claim("data", ["ReadWriteMany"]))] },
    {
      title: "a claim that all nodes can read, read",
      edits: [mounted("data", { readOnly: true }), add(claim("data", ["ReadOnlyMany"]))],
    },
    { title: "a claim that is not in the stack", edits: [mounted("elsewhere")] },
    {
      title: "volumes that come and go with a pod",
      edits: [
        volumes({
          name: "scratch",
          ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: {} } } },
        }),
      ],
    },
    { title: "a disk that is only read", edits: [volumes({ name: "d", gcePersistentDisk: { readOnly: true } })] },
    { title: "a StatefulSet without volumes", edits: stateful },
    { title: "a client whose name begins like a database", edits: [image("ghcr.io/example/postgres-exporter:1.0")] },
    {
      title: "a part of Loki that is chosen",
      edits: [image("docker.io/grafana/loki:3.6.0"), set("Deployment", `${pod}.containers[0].args`, ["-target=read"])],
    },
    {
      title: "a database that starts the pod and ends",
      edits: [set("Deployment", `${pod}.initContainers[0].image`, "docker.io/library/postgres:17.6")],
    },
  ],
  fail: [
    {
      title: "a claim that one node can mount",
      edits: [mounted("data"), add(claim("data", ["ReadWriteOnce"]))],
      says: /HorizontalPodAutoscaler altlas\/archive-service scales Deployment altlas\/archive-service, which has claim data \(ReadWriteOnce\)/,
      at: reference,
    },
    {
      title: "a claim that one pod can mount",
      edits: [mounted("data"), add(claim("data", ["ReadWriteOncePod"]))],
      says: /claim data \(ReadWriteOncePod\)/,
      at: reference,
    },
    {
      title: "a volume for each pod of a StatefulSet",
      edits: [...stateful, templates("ReadWriteOnce")],
      says: /scales StatefulSet .*which has a volume data for each pod \(ReadWriteOnce\)/,
      at: reference,
    },
    {
      title: "a disk that is named without a claim",
      edits: [volumes({ name: "disk", awsElasticBlockStore: { volumeID: "vol-1" } })],
      says: /which has awsElasticBlockStore disk/,
      at: reference,
    },
    {
      title: "Prometheus",
      edits: [image("quay.io/prometheus/prometheus:v3.5.0")],
      says: /runs prometheus, which keeps/,
      at: reference,
    },
    {
      title: "Loki as a single process",
      edits: [image("docker.io/grafana/loki:3.6.0")],
      says: /Loki as a single process/,
      at: reference,
    },
    {
      title: "Loki with all its parts in one",
      edits: [image("docker.io/grafana/loki:3.6.0"), set("Deployment", `${pod}.containers[0].args`, ["-target=all"])],
      says: /Loki as a single process/,
      at: reference,
    },
    {
      title: "Grafana on its file",
      edits: [image("docker.io/grafana/grafana:12.3.0")],
      says: /Grafana on its own file of SQLite/,
      at: reference,
    },
    {
      title: "Grafana that is told to use its file",
      edits: [
        image("docker.io/grafana/grafana-oss:12.3.0"),
        set("Deployment", `${pod}.containers[0].env`, [{ name: "GF_DATABASE_TYPE", value: "sqlite3" }]),
      ],
      says: /Grafana on its own file of SQLite/,
      at: reference,
    },
    {
      title: "a database under an operator",
      edits: [set(autoscaler, reference, { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", name: "main" })],
      says: /scales Cluster main, whose members keep data of their own/,
      at: reference,
    },
    {
      title: "a scaler of another kind",
      edits: [
        without(autoscaler),
        image("docker.io/library/redis:8"),
        add(
          namespaced("keda.sh/v1alpha1", "ScaledObject", "x", {
            spec: { scaleTargetRef: { name: "archive-service" } },
          }),
        ),
      ],
      says: /ScaledObject altlas\/x scales Deployment .*which runs redis/,
      at: reference,
    },
    {
      title: "a claim that is certain beside one that is not known",
      edits: [
        volumes(
          { name: "a", persistentVolumeClaim: { claimName: "other" } },
          { name: "b", persistentVolumeClaim: { claimName: "data" } },
        ),
        add(claim("data", ["ReadWriteOnce"])),
        copy("PersistentVolumeClaim/data", "x", unknown("PersistentVolumeClaim", "metadata.name")),
      ],
      says: /claim data/,
      at: reference,
    },
  ],
  notApplicable: [
    { title: "no autoscaler", edits: [without(autoscaler)] },
    { title: "a target that is not in the stack", edits: [set(autoscaler, `${reference}.name`, "other")] },
  ],
  unknown: [
    {
      title: "an image from an output",
      edits: [unknown("Deployment", `${pod}.containers[0].image`)],
      because: `${pod}.containers[0].image`,
    },
    {
      title: "access modes from an output",
      edits: [mounted("data"), add(claim("data", [])), unknown("PersistentVolumeClaim", "spec.accessModes")],
      because: "spec.accessModes",
    },
    {
      title: "a claim's name from an output",
      edits: [mounted("data"), add(claim("x", ["ReadWriteOnce"])), unknown("PersistentVolumeClaim", "metadata.name")],
      because: "metadata.name",
    },
    {
      title: "a target's kind from an output",
      edits: [unknown(autoscaler, `${reference}.kind`)],
      because: `${reference}.kind`,
    },
  ],
  configured: [
    {
      title: "a store that is made to be scaled",
      edits: [...stateful, templates("ReadWriteOnce")],
      options: {
        settings: {
          "ALT-SCALE-004": {
            scalable: [
              { workload: "StatefulSet/*/archive-service", reason: "Its volumes only cache what all pods share." },
            ],
          },
        },
      },
      outcome: "notApplicable",
    },
    {
      title: "a database that the list does not know",
      edits: [image("ghcr.io/example/ledger:1.0")],
      options: { settings: { "ALT-SCALE-004": { stores: ["ledger"] } } },
      outcome: "fail",
    },
  ],
};

const ours = "Deployment/archive-service";

export const mutants: readonly Mutant[] = [
  {
    title: "a shared claim becomes one of a single node",
    edits: [
      set("PersistentVolumeClaim/alt-files", "spec.accessModes", ["ReadWriteOnce"]),
      set(ours, `${pod}.volumes`, [{ name: "alt", persistentVolumeClaim: { claimName: "alt-files" } }]),
    ],
    says: /scales Deployment altlas\/archive-service, which has claim alt-files \(ReadWriteOnce\)/,
  },
  {
    title: "an autoscaler comes to a database",
    edits: [set(ours, `${pod}.containers[0].image`, "docker.io/library/postgres:17.6")],
    says: /scales Deployment altlas\/archive-service, which runs postgres/,
  },
];
