/** A taint as Kubernetes writes it. */
export interface PoolTaint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Nodes of one kind. */
export interface NodePoolArgs {
  readonly clusterName: string;
  readonly poolName: string;
  /** Kubernetes minor of the nodes. */
  readonly version: string;
  readonly instanceType: string;
  readonly architecture: "amd64" | "arm64";
  readonly image: "al2023" | "bottlerocket";
  /** Size of the disk that images, logs and emptyDir volumes lie on. */
  readonly diskGibibytes: number;
  /** Nodes over all zones. */
  readonly minimum: number;
  readonly maximum: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly PoolTaint[];
  /** Whether each zone has a group of its own. */
  readonly zonal: boolean;
  readonly zones: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** One managed node group. */
export interface GroupPlan {
  /** Added to the pool's name. */
  readonly suffix: string;
  readonly zones: readonly string[];
  readonly minimum: number;
  readonly maximum: number;
}

/** Part of a group that may be replaced at once while it is upgraded; a third, so that each zone of three keeps its own. */
export const maxUnavailablePercentage = 33;

/** Groups of a pool: one, or one for each zone with the nodes shared out, the first zones taking what is left over. */
export function groupPlans({ zonal, zones, minimum, maximum }: NodePoolArgs): GroupPlan[] {
  if (!zonal) return [{ suffix: "", zones, minimum, maximum }];
  const share = (total: number, index: number) =>
    Math.floor(total / zones.length) + (index < total % zones.length ? 1 : 0);
  return zones.map((zone, index) => ({
    suffix: `-${zone}`,
    zones: [zone],
    minimum: share(minimum, index),
    // EKS refuses a group that may never have a node.
    maximum: Math.max(1, share(maximum, index)),
  }));
}

/** Image that EKS keeps current for a group. */
export function amiType({ image, architecture }: Pick<NodePoolArgs, "image" | "architecture">): string {
  if (image === "bottlerocket") return architecture === "arm64" ? "BOTTLEROCKET_ARM_64" : "BOTTLEROCKET_x86_64";
  return architecture === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}

/** Size of Bottlerocket's own disk; its images, logs and volumes lie on a second one. */
const bottlerocketSystemGibibytes = 4;

/** Disks of a node by the names that its image gives them. */
export function disks({ image, diskGibibytes }: Pick<NodePoolArgs, "image" | "diskGibibytes">) {
  return image === "bottlerocket"
    ? [
        { deviceName: "/dev/xvda", gibibytes: bottlerocketSystemGibibytes },
        { deviceName: "/dev/xvdb", gibibytes: diskGibibytes },
      ]
    : [{ deviceName: "/dev/xvda", gibibytes: diskGibibytes }];
}

/** A taint's effect as EKS writes it. */
export function eksEffect(effect: PoolTaint["effect"]): string {
  return { NoSchedule: "NO_SCHEDULE", PreferNoSchedule: "PREFER_NO_SCHEDULE", NoExecute: "NO_EXECUTE" }[effect];
}

/**
 * Tags by which the cluster autoscaler finds a group, and knows a node of it while it has none. EKS sets the first two
 * itself, and only these; written here they are under the program's eye.
 */
export function autoscalerTags(args: NodePoolArgs, plan: GroupPlan): Readonly<Record<string, string>> {
  const template = "k8s.io/cluster-autoscaler/node-template";
  const [zone] = plan.zones;
  return {
    "k8s.io/cluster-autoscaler/enabled": "true",
    [`k8s.io/cluster-autoscaler/${args.clusterName}`]: "owned",
    ...Object.fromEntries(Object.entries(args.labels).map(([label, value]) => [`${template}/label/${label}`, value])),
    ...Object.fromEntries(
      args.taints.map(({ key, value, effect }) => [`${template}/taint/${key}`, `${value}:${effect}`]),
    ),
    [`${template}/resources/ephemeral-storage`]: `${args.diskGibibytes}Gi`,
    ...(args.zonal && zone !== undefined ? { [`${template}/label/topology.kubernetes.io/zone`]: zone } : {}),
  };
}
