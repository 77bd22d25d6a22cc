import { UNKNOWN } from "../../../policies/field";
import { add, type Manifest, set } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { namespaced, podOf } from "../objects";

const version = (apiVersion: string) => set("HorizontalPodAutoscaler", "apiVersion", apiVersion);
const barePod = (metadata: Manifest = {}) =>
  podOf({ metadata: { name: "extra", namespace: "altlas", ...metadata }, spec: { containers: [] } });
const options = (settings: Record<string, unknown>) => ({ settings: { "ALT-K8S-052": settings } });
const alone = (manifests: Manifest[]) => manifests.splice(0);
const reason = "The scheduler's trial needs it; the API server is started with it.";

export const cases: RuleCases = {
  pass: [
    {
      title: "pods that a controller or a node made, as an export of a cluster holds them",
      edits: [
        add(
          barePod({ ownerReferences: [{ kind: "ReplicaSet", name: "extra", controller: true }] }),
          barePod({ ownerReferences: [{ kind: "Node", name: "control-plane", controller: true }] }),
        ),
      ],
    },
    {
      title: "beta versions of custom resources, also of groups that end as Kubernetes' own",
      edits: [
        add(
          namespaced("policy.linkerd.io/v1beta3", "Server", "archive", {}),
          namespaced("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "archive", {}),
        ),
      ],
    },
    { title: "a stable version that came after betas", edits: [version("autoscaling/v1")] },
  ],
  fail: [
    {
      title: "a bare pod",
      edits: [add(barePod())],
      says: /^Pod altlas\/extra is a pod without a controller, which nobody makes again; let a Deployment/,
      at: "",
    },
    {
      title: "a pod whose owner is no controller",
      edits: [add(barePod({ ownerReferences: [{ kind: "Widget", name: "one" }] }))],
      says: /Pod altlas\/extra is a pod without a controller/,
      at: "",
    },
    {
      title: "a version that is gone",
      edits: [version("autoscaling/v2beta2")],
      says: /uses autoscaling\/v2beta2, which Kubernetes serves no more since 1.26 \(apiVersion\); use autoscaling\/v2 /,
      at: "apiVersion",
    },
    {
      title: "a version that is gone, in a group that lives on",
      edits: [set("Deployment", "apiVersion", "extensions/v1beta1")],
      says: /Deployment altlas\/archive-service uses extensions\/v1beta1, which .* since 1.16 .*; use apps\/v1 /,
      at: "apiVersion",
    },
    {
      title: "a kind that is gone",
      edits: [add({ apiVersion: "policy/v1beta1", kind: "PodSecurityPolicy", metadata: { name: "restricted" } })],
      says: /PodSecurityPolicy restricted .*; remove it: the kind itself is gone since Kubernetes 1.25/,
      at: "apiVersion",
    },
    {
      title: "an item of a List",
      edits: [add({ apiVersion: "v1", kind: "List", items: [namespaced("batch/v1beta1", "CronJob", "report", {})] })],
      says: /CronJob altlas\/report uses batch\/v1beta1, which Kubernetes serves no more since 1.25/,
      at: "items[0].apiVersion",
    },
    {
      title: "a beta whose end is decided",
      edits: [add({ apiVersion: "networking.k8s.io/v1beta1", kind: "ServiceCIDR", metadata: { name: "more" } })],
      says: /uses the beta version networking.k8s.io\/v1beta1, which Kubernetes 1.37 removes .*; use networking.k8s.io\/v1, or/,
      at: "apiVersion",
    },
    {
      title: "an alpha",
      edits: [add(namespaced("scheduling.k8s.io/v1alpha3", "Workload", "gang", {}))],
      says: /uses the alpha version scheduling.k8s.io\/v1alpha3 .*; use a stable version, or name it/,
      at: "apiVersion",
    },
    {
      title: "a version that is gone, though somebody allowed it",
      edits: [version("autoscaling/v2beta2")],
      options: options({
        allowedVersions: [{ apiVersion: "autoscaling/v2beta2", kind: "HorizontalPodAutoscaler", reason }],
      }),
      says: /serves no more since 1.26/,
      at: "apiVersion",
    },
    {
      title: "the release from which it is gone",
      edits: [version("autoscaling/v2beta2")],
      options: options({ kubernetesVersion: "1.26" }),
      says: /serves no more since 1.26/,
      at: "apiVersion",
    },
    {
      title: "an earlier release, which serves it as a beta",
      edits: [version("autoscaling/v2beta2")],
      options: options({ kubernetesVersion: "1.9" }),
      says: /uses the beta version autoscaling\/v2beta2, which Kubernetes 1.26 removes/,
      at: "apiVersion",
    },
  ],
  notApplicable: [
    {
      title: "custom resources",
      edits: [alone, add(namespaced("policy.linkerd.io/v1beta3", "Server", "archive", {}))],
    },
  ],
  unknown: [
    {
      title: "a pod's annotations from an output, so that it may be a chart's hook",
      edits: [add(barePod({ annotations: UNKNOWN }))],
      because: "metadata.annotations",
    },
  ],
  configured: [
    {
      title: "an alpha that the cluster serves",
      edits: [alone, add(namespaced("scheduling.k8s.io/v1alpha3", "Workload", "gang", {}))],
      options: options({ allowedVersions: [{ apiVersion: "scheduling.k8s.io/v1alpha3", kind: "Workload", reason }] }),
      outcome: "pass",
    },
    {
      title: "a later release, which no longer serves what is allowed today",
      edits: [alone, add({ apiVersion: "networking.k8s.io/v1beta1", kind: "ServiceCIDR", metadata: { name: "more" } })],
      options: options({
        kubernetesVersion: "1.36",
        allowedVersions: [{ apiVersion: "networking.k8s.io/v1beta1", kind: "ServiceCIDR", reason }],
      }),
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "an autoscaler of a version that is gone",
    edits: [set("HorizontalPodAutoscaler/api-gateway", "apiVersion", "autoscaling/v2beta2")],
    says: /HorizontalPodAutoscaler altlas\/api-gateway uses autoscaling\/v2beta2, which Kubernetes serves no more/,
  },
  {
    title: "a service as a bare pod",
    edits: [set("Deployment/api-gateway", "kind", "Pod"), set("Pod/api-gateway", "apiVersion", "v1")],
    says: /Pod altlas\/api-gateway is a pod without a controller/,
  },
];
