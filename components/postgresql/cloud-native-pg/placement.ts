import { type IAffinityConfiguration } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1";
import { type NodePool } from "../../../model/node-pool";
import { poolAffinity, poolTolerations, spreadsHardOverZones } from "../../shared/placement";

/** What a pod is found by. */
type Labels = Readonly<Record<string, string>>;

/**
 * Even over zones: a condition only where the pool always has a node in each zone, as for every other workload. Without
 * `matchLabelKeys`: pods of a Cluster have no template whose hash could tell revisions apart.
 */
export function zoneSpread(pool: NodePool, matchLabels: Labels) {
  return [
    {
      topologyKey: "topology.kubernetes.io/zone",
      maxSkew: 1,
      whenUnsatisfiable: spreadsHardOverZones(pool) ? ("DoNotSchedule" as const) : ("ScheduleAnyway" as const),
      labelSelector: { matchLabels },
      nodeAffinityPolicy: "Honor" as const,
      nodeTaintsPolicy: "Honor" as const,
    },
  ];
}

/** Nodes of the pool, and at most one server on each: two on one node would be lost together. */
export function serverAffinity(pool: NodePool) {
  return {
    enablePodAntiAffinity: true,
    podAntiAffinityType: "required",
    topologyKey: "kubernetes.io/hostname",
    nodeAffinity: nodeAffinity(pool),
    tolerations: tolerations(pool),
  };
}

/** Nodes of the pool, and rather not two poolers on one. */
export function poolerAffinity(pool: NodePool, matchLabels: Labels) {
  return {
    nodeAffinity: nodeAffinity(pool),
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels } } },
      ],
    },
  };
}

/** One toleration for each taint of the pool. */
export function tolerations(pool: NodePool): NonNullable<IAffinityConfiguration["tolerations"]> {
  return poolTolerations(pool) as NonNullable<IAffinityConfiguration["tolerations"]>;
}

function nodeAffinity(pool: NodePool): NonNullable<IAffinityConfiguration["nodeAffinity"]> {
  return poolAffinity(pool).nodeAffinity as NonNullable<IAffinityConfiguration["nodeAffinity"]>;
}
