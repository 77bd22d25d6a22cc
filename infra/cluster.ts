import { Provider } from "@pulumi/kubernetes/provider";
import { sandboxDrivers, type StorageDrivers } from "./specs/classes";

/** An existing cluster, named so that a changed file or address never makes the engine replace everything in it. */
export interface ClusterConnection {
  /** Path of a kubeconfig file; absent: the one in the environment, in which the context must exist. */
  readonly kubeconfig?: string;
  readonly context: string;
  readonly identifier: string;
}

/** Where a platform goes: the cluster, and what makes volumes in it. */
export interface ClusterTarget {
  readonly connection: ClusterConnection;
  readonly drivers: StorageDrivers;
}

/** The local control plane; the sandbox writes this context into its kubeconfig, and no other cluster answers to it. */
export const sandboxTarget: ClusterTarget = {
  connection: { context: "altlas-sandbox", identifier: "altlas-sandbox" },
  drivers: sandboxDrivers,
};

/** The one provider of everything in the cluster; nothing uses an ambient one. */
export function connect(connection: ClusterConnection): Provider {
  return new Provider("cluster", {
    ...(connection.kubeconfig === undefined ? {} : { kubeconfig: connection.kubeconfig }),
    context: connection.context,
    clusterIdentifier: connection.identifier,
    enableServerSideApply: true,
    // Their names are fixed, so a replacement would delete them under the pods that are starting. A changed ConfigMap
    // rolls its pods by the checksum on their template, a rotated secret by its generation.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // The client's defaults (50 requests a second, bursts of 120) make a first `up` of some hundred objects wait.
    kubeClientSettings: { qps: 200, burst: 400 },
  });
}
