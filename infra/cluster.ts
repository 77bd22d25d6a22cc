import { type Input, jsonStringify, type Resource } from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import { type AwsEnvironment, clusterArn } from "../model/aws";
import { type ClusterFact } from "../model/stack-outputs";
import { kubeconfig } from "./aws/kubeconfig";
import { eksDrivers, sandboxDrivers, type StorageDrivers } from "./specs/classes";

/** A cluster, named so that a changed file or address never makes the engine replace everything in it. */
export interface ClusterConnection {
  /** A kubeconfig or the path of one; absent: the one in the environment, in which the context must exist. */
  readonly kubeconfig?: Input<string>;
  readonly context: string;
  readonly identifier: string;
  /** What must be there before the first object, and outlive the last. */
  readonly after?: readonly Resource[];
}

/** Where a platform goes: a cluster that exists, or one that is made on AWS, and what makes volumes in it. */
export type ClusterTarget = ExistingCluster | { readonly aws: AwsEnvironment; readonly drivers: StorageDrivers };

export interface ExistingCluster {
  readonly connection: ClusterConnection;
  readonly drivers: StorageDrivers;
}

/** The local control plane; the sandbox writes this context into its kubeconfig, and no other cluster answers to it. */
export const sandboxTarget: ExistingCluster = {
  connection: { context: "altlas-sandbox", identifier: "altlas-sandbox" },
  drivers: sandboxDrivers,
};

/** What only AWS knows of a cluster that was made there. */
export type ClusterFacts = Readonly<Record<ClusterFact, Input<string>>>;

/** How a cluster on AWS is reached, whoever made it. */
export function awsConnection({ cluster }: AwsEnvironment, facts: ClusterFacts, after?: readonly Resource[]) {
  const { name, region } = cluster;
  const { endpoint, certificateAuthority: authority } = facts;
  return {
    kubeconfig: jsonStringify(kubeconfig({ name, region, endpoint, authority })),
    context: name,
    identifier: clusterArn(cluster),
    ...(after ? { after } : {}),
  } satisfies ClusterConnection;
}

/** A cluster that the AWS layer makes. */
export function awsTarget(aws: AwsEnvironment): ClusterTarget {
  return { aws, drivers: eksDrivers };
}

/** Name of the cluster: that on AWS, or the context by which it is reached. */
export function clusterName(target: ClusterTarget): string {
  return "connection" in target ? target.connection.context : target.aws.cluster.name;
}

/** The one provider of everything in the cluster; nothing uses an ambient one. */
export function connect(connection: ClusterConnection): Provider {
  const args = {
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
  };
  // What is in the cluster waits for its provider, and the provider for access and nodes; taken down the other way round.
  return new Provider("cluster", args, connection.after ? { dependsOn: [...connection.after] } : {});
}
