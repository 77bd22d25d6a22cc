import { type Input, output, secret, StackReference, unknown } from "@pulumi/pulumi";
import { RunError } from "@pulumi/pulumi/errors";
import { warn } from "@pulumi/pulumi/log";
import { isDryRun } from "@pulumi/pulumi/runtime";
import { type ClusterFacts } from "../infra/cluster";
import { renderProblems } from "../model/problem";
import { type ClusterFact, clusterFactNames } from "../model/stack-outputs";
import { nothingTold, readGround, type Standing, tellsNothing } from "./platform/beneath";

/** Outputs that a stack reads of the one beneath it. */
const read = ["schemaVersion", "environment", "layers", "kubernetesVersion", "namespaces", "cluster", "secrets"];

/**
 * Reads what the stack beneath tells, all of it before the first resource is registered. In a preview a stack that tells
 * nothing yet is taken to be what this one needs, with values that are not known.
 *
 * @returns what is known of a cluster on AWS; nothing of others.
 * @throws RunError, which the engine prints without a stack trace, when the stack beneath is not what this one takes it for.
 */
export async function readBeneath(own: Standing): Promise<ClusterFacts | undefined> {
  const reference = new StackReference("beneath", { name: own.layers.beneath });
  const details = await Promise.all(read.map(async (name) => [name, await reference.getOutputDetails(name)] as const));
  const outputs = Object.fromEntries(
    details.map(([name, { value, secretValue }]): [string, unknown] => [name, value ?? secretValue]),
  );
  const makesCluster = "aws" in own.cluster;
  if (tellsNothing(outputs)) {
    const problem = nothingTold(own);
    if (!isDryRun()) throw refusal([problem]);
    await warn(`${problem.why} ${problem.remedy} Until then this preview takes what it tells for unknown.`);
    return makesCluster ? facts(() => output(unknown as unknown as string)) : undefined;
  }
  const ground = readGround(outputs, own);
  if ("problems" in ground) throw refusal(ground.problems);
  const { cluster } = ground;
  if (!cluster) return undefined;
  // What is a secret there stays one here.
  const hidden = details.some(([name, { secretValue }]) => name === "cluster" && secretValue !== undefined);
  return facts((name) => (hidden ? secret(cluster[name]) : cluster[name]));
}

function facts(valueOf: (name: ClusterFact) => Input<string>): ClusterFacts {
  return Object.fromEntries(clusterFactNames.map((name) => [name, valueOf(name)])) as unknown as ClusterFacts;
}

function refusal(problems: Parameters<typeof renderProblems>[1]): RunError {
  return new RunError(renderProblems("The stack cannot stand on the one beneath it; nothing was registered", problems));
}
