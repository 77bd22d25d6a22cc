import type * as types from "@pulumi/kubernetes/types";
import { type NodePool, poolLabel } from "../../model/node-pool";
import { type Plain } from "./plain";

/** Nodes of the pool and no others: sizes, taints and cost are reckoned for them. */
export function poolAffinity(pool: NodePool): Plain<types.input.core.v1.Affinity> {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: poolLabel, operator: "In", values: [pool.name] }] }],
      },
    },
  };
}

/** One toleration for each taint of the pool, and not one more. */
export function poolTolerations(pool: NodePool): Plain<types.input.core.v1.Toleration>[] {
  return pool.taints.map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect }));
}

/**
 * Spread over zones and hosts.
 *
 * Over zones it is a condition only where the pool always has a node in each zone; elsewhere a condition leaves pods
 * pending for ever beside free nodes, because the autoscaler does not know in which zone to add one. Over hosts it is a
 * wish: as a condition it would hold a node for each replica of an idle service.
 */
export function spread(
  pool: NodePool,
  selector: Readonly<Record<string, string>>,
): Plain<types.input.core.v1.TopologySpreadConstraint>[] {
  return [
    constraint("topology.kubernetes.io/zone", spreadsHardOverZones(pool), selector),
    constraint("kubernetes.io/hostname", false, selector),
  ];
}

/** Whether pods of the pool may be kept pending rather than stand unevenly over zones. */
export function spreadsHardOverZones(pool: NodePool): boolean {
  return pool.zones.length >= 2 && pool.minimum >= pool.zones.length;
}

function constraint(
  topologyKey: string,
  hard: boolean,
  selector: Readonly<Record<string, string>>,
): Plain<types.input.core.v1.TopologySpreadConstraint> {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: hard ? "DoNotSchedule" : "ScheduleAnyway",
    labelSelector: { matchLabels: { ...selector } },
    // Counts pods of one revision only; the old ones leave anyway and would push the new ones into the same zone.
    matchLabelKeys: ["pod-template-hash"],
    // Nodes of other pools, and nodes that are down, are no places to be even over.
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Honor",
  };
}
