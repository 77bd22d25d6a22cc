import { cloudNativePgIdentity } from "../../model/system";
import { type ChartControllerArgs } from "../chart-controller/args";
import {
  type ChartPods,
  extraLabels,
  footprintOf,
  placement,
  podPolicy,
  resourcesOf,
  security,
} from "../chart-controller/pods";
import { type ChartControllerSpec } from "../chart-controller/spec";
import { imageParts } from "../shared/images";
import { selector } from "../shared/labels";

/** Arguments of the plugin; its namespace must be the operator's, which looks for plugins in its own. */
export interface BackupPluginArgs extends ChartControllerArgs {
  /** Full references: the plugin's own, and that of the container beside each server. */
  readonly image: string;
  readonly sidecarImage: string;
}

const release = "plugin-barman-cloud";

/** Its Deployment. */
export const backupPluginPods: ChartPods & { readonly port: number } = {
  name: release,
  // One: its chart can only replace it in its place. While it is away servers archive on, by the containers beside them.
  replicas: 1,
  // Nobody has measured it: it changes pods of Clusters when they change.
  resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "100m", memory: "256Mi" } },
  ephemeralMebibytes: { request: 32, limit: 64 },
  labels: selector(release),
  ports: {},
  /** Where the operator calls it, with a certificate of cert-manager's at either end. */
  port: 9090,
};

/** Backups of CloudNativePG in object storage. */
export function barmanCloudPlugin(args: BackupPluginArgs): ChartControllerSpec {
  const operator = { podSelector: { matchLabels: selector(cloudNativePgIdentity.serviceAccount) } };
  return {
    release,
    values: {
      replicaCount: backupPluginPods.replicas,
      image: withRegistry(args.image),
      sidecarImage: withRegistry(args.sidecarImage),
      // Kept, like the operator's.
      crds: { create: true },
      serviceAccount: { create: true, name: release },
      priorityClassName: args.priorityClassName,
      podLabels: extraLabels(args),
      podSecurityContext: security.pod,
      containerSecurityContext: security.container,
      resources: resourcesOf(backupPluginPods),
      ...placement(args, backupPluginPods),
    },
    objects: [podPolicy(args, backupPluginPods, { from: { peers: [operator], ports: [backupPluginPods.port] } })],
    footprints: [footprintOf(args, backupPluginPods)],
  };
}

/** The image as this chart puts it together: registry, a slash, repository, a colon, tag. */
function withRegistry(reference: string): { registry: string; repository: string; tag: string } {
  const { repository, tag } = imageParts(reference);
  const slash = repository.indexOf("/");
  return { registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag };
}
