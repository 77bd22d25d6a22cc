import { namespaceNameLabel } from "../../model/labels";
import { formatMebibytes } from "../../model/quantity";
import { type Resources } from "../../model/service";
import { budgetSpec } from "../shared/disruption";
import { apiServerEgress, blocks, dnsEgress, tcp } from "../shared/egress";
import { fixedFootprint } from "../shared/footprint";
import { objectLabels } from "../shared/labels";
import { type ListedObject } from "../shared/object-list";
import { poolAffinity, poolTolerations, spread } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/security";
import { type ChartControllerArgs } from "./args";

/** Pods of one Deployment that a chart makes. */
export interface ChartPods {
  /** Name of the Deployment. */
  readonly name: string;
  readonly replicas: number;
  readonly resources: Resources;
  /** Disk of the node in MiB: logs, and what the program writes. */
  readonly ephemeralMebibytes: { readonly request: number; readonly limit: number };
  /** Labels that the chart's selector has. */
  readonly labels: Readonly<Record<string, string>>;
  /** Ports that the API server calls webhooks at, and where metrics are told. */
  readonly ports: { readonly webhook?: number; readonly metrics?: number };
}

/** User and group of the processes: of nobody on the node, and the programs are single files that anybody may run. */
const userId = 65532;

/** Where pods go and what they may do, in the words that charts pass on to their Deployments. */
export function placement({ pool }: Pick<ChartControllerArgs, "pool">, { labels, replicas }: ChartPods) {
  return {
    affinity: poolAffinity(pool),
    tolerations: poolTolerations(pool),
    topologySpreadConstraints: replicas > 1 ? spread(pool, labels) : [],
  };
}

/** `restricted` pod security, both halves. */
export const security = { pod: restrictedPod(userId), container: restrictedContainer() };

/** Requests and limits, the node's disk among them. */
export function resourcesOf({ resources: { requests, limits }, ephemeralMebibytes }: ChartPods) {
  return {
    requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
    limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
  };
}

/** Labels of pods beyond those that a chart gives. */
export function extraLabels({ labels, partOf }: Pick<ChartControllerArgs, "labels" | "partOf">) {
  const own = Object.entries(labels ?? {}).filter(([key]) => !key.startsWith("app.kubernetes.io/"));
  return { ...Object.fromEntries(own), "app.kubernetes.io/part-of": partOf };
}

/** What a chart's Deployment takes from a cluster. */
export function footprintOf({ namespace, pool }: ChartControllerArgs, pods: ChartPods) {
  return fixedFootprint({ ...pods, namespace, pool });
}

/** An end of a policy's rule, or several. */
type Peers = readonly object[];

/**
 * Who may call the pods (the API server their webhooks, the scraper their metrics, and `from`), and whom they call: the API
 * server, DNS, and `to`.
 */
export function podPolicy(
  args: ChartControllerArgs,
  { name, labels, ports }: ChartPods,
  more: { readonly from?: { peers: Peers; ports: readonly number[] }; readonly to?: readonly object[] } = {},
): ListedObject {
  const scraper = { namespaceSelector: { matchLabels: { [namespaceNameLabel]: args.scraperNamespace } } };
  return {
    suffix: `${name}-network`,
    manifest: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
      spec: {
        podSelector: { matchLabels: { ...labels } },
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          ...(ports.webhook === undefined ? [] : [{ from: blocks(args.networks), ports: tcp(ports.webhook) }]),
          ...(ports.metrics === undefined ? [] : [{ from: [scraper], ports: tcp(ports.metrics) }]),
          ...(more.from ? [{ from: [...more.from.peers], ports: tcp(...more.from.ports) }] : []),
        ],
        egress: [apiServerEgress(args.apiServerNetworks), dnsEgress(), ...(more.to ?? [])],
      },
    },
  };
}

/** A budget for pods of a chart that has no words for one. */
export function podBudget(args: ChartControllerArgs, { name, labels }: ChartPods): ListedObject {
  return {
    suffix: `${name}-budget`,
    manifest: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
      spec: { ...budgetSpec(name), selector: { matchLabels: { ...labels } } },
    },
  };
}
