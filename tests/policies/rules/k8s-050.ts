import { add, drop, set, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";

export const cases: RuleCases = {
  pass: [
    {
      title: "the mesh setting as an annotation",
      edits: [
        drop("Namespace", ["metadata", "labels", "linkerd.io/inject"]),
        set("Namespace", ["metadata", "annotations", "linkerd.io/inject"], "enabled"),
      ],
    },
    {
      title: "a custom resource of a cluster-wide definition",
      edits: [
        add(
          {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "widgets.example.com" },
            spec: { group: "example.com", scope: "Cluster", names: { kind: "Widget" } },
          },
          { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
        ),
      ],
    },
  ],
  fail: [
    {
      title: "no namespace",
      edits: [drop("Deployment", "metadata.namespace")],
      says: /Deployment archive-service names no namespace/,
      at: "metadata.namespace",
    },
    {
      title: "the namespace default",
      edits: [set("Service", "metadata.namespace", "default")],
      says: /Service default\/archive-service is in the namespace default/,
      at: "metadata.namespace",
    },
    {
      title: "a custom resource in the namespace default, whatever its scope is",
      edits: [add({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a", namespace: "default" } })],
      says: /Widget default\/a is in the namespace default/,
      at: "metadata.namespace",
    },
    {
      title: "a custom resource of a namespaced definition",
      edits: [
        add(
          {
            apiVersion: "apiextensions.k8s.io/v1",
            kind: "CustomResourceDefinition",
            metadata: { name: "widgets.example.com" },
            spec: { group: "example.com", scope: "Namespaced", names: { kind: "Widget" } },
          },
          { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
        ),
      ],
      says: /Widget one names no namespace/,
      at: "metadata.namespace",
    },
    {
      title: "an item of a List",
      edits: [
        add({
          apiVersion: "v1",
          kind: "List",
          metadata: { name: "many" },
          items: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } }],
        }),
      ],
      says: /ConfigMap one names no namespace/,
      at: "items[0].metadata.namespace",
    },
    {
      title: "a namespace without a level",
      edits: [drop("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"])],
      says: /Namespace altlas has no Pod Security level/,
      at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    },
    {
      title: "a level that there is not",
      edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "strict")],
      says: /has the unknown level strict/,
      at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    },
    {
      title: "the level privileged",
      edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "privileged")],
      says: /admits privileged pods/,
      at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
    },
    {
      title: "a namespace that says nothing about the mesh",
      edits: [drop("Namespace", ["metadata", "labels", "linkerd.io/inject"])],
      says: /does not say whether its pods are meshed/,
      at: 'metadata.labels["linkerd.io/inject"]',
    },
    {
      title: "a mesh setting that there is not",
      edits: [set("Namespace", ["metadata", "labels", "linkerd.io/inject"], "true")],
      says: /has linkerd.io\/inject set to true/,
      at: 'metadata.labels["linkerd.io/inject"]',
    },
  ],
  notApplicable: [
    {
      title: "what Kubernetes itself keeps in namespace default",
      edits: [
        (manifests) => manifests.splice(0),
        add(
          { apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", namespace: "default" } },
          { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "default" } },
        ),
      ],
    },
    {
      title: "cluster-wide objects and Kubernetes' own namespaces",
      edits: [
        (manifests) => manifests.splice(0),
        add(
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
          { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "services" } },
          { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
        ),
      ],
    },
  ],
  unknown: [
    {
      title: "a namespace from an output",
      edits: [unknown("Deployment", "metadata.namespace")],
      because: "metadata.namespace",
    },
    { title: "labels from an output", edits: [unknown("Namespace", "metadata.labels")], because: "metadata.labels" },
  ],
  configured: [
    {
      title: "a namespace that may admit privileged pods",
      edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "privileged")],
      options: { settings: { "ALT-K8S-050": { privilegedNamespaces: ["altlas"] } } },
      outcome: "pass",
    },
    {
      title: "another mesh's label",
      edits: [
        drop("Namespace", ["metadata", "labels", "linkerd.io/inject"]),
        set("Namespace", ["metadata", "labels", "istio-injection"], "disabled"),
      ],
      options: { settings: { "ALT-K8S-050": { meshKey: "istio-injection" } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a Service forgets its namespace",
    edits: [drop("Service/api-gateway", "metadata.namespace")],
    says: /Service api-gateway names no namespace/,
  },
  {
    title: "a namespace loses its level",
    edits: [drop("Namespace/altlas-data", ["metadata", "labels", "pod-security.kubernetes.io/enforce"])],
    says: /Namespace altlas-data has no Pod Security level/,
  },
];
