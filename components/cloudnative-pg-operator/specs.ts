import { namespaceNameLabel } from "../../model/labels";
import { cloudNativePgIdentity } from "../../model/system";
import { backupPluginPods } from "../barman-cloud-plugin/specs";
import { type ChartControllerArgs } from "../chart-controller/args";
import {
  type ChartPods,
  extraLabels,
  footprintOf,
  placement,
  podBudget,
  podPolicy,
  resourcesOf,
  security,
} from "../chart-controller/pods";
import { type ChartControllerSpec } from "../chart-controller/spec";
import { tcp } from "../shared/egress";
import { imageParts } from "../shared/images";
import { selector } from "../shared/labels";

/** Arguments of the operator. */
export interface OperatorArgs extends ChartControllerArgs {
  /** Full image reference; the pods of servers and poolers begin with it, too. */
  readonly image: string;
  /** Namespaces whose Clusters are its own. */
  readonly clusterNamespaces: readonly string[];
}

const release = cloudNativePgIdentity.serviceAccount;

/** Its Deployment. */
export const operatorPods: ChartPods = {
  name: release,
  // One works, and the other takes its lease; both answer webhooks, without which no Cluster can be changed.
  replicas: 2,
  // What its makers' manifest asks for, with the plan's ratio of two for the limits (ALT-K8S-004).
  resources: { requests: { cpu: "100m", memory: "200Mi" }, limits: { cpu: "200m", memory: "400Mi" } },
  ephemeralMebibytes: { request: 32, limit: 64 },
  labels: selector(release),
  ports: { webhook: 9443, metrics: 8080 },
};

/** Ports of servers that it asks for their state and makes roles at. */
const serverPorts = [5432, 8000];

/** Runs PostgreSQL: makes pods of a Cluster, promotes a replica when the primary is lost. */
export function cloudNativePgOperator(args: OperatorArgs): ChartControllerSpec {
  return {
    release,
    values: {
      replicaCount: operatorPods.replicas,
      image: imageParts(args.image),
      // Kept when the chart goes: with the definitions, every Cluster and its volumes would go at once.
      crds: { create: true },
      config: { create: true, data: { WATCH_NAMESPACE: args.clusterNamespaces.join(",") } },
      serviceAccount: { create: true, name: release },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      priorityClassName: args.priorityClassName,
      podLabels: extraLabels(args),
      podSecurityContext: security.pod,
      containerSecurityContext: security.container,
      resources: resourcesOf(operatorPods),
      ...placement(args, operatorPods),
    },
    objects: [
      podPolicy(args, operatorPods, {
        to: [
          {
            to: args.clusterNamespaces.map((name) => ({
              namespaceSelector: { matchLabels: { [namespaceNameLabel]: name } },
              podSelector: { matchLabels: { "app.kubernetes.io/name": "postgresql" } },
            })),
            ports: tcp(...serverPorts),
          },
          {
            to: [{ podSelector: { matchLabels: { ...backupPluginPods.labels } } }],
            ports: tcp(backupPluginPods.port),
          },
        ],
      }),
      podBudget(args, operatorPods),
    ],
    footprints: [footprintOf(args, operatorPods)],
  };
}
