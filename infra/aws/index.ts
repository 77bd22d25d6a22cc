import { type Input, jsonStringify, type Output, type Resource } from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { clusterArn, type AwsEnvironment } from "../../model/aws";
import { createAddons, createNodeAddons } from "./addons";
import { createCluster } from "./cluster";
import { createControllerRoles } from "./controllers";
import { createKeys } from "./keys";
import { createNetwork } from "./network";
import { createNodes } from "./nodes";
import { createStorage } from "./storage";
import { kubeconfig } from "./kubeconfig";

/** What is on AWS beneath the platform, as far as what comes after needs it. */
export interface AwsLayer {
  /** A kubeconfig that asks `aws eks get-token` for each token, so that none is in the state. */
  readonly kubeconfig: Output<string>;
  readonly clusterArn: string;
  /** What the drivers of volumes are told: the key of disks, the file system of shared folders. */
  readonly driverParameters: Readonly<Record<"block" | "shared", Readonly<Record<string, Input<string>>>>>;
  /** What must be there before the first object goes into the cluster, and outlive the last. */
  readonly ready: readonly Resource[];
}

/**
 * The AWS layer in the order in which it is made, which is the opposite of that in which it is taken down: keys,
 * network, control plane with access, add-ons that a node needs, nodes, storage, add-ons that run on nodes, roles.
 */
export function createAwsLayer(aws: AwsEnvironment): AwsLayer {
  const { account, region } = aws.cluster;
  const options = {
    provider: new Provider("aws", { region, allowedAccountIds: [account] }),
  };
  const keys = createKeys(aws, options);
  const network = createNetwork(aws, keys, options);
  const cluster = createCluster(aws, keys, network, options);
  const early = createAddons(aws, cluster, options);
  const nodes = createNodes(aws, keys, network, cluster, early, options);
  const storage = createStorage(aws, keys, network, cluster, options);
  const late = createNodeAddons(aws, keys, cluster, nodes, storage, early, options);
  const roles = createControllerRoles(aws, keys, cluster, storage, options);
  return {
    kubeconfig: jsonStringify(
      kubeconfig({
        name: aws.cluster.name,
        region,
        endpoint: cluster.endpoint,
        authority: cluster.certificateAuthority,
      }),
    ),
    clusterArn: clusterArn(aws.cluster),
    driverParameters: {
      block: { kmsKeyId: keys.volumes.arn },
      shared: { fileSystemId: storage.files.fileSystemId },
    },
    ready: [
      ...cluster.accessible,
      ...nodes.flatMap(({ groups }) => groups),
      ...storage.files.mountable,
      ...late,
      ...roles,
    ],
  };
}
