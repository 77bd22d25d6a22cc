import { type CustomResourceOptions } from "@pulumi/pulumi";
import type * as awsLayer from "./aws";
import { type Layer, layers } from "../model/layers";
import { type Platform } from "../model/platform";
import { awsConnection, type ClusterConnection, type ClusterFacts, type ClusterTarget, connect } from "./cluster";
import { createData, type Data } from "./data";
import { createFoundation, type Foundation } from "./foundation";
import { createLoadBalancing } from "./load-balancing";
import { createNetworkPolicies } from "./network";
import { createOperators } from "./operators";
import { createScaling } from "./scaling";
import { createSecrets, type Secrets } from "./secrets";
import { createServices } from "./services";
import { platformFootprints } from "./specs/services";
import { type DriverParameters } from "./storage";

/** Which part of a platform is registered, and by what means. */
export interface PlatformOptions {
  /** The AWS layer, loaded when it is asked for: only some stacks need it, and its SDK takes time. */
  readonly aws?: () => typeof awsLayer;
  /** Default: all that the platform has. */
  readonly registers?: readonly Layer[];
  /** What is known of a cluster on AWS that another stack made. */
  readonly facts?: ClusterFacts;
}

/**
 * The platform, layer by layer. A layer gets what it stands on as arguments; what is made later depends on what is made
 * earlier, so that the engine takes it down in the opposite order: services first, namespaces last. What another stack
 * registers is taken to be there.
 *
 * @returns what is known of a cluster on AWS; nothing of others.
 */
export function createPlatform(
  platform: Platform,
  target: ClusterTarget,
  { registers = layers, ...options }: PlatformOptions = {},
): ClusterFacts | undefined {
  const ground = createGround(target, registers, options);
  if (!registers.includes("platform") && !registers.includes("services")) return ground.facts;
  const inCluster = { provider: connect(ground.connection) };
  const base = registers.includes("platform") ? createBase(platform, target, ground.parameters, inCluster) : undefined;
  if (registers.includes("services")) {
    const policies = createNetworkPolicies(platform, "services", base?.foundation, inCluster);
    createServices(platform, policies, base, inCluster);
  }
  return ground.facts;
}

/** What the services stand on. */
export interface Base {
  readonly foundation: Foundation;
  readonly secrets: Secrets;
  readonly data: Data;
}

function createBase(
  platform: Platform,
  { drivers }: ClusterTarget,
  parameters: DriverParameters,
  options: CustomResourceOptions,
): Base {
  const controllers = [...createLoadBalancing(platform, options), ...createOperators(platform, options)];
  const storage = { drivers, parameters };
  const foundation = createFoundation(platform, platformFootprints(platform), storage, controllers, options);
  createScaling(platform, foundation, options);
  const secrets = createSecrets(platform, foundation, options);
  return { foundation, secrets, data: createData(platform, foundation, secrets, options) };
}

interface Ground {
  readonly connection: ClusterConnection;
  readonly parameters: DriverParameters;
  readonly facts?: ClusterFacts;
}

/** What the platform stands on: the cluster that exists, the one that is made now, or the one that another stack made. */
function createGround(
  target: ClusterTarget,
  registers: readonly Layer[],
  { aws, facts: told }: Pick<PlatformOptions, "aws" | "facts">,
): Ground {
  if ("connection" in target) return { connection: target.connection, parameters: {} };
  const makes = registers.includes("cluster");
  if (makes && !aws) throw new Error("a cluster on AWS needs the AWS layer");
  const layer = makes ? aws?.().createAwsLayer(target.aws) : undefined;
  const facts = layer?.facts ?? told;
  if (!facts) throw new Error("nothing is known of the cluster that another stack made");
  return {
    connection: awsConnection(target.aws, facts, layer?.ready),
    parameters: { block: { kmsKeyId: facts.volumesKeyArn }, shared: { fileSystemId: facts.fileSystemId } },
    facts,
  };
}
