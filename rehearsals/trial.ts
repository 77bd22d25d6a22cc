import { type Amount, type NodeSet, type PodGroup } from "../model/capacity/pods";
import { poolLabel, type Taint } from "../model/node-pool";
import { type SandboxNode } from "../sandbox/nodes";

/** Nodes of one pool and the pods that must go there. */
export interface Trial {
  /** Value of the pool's label on its nodes; unique among trials that run at once. */
  readonly name: string;
  /** Nodes by zone, with what each has before its daemons. */
  readonly nodes: NodeSet;
  readonly taints: readonly Taint[];
  readonly groups: readonly PodGroup[];
  /** Pods of which one runs on each node. */
  readonly daemons: readonly { readonly name: string; readonly pod: Amount }[];
}

/** Namespace of all pods of trials. */
export const trialNamespace = "rehearsal";

/** Label with the trial that a pod or node is of. */
export const trialLabel = "rehearsal/trial";
/** Label with the group that a pod is of; spread and distance count by it. */
export const groupLabel = "rehearsal/group";

/** The trial's nodes, zone by zone. */
export function trialNodes({ name, nodes: { node, zones }, taints }: Trial): SandboxNode[] {
  return zones.flatMap((count, zone) =>
    Array.from({ length: count }, (_, index): SandboxNode => {
      const host = `${name}-${zone}-${index}`;
      return {
        name: host,
        labels: {
          [poolLabel]: name,
          [trialLabel]: name,
          "kubernetes.io/hostname": host,
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "topology.kubernetes.io/region": "local",
          "topology.kubernetes.io/zone": `zone-${zone}`,
        },
        taints,
        allocatable: {
          cpu: `${node.cpuMillicores}m`,
          memory: `${node.memoryMebibytes}Mi`,
          pods: String(node.pods),
          // Disk is no part of the model's question, so there is enough of it.
          "ephemeral-storage": "500Gi",
        },
      };
    }),
  );
}

/** The daemons' pods; they come before all others, as on a node that starts. */
export function daemonPods(trial: Trial): object[] {
  return trialNodes(trial).flatMap((node) =>
    trial.daemons.map(({ name, pod }) =>
      podObject(trial, `${name}-${node.name}`, name, pod, {
        affinity: nodeAffinity("kubernetes.io/hostname", node.name),
      }),
    ),
  );
}

/** The pods of the groups, one after the other. */
export function groupPods(trial: Trial): object[] {
  return trial.groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, index) =>
      podObject(trial, `${trial.name}-${group.name}-${index}`, group.name, group.pod, placement(trial, group)),
    ),
  );
}

function placement(trial: Trial, { name, alone, zoneSkew }: PodGroup): object {
  const labelSelector = { matchLabels: { [trialLabel]: trial.name, [groupLabel]: name } };
  const apart = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" } as const;
  const spread = (topologyKey: string, hard: boolean, maxSkew: number) => ({
    topologyKey,
    maxSkew,
    whenUnsatisfiable: hard ? "DoNotSchedule" : "ScheduleAnyway",
    labelSelector,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Honor",
  });
  return {
    affinity: {
      ...nodeAffinity(poolLabel, trial.name),
      ...(alone === undefined
        ? {}
        : {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: apart[alone] }],
            },
          }),
    },
    // Every component here wishes to be spread over zones and hosts, and some must.
    topologySpreadConstraints: [
      spread(apart.zone, zoneSkew !== undefined, zoneSkew ?? 1),
      spread(apart.node, false, 1),
    ],
  };
}

function nodeAffinity(key: string, value: string) {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values: [value] }] }],
      },
    },
  };
}

function podObject(
  trial: Trial,
  name: string,
  group: string,
  { cpuMillicores, memoryMebibytes }: Amount,
  spec: object,
) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: trialNamespace, labels: { [trialLabel]: trial.name, [groupLabel]: group } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      tolerations: trial.taints.map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect })),
      containers: [
        {
          name: "main",
          image: "simulated",
          resources: { requests: { cpu: `${cpuMillicores}m`, memory: `${memoryMebibytes}Mi` } },
        },
      ],
      ...spec,
    },
  };
}
