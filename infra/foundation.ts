import { type ComponentResourceOptions, type CustomResource } from "@pulumi/pulumi";
import { GovernedNamespace, type PodSecurityLevel } from "../components/governed-namespace";
import { namespacePolicies } from "../model/connectivity/policies";
import { type Concern } from "../model/endpoint";
import { type Footprint } from "../model/footprint";
import { platformLabels } from "../model/labels";
import { type Platform } from "../model/platform";
import { bytes, millicores } from "../model/quantity";
import { namespaceQuota } from "../model/quota";
import { kubernetesVersion } from "../model/versions";
import { createPriorityClasses } from "./priorities";
import { createStorageClasses, type StorageDrivers } from "./storage";

/** What each namespace is for and how much its pods may do; all are closed as far as Kubernetes can close them. */
const concerns: Readonly<Record<Concern, { purpose: string; podSecurity: PodSecurityLevel }>> = {
  services: { purpose: "The five ALT_LAS services.", podSecurity: "restricted" },
  data: { purpose: "PostgreSQL, its pooler, and the cache.", podSecurity: "restricted" },
  messaging: { purpose: "RabbitMQ and NATS.", podSecurity: "restricted" },
  observability: { purpose: "Prometheus, Alertmanager, Grafana and Loki.", podSecurity: "restricted" },
  ingress: { purpose: "The gateway through which clients enter.", podSecurity: "restricted" },
};

export interface Foundation {
  /** The namespaces by concern; whatever goes into one depends on it. */
  readonly namespaces: Readonly<Record<Concern, GovernedNamespace>>;
  /** Priority and storage classes; pods and claims name them, so they come first. */
  readonly classes: readonly CustomResource[];
}

/** Namespaces, quotas, default-deny policies, priority and storage classes. */
export function createFoundation(
  platform: Platform,
  footprints: Readonly<Record<Concern, readonly Footprint[]>>,
  drivers: StorageDrivers,
  options: ComponentResourceOptions,
): Foundation {
  const foundation = (planStep: string) => platformLabels(platform, { tier: "foundation", planStep });
  const classes = [
    ...createPriorityClasses(foundation("2.2.2"), options),
    ...createStorageClasses(drivers, foundation("2.2.5"), options),
  ];
  const governed = (concern: Concern) =>
    new GovernedNamespace(
      platform.namespaces[concern],
      {
        namespace: platform.namespaces[concern],
        ...concerns[concern],
        podSecurityVersion: kubernetesVersion,
        meshed: platform.meshed && concern === "services",
        labels: platformLabels(platform, { tier: concern, planStep: "2.2.4" }),
        quota: namespaceQuota(footprints[concern], concern === "services" ? platform.claims : []),
        largestContainer: largestAllocatable(platform),
        policies: namespacePolicies(platform.namespaces[concern]),
      },
      options,
    );
  return {
    namespaces: {
      services: governed("services"),
      data: governed("data"),
      messaging: governed("messaging"),
      observability: governed("observability"),
      ingress: governed("ingress"),
    },
    classes,
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
