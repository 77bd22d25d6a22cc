import { fromObjects } from "../../../policies/sources/objects";
import { join } from "../aws";
import { type Mutant, type RuleCases } from "../case";
import { add, drop, type Manifest, set, unknown } from "../fixtures";
import { daemonSet, inSystemNamespace, job, namespaced } from "../objects";

const autoscaler = (...args: string[]): Manifest =>
  namespaced("apps/v1", "Deployment", "cluster-autoscaler", {
    spec: {
      selector: { matchLabels: { app: "cluster-autoscaler" } },
      template: {
        metadata: { labels: { app: "cluster-autoscaler" } },
        spec: { containers: [{ name: "app", image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1", args }] },
      },
    },
  });
const present = add(autoscaler());
const annotation = (name: string) => ["spec", "template", "metadata", "annotations", name];
const service = "Deployment/archive-service";
const safe = "cluster-autoscaler.kubernetes.io/safe-to-evict";
const listed = set(service, annotation(`${safe}-local-volumes`), "scratch");

export const cases: RuleCases = {
  pass: [
    { title: "the volume is listed", edits: [present, listed] },
    { title: "the pod may go", edits: [present, set(service, annotation(safe), "true")] },
    { title: "the autoscaler moves all", edits: [add(autoscaler("--skip-nodes-with-local-storage=false"))] },
    {
      title: "a volume in memory",
      edits: [present, set(service, "spec.template.spec.volumes[0].emptyDir.medium", "Memory")],
    },
    { title: "a DaemonSet and a Job beside", edits: [present, listed, add(daemonSet), add(job({ containers: [] }))] },
    {
      title: "a system pod with a budget",
      edits: [present, listed, inSystemNamespace, set("PodDisruptionBudget", "metadata.namespace", "kube-system")],
    },
  ],
  fail: [
    {
      title: "a volume that is not listed",
      edits: [present],
      says: /Deployment altlas\/archive-service keeps its node because of the local volume scratch/,
      at: "spec.template.spec.volumes[0]",
    },
    {
      title: "a folder of the node",
      edits: [
        present,
        listed,
        set(service, "spec.template.spec.volumes[0]", { name: "host", hostPath: { path: "/var" } }),
      ],
      says: /because of the local volume host/,
      at: "spec.template.spec.volumes[0]",
    },
    {
      title: "a pod that says no",
      edits: [present, listed, set(service, annotation(safe), "false")],
      says: /forbids the autoscaler to move it/,
      at: `spec.template.metadata.annotations["${safe}"]`,
    },
    {
      title: "a system pod without a budget",
      edits: [present, listed, inSystemNamespace],
      says: /Deployment kube-system\/archive-service is a system pod without a budget/,
      at: "",
    },
  ],
  notApplicable: [{ title: "no autoscaler" }],
  unknown: [
    {
      title: "volumes from an output",
      edits: [present, unknown(service, "spec.template.spec.volumes")],
      because: "spec.template.spec.volumes",
    },
  ],
  configured: [
    {
      title: "another namespace of the system",
      edits: [present, listed, drop("PodDisruptionBudget", "spec.selector")],
      options: { settings: { "ALT-SCALE-012": { systemNamespaces: ["altlas"] } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a list of safe volumes is cut short beside an autoscaler with its defaults",
    edits: [set("Deployment/api-gateway", annotation(`${safe}-local-volumes`), "tmp")],
    change: join(...fromObjects([autoscaler()])),
    says: /api-gateway keeps its node because of the local volume uploads/,
  },
];
