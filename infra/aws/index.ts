import { type Resource } from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import { type AwsEnvironment } from "../../model/aws";
import { type ClusterFacts } from "../cluster";
import { createAddons, createNodeAddons } from "./addons";
import { createCluster } from "./cluster";
import { createControllerRoles } from "./controllers";
import { createKeys } from "./keys";
import { createNetwork } from "./network";
import { createNodes } from "./nodes";
import { createStorage } from "./storage";

/** What is on AWS beneath the platform, as far as what comes after needs it. */
export interface AwsLayer {
  readonly facts: ClusterFacts;
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
    facts: {
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority,
      volumesKeyArn: keys.volumes.arn,
      fileSystemId: storage.files.fileSystemId,
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
