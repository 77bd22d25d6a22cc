import { type ClusterAutoscalerArgs } from "../args";
import { maximumGraceSeconds, metricsPort } from "../defaults";

/** A flag of the command line and why it has its value. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}

/** Every flag, in the order of the command line. */
export function flags(args: Pick<ClusterAutoscalerArgs, "clusterName" | "maximumNodes" | "namespace">): Flag[] {
  const flag = (name: string, value: string | number | boolean, why: string): Flag => ({
    name,
    value: String(value),
    why,
  });
  return [
    flag("cloud-provider", "aws", "The node groups are EKS' Auto Scaling groups."),
    flag("namespace", args.namespace, "Its lease, status and priorities lie where it has the right to them."),
    flag(
      "node-group-auto-discovery",
      `asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${args.clusterName}`,
      "A new node group needs no change here; the second tag keeps it off other clusters' groups in the account.",
    ),
    flag("expander", "priority,least-waste", "First the pools' order, then the group that leaves the least unused."),
    flag("balance-similar-node-groups", true, "Groups of one pool, one for each zone, grow evenly."),
    flag(
      "balancing-ignore-label",
      "topology.ebs.csi.aws.com/zone",
      "The EBS driver's own label of the zone would make the groups of one pool look different.",
    ),
    flag("skip-nodes-with-local-storage", false, "The mesh's proxy keeps keys in an emptyDir in every pod."),
    flag("skip-nodes-with-system-pods", false, "System pods have disruption budgets, which it keeps to."),
    flag("scale-down-unneeded-time", "10m", "Default; a load that dips for a moment finds its nodes again."),
    flag("scale-down-delay-after-add", "10m", "Default; a new node gets the time to be used."),
    flag("scale-down-utilization-threshold", 0.5, "Default; a node less than half used is emptied."),
    flag("max-node-provision-time", "15m", "Default; a node that has not come by then is tried in another group."),
    flag("max-graceful-termination-sec", maximumGraceSeconds, "The plan's longest grace period: no pod is cut off."),
    flag("max-nodes-total", args.maximumNodes, "What the pools allow together, so that no mistake in one costs more."),
    flag("new-pod-scale-up-delay", "0s", "A pod that finds no room is a client that waits."),
    flag("scan-interval", "10s", "Default; less asks the cloud more often than it likes."),
    flag("leader-elect", true, "Two pods, of which one acts."),
    flag("address", `:${metricsPort}`, "Default; health and metrics."),
    flag("stderrthreshold", "info", "What it decides and why is in the log."),
    flag("v", 4, "Level at which it says why a node is not removed."),
  ];
}

/** The flags as arguments of the process. */
export function commandLine(args: Parameters<typeof flags>[0]): string[] {
  return flags(args).map(({ name, value }) => `--${name}=${value}`);
}
