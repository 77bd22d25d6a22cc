import { type GovernedNamespaceArgs, type PodSecurityLevel } from "../../components/governed-namespace/specs";
import { namespacePolicies } from "../../model/connectivity/policies";
import { type Concern } from "../../model/endpoint";
import { type Footprint } from "../../model/footprint";
import { platformLabels } from "../../model/labels";
import { type Platform } from "../../model/platform";
import { bytes, millicores } from "../../model/quantity";
import { namespaceQuota } from "../../model/quota";
import { kubernetesVersion } from "../../model/versions";

/** What each namespace is for and how much its pods may do; all are closed as far as Kubernetes can close them. */
const concerns: Readonly<Record<Concern, { purpose: string; podSecurity: PodSecurityLevel }>> = {
  services: { purpose: "The five ALT_LAS services.", podSecurity: "restricted" },
  data: { purpose: "PostgreSQL, its pooler, and the cache.", podSecurity: "restricted" },
  messaging: { purpose: "RabbitMQ and NATS.", podSecurity: "restricted" },
  observability: { purpose: "Prometheus, Alertmanager, Grafana and Loki.", podSecurity: "restricted" },
  ingress: { purpose: "The gateway through which clients enter.", podSecurity: "restricted" },
};

/** Every concern, in the order in which their namespaces are made. */
export const allConcerns = Object.keys(concerns) as readonly Concern[];

/** The component's arguments for the namespace of a concern. */
export function governedNamespaceArgs(
  concern: Concern,
  platform: Platform,
  footprints: readonly Footprint[],
): GovernedNamespaceArgs {
  const namespace = platform.namespaces[concern];
  return {
    namespace,
    ...concerns[concern],
    podSecurityVersion: kubernetesVersion,
    meshed: platform.meshed && concern === "services",
    labels: platformLabels(platform, { tier: concern, planStep: "2.2.4" }),
    quota: namespaceQuota(footprints, concern === "services" ? platform.claims : []),
    largestContainer: largestAllocatable(platform),
    policies: namespacePolicies(namespace),
  };
}

function largestAllocatable({ pools }: Platform): { cpu: string; memory: string } {
  const largest = <T>(amounts: readonly T[], size: (amount: T) => number) =>
    amounts.reduce((most, amount) => (size(amount) > size(most) ? amount : most));
  return {
    cpu: largest(
      pools.map(({ allocatable }) => allocatable.cpu),
      millicores,
    ),
    memory: largest(
      pools.map(({ allocatable }) => allocatable.memory),
      bytes,
    ),
  };
}
