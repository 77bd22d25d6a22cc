/**
 * Kubernetes' NetworkPolicy (networking.k8s.io/v1) as plain data, from wherever it comes. `null` counts as absent, as
 * an empty value of YAML does; an empty selector or list is not the same as an absent one.
 *
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: PolicySpec;
}

export interface PolicySpec {
  /** The pods of the policy's namespace that it is about; an absent or empty one selects all of them. */
  readonly podSelector?: LabelSelector | null;
  /** Without it: Ingress always, and Egress when there are egress rules. */
  readonly policyTypes?: readonly Direction[] | null;
  readonly ingress?: readonly IngressRule[] | null;
  readonly egress?: readonly EgressRule[] | null;
}

export type Direction = "Ingress" | "Egress";

/** What may enter; absent or empty `from` means everybody, absent or empty `ports` every port. */
export interface IngressRule {
  readonly from?: readonly PolicyPeer[] | null;
  readonly ports?: readonly PolicyPort[] | null;
}

/** Where traffic may go; absent or empty `to` means everywhere, absent or empty `ports` every port. */
export interface EgressRule {
  readonly to?: readonly PolicyPeer[] | null;
  readonly ports?: readonly PolicyPort[] | null;
}

/** Either selectors or a block. A podSelector alone means pods of the policy's own namespace. */
export interface PolicyPeer {
  readonly podSelector?: LabelSelector | null;
  readonly namespaceSelector?: LabelSelector | null;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] | null } | null;
}

export interface PolicyPort {
  /** A number, or the name that the receiving pod gives one of its ports; absent means every port of the protocol. */
  readonly port?: number | string | null;
  /** Last port of a range that begins at a number in `port`. */
  readonly endPort?: number | null;
  /** TCP when absent. */
  readonly protocol?: Protocol | null;
}

export const protocols = ["TCP", "UDP", "SCTP"] as const;
export type Protocol = (typeof protocols)[number];

/** All requirements must hold; one without any selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Labels | null;
  readonly matchExpressions?: readonly LabelExpression[] | null;
}

export interface LabelExpression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** At least one for In and NotIn, none for the others. */
  readonly values?: readonly string[] | null;
}

export type Labels = Readonly<Record<string, string>>;

/** Whether a policy isolates the pods that it selects in a direction. */
export function isolates({ policyTypes, egress }: PolicySpec, direction: Direction): boolean {
  if (policyTypes && policyTypes.length > 0) return policyTypes.includes(direction);
  // As the API server fills it in: an empty list of egress rules is no egress section.
  return direction === "Ingress" || (egress ?? []).length > 0;
}
