import { secretOffers } from "../../infra/specs/secrets";
import { clusterName } from "../../infra/cluster";
import { type Layer, layerBeneath, type StackLayers } from "../../model/layers";
import { type Platform } from "../../model/platform";
import { type Problem } from "../../model/problem";
import { type MadeCluster, outputsVersion, type ReadOutputs, stackOutputsSchema } from "../../model/stack-outputs";
import { type LoadedPlatform } from ".";

/** A stack that stands on another one. */
export interface Standing extends Pick<LoadedPlatform, "platform" | "cluster"> {
  /** Its own name. */
  readonly stack: string;
  readonly layers: StackLayers & { readonly beneath: string };
}

/** What a stack needs of the one beneath it. */
export interface Ground {
  /** Absent where the cluster is not made on AWS. */
  readonly cluster?: MadeCluster;
}

/** Whether a stack tells nothing at all: it was never brought up, or it was taken down. */
export function tellsNothing(outputs: Readonly<Record<string, unknown>>): boolean {
  return Object.values(outputs).every((value) => value === undefined);
}

/** The sentence for a stack that tells nothing, and what to do. */
export function nothingTold({ stack, layers: { beneath } }: Standing): Problem {
  return {
    setting: "altlas:layers.beneath",
    value: beneath,
    why: `Stack ${beneath}, on which stack ${stack} stands, has no outputs yet: it was never brought up, or it was taken down.`,
    remedy: `Bring it up first (pulumi up -s ${beneath}), then ${stack}.`,
  };
}

/**
 * Holds what the stack beneath tells against what a stack takes it to be; refuses before anything is registered on a
 * ground that is another one.
 *
 * @param outputs all outputs of the stack beneath
 */
export function readGround(
  outputs: Readonly<Record<string, unknown>>,
  own: Standing,
): Ground | { readonly problems: readonly Problem[] } {
  const { stack, layers, platform, cluster } = own;
  const { beneath } = layers;
  const problems: Problem[] = [];
  const refuse = (why: string, remedy: string, setting = "altlas:layers.beneath", value: unknown = beneath) =>
    problems.push({ setting, value, why, remedy });
  const update = `Bring ${beneath} up with this version of the program (pulumi up -s ${beneath}), then ${stack}.`;
  if (outputs.schemaVersion !== outputsVersion) {
    refuse(
      `Stack ${beneath} tells its outputs in version ${show(outputs.schemaVersion)}; stack ${stack} reads version ${outputsVersion}.`,
      update,
    );
    return { problems };
  }
  const makesCluster = "aws" in cluster;
  const [lowest] = layers.registers;
  const needed = lowest && layerBeneath(lowest, makesCluster);
  const told = Array.isArray(outputs.layers) ? (outputs.layers as Layer[]) : undefined;
  if (told?.at(-1) !== needed) {
    refuse(
      `Stack ${beneath} registers ${told ? told.join(" and ") : "all of its environment"}; what stack ${stack} registers stands on the layer ${needed}.`,
      `Name the stack whose highest layer is ${needed}.`,
    );
    return { problems };
  }
  const compare = (what: string, theirs: unknown, ours: string, setting: string) => {
    if (theirs === undefined || theirs === ours) return;
    refuse(
      `Stack ${beneath} has ${what} ${show(theirs)}; stack ${stack}, which stands on it, has ${ours}.`,
      `Name the stack of ${what} ${ours} in altlas:layers.beneath, or correct ${setting}.`,
      setting,
      ours,
    );
  };
  compare("environment", outputs.environment, platform.environment, "altlas:environment");
  const name = (outputs.cluster as { readonly name?: unknown } | undefined)?.name;
  compare("cluster", name, clusterName(cluster), `altlas:cluster.${makesCluster ? "name" : "context"}`);
  // It has a stack beneath of its own unless it makes the cluster or the cluster exists; which one does not matter here.
  const parsed = stackOutputsSchema({ registers: told ?? [], beneath: "another" }, makesCluster).safeParse(outputs);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      refuse(
        `Stack ${beneath} does not tell ${path.join(".")} as stack ${stack}, which stands on it, reads it: ${message}.`,
        update,
      );
    }
    return { problems };
  }
  const { cluster: read, secrets = {} } = parsed.data as ReadOutputs;
  // By the schema, whole where the cluster is made on AWS.
  const made = makesCluster ? (read as MadeCluster) : undefined;
  if (made) problems.push(...poolProblems(platform, made.pools, own));
  if (needed === "platform") problems.push(...secretProblems(platform, secrets, own));
  return problems.length > 0 ? { problems } : made ? { cluster: made } : {};
}

function poolProblems({ pools }: Platform, known: readonly string[], { stack, layers: { beneath } }: Standing) {
  return pools.flatMap(({ name }, index): Problem[] =>
    known.includes(name)
      ? []
      : [
          {
            setting: `altlas:nodePools[${index}].name`,
            value: name,
            why: `Stack ${stack} has a node pool ${name}, and the cluster that stack ${beneath} stands for has ${known.join(", ")}: its pods would wait for nodes that never come.`,
            remedy: `Bring up the stack that makes the cluster with that pool first, and ${beneath} after it, or correct altlas:nodePools.`,
          },
        ],
  );
}

function secretProblems(
  platform: Platform,
  offered: Readonly<Record<string, Readonly<Record<string, number>>>>,
  { stack, layers: { beneath } }: Standing,
): Problem[] {
  return Object.entries(secretOffers(platform)).flatMap(([object, keys]) =>
    Object.entries(keys).flatMap(([key, generation]): Problem[] => {
      const made = offered[object]?.[key];
      if (made === generation) return [];
      return [
        made === undefined
          ? {
              setting: "altlas:layers.beneath",
              value: beneath,
              why: `Pods of stack ${stack} read key ${key} of Secret ${object}, which stack ${beneath} did not make.`,
              remedy: `Give ${beneath} the same altlas:contract, altlas:services and altlas:mail, and bring it up first.`,
            }
          : {
              setting: "altlas:rotations",
              value: platform.rotations,
              why: `Stack ${beneath} made generation ${made} of ${key} in Secret ${object}, and stack ${stack} says ${generation}: its pods would not be started anew for the new value.`,
              remedy: `Write the same altlas:rotations into both, and bring up ${beneath} first.`,
            },
      ];
    }),
  );
}

function show(value: unknown): string {
  return value === undefined ? "(none)" : typeof value === "string" ? value : JSON.stringify(value);
}
