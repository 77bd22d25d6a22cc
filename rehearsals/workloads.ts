import { evenly } from "../model/capacity/pods";
import { type Footprint } from "../model/footprint";
import { type NodePool, poolLabel } from "../model/node-pool";
import { mebibytes, millicores } from "../model/quantity";
import { type SandboxNode } from "../sandbox/nodes";
import { type RehearsalCluster, until } from "./cluster";
import { trialNamespace } from "./trial";

type Replicated = Extract<Footprint, { kind: "replicated" }>;

/** Label with the workload that a pod is of. */
export const workloadLabel = "rehearsal/workload";

/** A workload as the rehearsals of drains and zones run it, at its smallest. */
export interface Workload {
  readonly name: string;
  readonly pods: number;
  /** Pods that its budget lets go at once; absent for a single pod, which has none. */
  readonly maxUnavailable?: number;
  readonly footprint: Replicated;
}

/** The workloads of a stack; whatever has two pods or more has a budget of one, as every component here makes it. */
export function workloadsOf(footprints: readonly Footprint[]): Workload[] {
  return footprints.flatMap((footprint) =>
    footprint.kind === "replicated" && footprint.pods.minimum > 0
      ? [
          {
            name: footprint.name,
            pods: footprint.pods.minimum,
            ...(footprint.pods.minimum >= 2 ? { maxUnavailable: 1 } : {}),
            footprint,
          },
        ]
      : [],
  );
}

/** A node of a pool; what its daemons take is taken off. */
export function poolNode(pool: NodePool, footprints: readonly Footprint[], zone: string, number: number): SandboxNode {
  const name = `${pool.name}-${zone}-${number}`;
  const { cpu, memory, pods } = pool.allocatable;
  const daemons = footprints.filter((one) => one.kind === "perNode" && one.pools.includes(pool.name));
  const taken = (amount: "cpuMillicores" | "memoryMebibytes") =>
    daemons.reduce((sum, { pod }) => sum + pod.requests[amount], 0);
  return {
    name,
    labels: {
      [poolLabel]: pool.name,
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/region": "local",
      "topology.kubernetes.io/zone": zone,
    },
    taints: pool.taints,
    allocatable: {
      cpu: `${millicores(cpu) - taken("cpuMillicores")}m`,
      memory: `${Math.floor(mebibytes(memory)) - taken("memoryMebibytes")}Mi`,
      pods: String(pods - daemons.length),
      "ephemeral-storage": "500Gi",
    },
  };
}

/** The nodes of all pools at their minimum. */
export function minimumNodes(pools: readonly NodePool[], footprints: readonly Footprint[]): SandboxNode[] {
  return pools.flatMap((pool) =>
    evenly(pool.minimum, Math.max(1, pool.zones.length)).flatMap((count, index) =>
      Array.from({ length: count }, (_, number) => poolNode(pool, footprints, pool.zones[index] ?? "zone", number)),
    ),
  );
}

/** Makes the workloads and waits until all their pods run. */
export async function deploy(
  cluster: RehearsalCluster,
  workloads: readonly Workload[],
  pools: readonly NodePool[],
): Promise<void> {
  await cluster.make("/apis/storage.k8s.io/v1/storageclasses", {
    metadata: { name: storageClass },
    provisioner: "altlas.io/simulated",
    volumeBindingMode: "WaitForFirstConsumer",
  });
  for (const workload of workloads) {
    const { name, maxUnavailable } = workload;
    const metadata = { name, namespace: trialNamespace };
    const selector = { matchLabels: { [workloadLabel]: name } };
    if (maxUnavailable !== undefined) {
      await cluster.make(`/apis/policy/v1/namespaces/${trialNamespace}/poddisruptionbudgets`, {
        metadata,
        spec: { maxUnavailable, unhealthyPodEvictionPolicy: "AlwaysAllow", selector },
      });
    }
    const pool = pools.find((one) => one.name === workload.footprint.pool);
    const spec = { replicas: workload.pods, selector, template: template(workload, pool) };
    const [kind, more] = hasZonalVolume(workload) ? (["statefulsets", memberSpec(name)] as const) : ["deployments", {}];
    await cluster.make(`/apis/apps/v1/namespaces/${trialNamespace}/${kind}`, { metadata, spec: { ...spec, ...more } });
  }
  const wanted = workloads.reduce((sum, { pods }) => sum + pods, 0);
  await until(async () => ready(await cluster.pods(trialNamespace)).length === wanted, 60_000, `${wanted} pods to run`);
}

/** Class of volumes that stay in the zone where their pod was first put. */
const storageClass = "rehearsal-zonal";

/** Whether its pods have a volume each that cannot leave its zone. */
export function hasZonalVolume({ footprint }: Workload): boolean {
  return footprint.volumes.some(({ zonal, per }) => zonal === true && per === "pod");
}

function memberSpec(name: string): object {
  return {
    serviceName: name,
    podManagementPolicy: "Parallel",
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: storageClass,
          resources: { requests: { storage: "1Gi" } },
        },
      },
    ],
  };
}

/** The pods that run and are ready. */
export function ready<Pod extends { status?: { conditions?: readonly { type: string; status: string }[] } }>(
  pods: readonly Pod[],
): Pod[] {
  return pods.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
  );
}

function template({ name, footprint }: Workload, pool: NodePool | undefined): object {
  const labelSelector = { matchLabels: { [workloadLabel]: name } };
  const { spread, pod } = footprint;
  const topology = { node: "kubernetes.io/hostname", zone: "topology.kubernetes.io/zone" } as const;
  const constraint = (topologyKey: string, hard: boolean, maxSkew: number) => ({
    topologyKey,
    maxSkew,
    whenUnsatisfiable: hard ? "DoNotSchedule" : "ScheduleAnyway",
    labelSelector,
    nodeAffinityPolicy: "Honor",
    nodeTaintsPolicy: "Honor",
  });
  return {
    metadata: { labels: { [workloadLabel]: name } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      tolerations: (pool?.taints ?? []).map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect })),
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: poolLabel, operator: "In", values: [footprint.pool] }] }],
          },
        },
        ...(spread?.alone === undefined
          ? {}
          : {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { labelSelector, topologyKey: topology[spread.alone] },
                ],
              },
            }),
      },
      // Every component here wishes to be spread over zones and hosts, and some must.
      topologySpreadConstraints: [
        constraint(topology.zone, spread?.zoneSkew !== undefined, spread?.zoneSkew ?? 1),
        constraint(topology.node, false, 1),
      ],
      containers: [
        {
          name: "main",
          image: "simulated",
          resources: {
            requests: { cpu: `${pod.requests.cpuMillicores}m`, memory: `${pod.requests.memoryMebibytes}Mi` },
          },
        },
      ],
    },
  };
}
