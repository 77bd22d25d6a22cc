import { allocatable, instanceTypes } from "../../../model/aws/instance-types";
import { type NodePool, poolLabel, type Taint } from "../../../model/node-pool";
import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { attempt } from "../../graph/selection";
import { type AwsResource, inputsOf } from "../aws";
import { type Pool, zoneLabel } from "../node-pools";
import { type RoomPool } from "./settings";

/** A pool of the cluster, as the resources have it where they do. */
export interface KnownPool {
  /** By which workloads choose it. */
  readonly place: Pool;
  /** The node groups among the resources that are it. */
  readonly groups: readonly AwsResource[];
  /**
   * Its sizes; `undefined` where nothing says what a node has.
   *
   * @throws UnknownValue when a node group's are not known.
   */
  readonly read: () => NodePool | undefined;
}

/** The pools of the settings, with the bounds and machines of their node groups; without settings, the node groups'. */
export function knownPools(graph: Graph, settings: readonly RoomPool[]): KnownPool[] {
  const groups = inputsOf(graph, "eks/nodeGroup:NodeGroup").filter(({ root }) => poolOf(root) !== undefined);
  const given = settings.length > 0 ? settings : ownPools(groups);
  return given.map((pool) => {
    const own = groups.filter(({ root }) => poolOf(root) === pool.name);
    const { name, labels, taints, minimum, maximum } = pool;
    return { place: { name, labels, taints, minimum, maximum }, groups: own, read: () => sized(pool, own) };
  });
}

/** The pool that a node group's nodes are of; `undefined` where their labels do not say it, or are not known. */
function poolOf(root: Field): string | undefined {
  const label = attempt(() => root.at("labels", poolLabel).text());
  return typeof label === "string" ? label : undefined;
}

/** Pools that only node groups tell of. */
function ownPools(groups: readonly AwsResource[]): RoomPool[] {
  const names = [...new Set(groups.flatMap(({ root }) => poolOf(root) ?? []))];
  return names.map((name) => ({
    name,
    labels: { [poolLabel]: [name] },
    // All groups of a pool have the same; with those that are not known, more pods are told to fit there, never fewer.
    taints: groups.filter(({ root }) => poolOf(root) === name).map(({ root }) => knownTaints(root))[0] ?? [],
    minimum: 0,
    maximum: 1,
    zonal: false,
  }));
}

/** EKS writes NO_SCHEDULE where Kubernetes writes NoSchedule. */
const effects: Readonly<Record<string, Taint["effect"]>> = {
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
  NO_EXECUTE: "NoExecute",
};

function knownTaints(root: Field): Taint[] {
  const taints = attempt(() => taintsOf(root));
  return Array.isArray(taints) ? taints : [];
}

function taintsOf(root: Field): Taint[] {
  return root
    .at("taints")
    .items()
    .map((taint) => ({
      key: taint.at("key").text() ?? "",
      value: taint.at("value").text() ?? "",
      effect: effects[taint.at("effect").text() ?? ""] ?? "NoSchedule",
    }));
}

function sized(pool: RoomPool, groups: readonly AwsResource[]): NodePool | undefined {
  const type = groups[0]?.root.at("instanceTypes").items()[0]?.text() ?? pool.instanceType;
  const machine = type === undefined ? undefined : instanceTypes.get(type);
  const node = machine ? allocatable(machine) : pool.allocatable;
  if (!node) return undefined;
  const sizes = groups.map(({ root }) => ({
    minimum: root.at("scalingConfig", "minSize").number() ?? 0,
    maximum: root.at("scalingConfig", "maxSize").number() ?? 0,
    zones: Math.max(1, root.at("subnetIds").items().length),
  }));
  const sum = (of: "minimum" | "maximum") => sizes.reduce((total, one) => total + one[of], 0);
  const zonal = sizes.length > 1 && sizes.every(({ zones }) => zones === 1);
  const places = zonal ? sizes.length : (sizes[0]?.zones ?? 1);
  const zones = pool.labels[zoneLabel] ?? Array.from({ length: places }, (_, index) => `zone-${index}`);
  return {
    name: pool.name,
    ...(type === undefined ? {} : { instanceType: type }),
    allocatable: node,
    minimum: groups.length > 0 ? sum("minimum") : pool.minimum,
    maximum: groups.length > 0 ? sum("maximum") : pool.maximum,
    taints: [],
    zones,
    zonal: groups.length > 0 ? zonal : pool.zonal,
    ...(zonal && sizes.length === zones.length ? { maximumByZone: sizes.map(({ maximum }) => maximum) } : {}),
  };
}
