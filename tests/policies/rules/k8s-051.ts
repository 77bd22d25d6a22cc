import { UNKNOWN } from "../../../policies/field";
import { add, drop, type Manifest, set, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { cronJob, namespaced, podOf } from "../objects";

const own = (key: string) => ["metadata", "labels", key];
const ofPods = (key: string) => ["spec", "template", "metadata", "labels", key];
const paths = { own: "metadata.labels", pods: "spec.template.metadata.labels" };
const [partOf, managedBy] = ["app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"];
const stranger = (labels: Manifest) => ({
  ...namespaced("v1", "ConfigMap", "page", {}),
  metadata: { name: "page", namespace: "shop", labels },
});
const deployment = (labels: Manifest) => ({
  ...stranger(labels),
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: { template: { metadata: { labels }, spec: { containers: [] } } },
});
const recommended = Object.fromEntries(
  ["name", "instance", "version", "part-of", "managed-by"].map((key) => [`app.kubernetes.io/${key}`, "shop"]),
);
const options = (settings: Manifest) => ({ settings: { "ALT-K8S-051": settings } });
const alone = (manifests: Manifest[]) => manifests.splice(0);

export const cases: RuleCases = {
  pass: [
    {
      title: "somebody else's workload, which is part of something else",
      edits: [add(deployment(recommended))],
    },
    {
      title: "a label whose value is an output",
      edits: [unknown("Service", own("altlas.io/owner"))],
    },
  ],
  fail: [
    {
      title: "no labels",
      edits: [drop("ConfigMap", "metadata.labels")],
      says: /ConfigMap altlas\/archive-service lacks the label app.kubernetes.io\/part-of \(metadata.labels\); add it\./,
      at: paths.own,
    },
    {
      title: "ours without its owner",
      edits: [drop("Service", own("altlas.io/owner"))],
      says: /Service altlas\/archive-service lacks the label altlas.io\/owner \(metadata.labels\); add it\./,
      at: paths.own,
    },
    {
      title: "ours without tier, environment and plan step",
      edits: ["tier", "environment", "plan-ref"].map((key) => drop("Namespace", own(`altlas.io/${key}`))),
      says: /Namespace altlas lacks the labels altlas.io\/environment, altlas.io\/tier, altlas.io\/plan-ref/,
      at: paths.own,
    },
    {
      title: "a workload without its version",
      edits: [drop("Deployment", own("app.kubernetes.io/version"))],
      says: /Deployment altlas\/archive-service lacks the label app.kubernetes.io\/version/,
      at: paths.own,
    },
    {
      title: "pods without their version",
      edits: [drop("Deployment", ofPods("app.kubernetes.io/version"))],
      says: /Deployment altlas\/archive-service makes pods without the label app.kubernetes.io\/version/,
      at: paths.pods,
    },
    {
      title: "pods of ours without their owner",
      edits: [drop("Deployment", ofPods("altlas.io/owner"))],
      says: /makes pods without the label altlas.io\/owner/,
      at: paths.pods,
    },
    {
      title: "an empty label",
      edits: [set("Secret", own(managedBy), "")],
      says: /Secret altlas\/archive-service lacks the label app.kubernetes.io\/managed-by/,
      at: paths.own,
    },
    {
      title: "a label that is no text",
      edits: [set("Service", own("altlas.io/plan-ref"), 2.2)],
      says: /has a property that is not a text/,
      at: 'metadata.labels["altlas.io/plan-ref"]',
    },
    {
      title: "a CronJob and the pods that it makes",
      edits: [add(cronJob({ containers: [] }))],
      says: /CronJob altlas\/extra (lacks|makes pods without) the labels app.kubernetes.io\/name, .*\/managed-by \(.*; add them\./,
      at: "spec.jobTemplate.spec.template.metadata.labels",
      count: 2,
    },
    {
      title: "a bare pod, once",
      edits: [add(podOf({ spec: { containers: [] } }))],
      says: /Pod altlas\/extra lacks the labels/,
      at: paths.own,
    },
    {
      title: "what is certainly missing, though nobody knows what it is part of",
      edits: [
        drop("Deployment", own("app.kubernetes.io/version")),
        unknown("Deployment", own(partOf)),
        drop("Deployment", "spec.template"),
      ],
      says: /archive-service (lacks|makes pods without) the label/,
      at: paths.own,
      count: 2,
    },
    {
      title: "what is certainly missing, though nobody knows where it will be",
      edits: [add(deployment({ ...recommended, [managedBy]: "" })), unknown("Deployment/page", "metadata.namespace")],
      says: /Deployment page (lacks|makes pods without) the label app.kubernetes.io\/managed-by/,
      at: paths.own,
      count: 2,
    },
  ],
  notApplicable: [
    {
      title: "what others make and label, and what makes no pods and is part of nothing of ours",
      edits: [
        alone,
        add(
          namespaced("discovery.k8s.io/v1", "EndpointSlice", "web-x7", {
            metadata: {
              name: "web-x7",
              namespace: "altlas",
              ownerReferences: [{ kind: "Service", name: "web", controller: true }],
            },
          }),
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
          { ...stranger({}), metadata: { name: "coredns", namespace: "kube-system" } },
          {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "servers.policy.linkerd.io" },
          },
          stranger({}),
        ),
      ],
    },
  ],
  unknown: [
    {
      title: "labels from an output",
      edits: [unknown("ConfigMap", "metadata.labels")],
      because: "metadata.labels",
    },
    {
      title: "part of something that only an output tells",
      edits: [add(stranger({ [partOf]: UNKNOWN, [managedBy]: "Helm" }))],
      because: `metadata.labels["${partOf}"]`,
    },
  ],
  configured: [
    {
      title: "a house that asks for less",
      edits: [alone, add(deployment({ [partOf]: "shop" }))],
      options: options({ workloads: [partOf] }),
      outcome: "pass",
    },
    {
      title: "a house that asks it of everything",
      edits: [alone, add(stranger({}))],
      options: options({ everywhere: [partOf] }),
      outcome: "fail",
    },
    {
      title: "a whole of one's own",
      edits: [alone, add(stranger({ [partOf]: "shop" }))],
      options: options({ parts: { shop: ["shop.example/owner"] } }),
      outcome: "fail",
    },
    {
      title: "a namespace of one's own",
      edits: [alone, add(stranger({}))],
      options: options({ namespaces: { shop: [partOf] } }),
      outcome: "fail",
    },
    {
      title: "workloads that need no version",
      edits: [
        drop("Deployment", own("app.kubernetes.io/version")),
        drop("Deployment", ofPods("app.kubernetes.io/version")),
      ],
      options: options({ workloads: [] }),
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a claim that belongs to nobody",
    edits: [drop("PersistentVolumeClaim/ai-models", own("altlas.io/owner"))],
    says: /PersistentVolumeClaim altlas\/ai-models lacks the label altlas.io\/owner/,
  },
  {
    title: "pods that do not say which release they run",
    edits: [drop("Deployment/api-gateway", ofPods("app.kubernetes.io/version"))],
    says: /Deployment altlas\/api-gateway makes pods without the label app.kubernetes.io\/version/,
  },
];
