import { type NetworkPolicyObject } from "../../model/connectivity/policies";
import { type Manifest } from "../../model/manifest";
import { type NamespaceQuota } from "../../model/quota";

/** How much a pod of a namespace may do to its node, as Kubernetes' pod security standards name it. */
export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** What a namespace holds, may use and lets through. */
export interface GovernedNamespaceArgs {
  /** Name of the Namespace object. */
  readonly namespace: string;
  /** What runs in it, for people. */
  readonly purpose: string;
  /** Level that the API server enforces, warns about and audits alike, so that no violation goes unseen. */
  readonly podSecurity: PodSecurityLevel;
  /** Kubernetes minor whose definition of the level holds, such as `1.36`; a cluster upgrade must not change it. */
  readonly podSecurityVersion: string;
  /** Whether pods get a mesh proxy injected. */
  readonly meshed: boolean;
  /** Labels of every object. */
  readonly labels: Readonly<Record<string, string>>;
  /** All that the namespace may use together, from the model's footprints. */
  readonly quota: NamespaceQuota;
  /** What a single container may use at most: the largest node's allocatable. */
  readonly largestContainer: { readonly cpu: string; readonly memory: string };
  /** Policies that hold for every pod of it, default deny among them. */
  readonly policies: readonly NetworkPolicyObject[];
}

/**
 * What a container gets that says nothing: the smallest request of the project's earlier manifests (100m, 128Mi), and
 * the plan's ratio of two between limit and request. Our own workloads say everything; this is for guests.
 */
export const containerDefaults = {
  defaultRequest: { cpu: "100m", memory: "128Mi" },
  default: { cpu: "200m", memory: "256Mi" },
} as const;

export function namespaceSpec(args: GovernedNamespaceArgs) {
  const level = (mode: "enforce" | "audit" | "warn") => ({
    [`pod-security.kubernetes.io/${mode}`]: args.podSecurity,
    [`pod-security.kubernetes.io/${mode}-version`]: `v${args.podSecurityVersion}`,
  });
  const mesh = { "linkerd.io/inject": args.meshed ? "enabled" : "disabled" };
  return {
    metadata: {
      name: args.namespace,
      labels: {
        ...args.labels,
        ...level("enforce"),
        ...level("audit"),
        ...level("warn"),
        ...mesh,
      },
      // Linkerd's injector reads the annotation; the label is for selectors, which cannot see annotations.
      annotations: { ...mesh, "altlas.io/purpose": args.purpose },
    },
  };
}

export function quotaSpec(args: GovernedNamespaceArgs) {
  return {
    metadata: { name: "quota", namespace: args.namespace, labels: { ...args.labels } },
    spec: { hard: { ...args.quota } },
  };
}

export function limitRangeSpec(args: GovernedNamespaceArgs) {
  return {
    metadata: { name: "container-limits", namespace: args.namespace, labels: { ...args.labels } },
    spec: {
      limits: [
        {
          type: "Container",
          default: { ...containerDefaults.default },
          defaultRequest: { ...containerDefaults.defaultRequest },
          max: { ...args.largestContainer },
        },
      ],
    },
  };
}

export function policySpec(policy: NetworkPolicyObject, labels: Readonly<Record<string, string>>) {
  return {
    metadata: {
      name: policy.name,
      namespace: policy.namespace,
      labels: { ...labels },
      annotations: { "altlas.io/purpose": policy.description },
    },
    spec: policy.spec,
  };
}

/** The namespace and all that closes it as manifests, for those who write them instead of registering them. */
export function namespaceManifests(args: GovernedNamespaceArgs): Manifest[] {
  return [
    { apiVersion: "v1", kind: "Namespace", ...namespaceSpec(args) },
    { apiVersion: "v1", kind: "ResourceQuota", ...quotaSpec(args) },
    { apiVersion: "v1", kind: "LimitRange", ...limitRangeSpec(args) },
    ...args.policies.map((policy) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      ...policySpec(policy, args.labels),
    })),
  ];
}
