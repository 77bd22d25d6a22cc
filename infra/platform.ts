import type * as awsLayer from "./aws";
import { type Platform } from "../model/platform";
import { type ClusterConnection, type ClusterTarget, connect } from "./cluster";
import { createFoundation } from "./foundation";
import { createLoadBalancing } from "./load-balancing";
import { createNetworkPolicies } from "./network";
import { createScaling } from "./scaling";
import { createSecrets } from "./secrets";
import { createServices } from "./services";
import { platformFootprints } from "./specs/services";
import { type DriverParameters } from "./storage";

/** Layers that only some stacks have; each is loaded when it is asked for, because its SDK takes time. */
export interface OptionalLayers {
  readonly aws: () => typeof awsLayer;
}

/**
 * The platform, layer by layer. A layer gets what it stands on as arguments; what is made later depends on what is made
 * earlier, so that the engine takes it down in the opposite order: services first, namespaces last.
 */
export function createPlatform(platform: Platform, target: ClusterTarget, layers?: OptionalLayers): void {
  const { connection, parameters } = createGround(target, layers);
  const cluster = connect(connection);
  const options = { provider: cluster };
  const footprints = platformFootprints(platform);
  const balancers = createLoadBalancing(platform, options);
  const storage = { drivers: target.drivers, parameters };
  const foundation = createFoundation(platform, footprints, storage, balancers, options);
  createScaling(platform, foundation, options);
  const policies = createNetworkPolicies(platform, foundation, options);
  const secrets = createSecrets(platform, foundation, options);
  createServices(platform, foundation, policies, secrets, options);
}

/** What the platform stands on: the cluster that exists, or the one that is made now. */
function createGround(
  target: ClusterTarget,
  layers: OptionalLayers | undefined,
): { readonly connection: ClusterConnection; readonly parameters: DriverParameters } {
  if ("connection" in target) return { connection: target.connection, parameters: {} };
  if (!layers) throw new Error("a cluster on AWS needs the AWS layer");
  const layer = layers.aws().createAwsLayer(target.aws);
  return {
    connection: {
      kubeconfig: layer.kubeconfig,
      context: target.aws.cluster.name,
      identifier: layer.clusterArn,
      after: layer.ready,
    },
    parameters: layer.driverParameters,
  };
}
