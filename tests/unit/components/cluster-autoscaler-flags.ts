/** What a flag of Go's accepts. */
export type FlagType = "bool" | "duration" | "integer" | "number" | "severity" | "text" | "texts";

type Flags = Partial<Readonly<Record<FlagType, readonly string[]>>>;

/**
 * The flags of the cluster autoscaler by what they accept, as the releases of 2026-07-22 define them
 * (kubernetes/autoscaler, tags cluster-autoscaler-1.34.5, -1.35.2 and -1.36.1: `config/flags/flags.go` and `main.go`;
 * before 1.35 all in `main.go` and `config/flags`). No release takes a flag away that the one before had.
 */
const own: Flags = {
  bool: [
    "async-node-groups",
    "aws-use-static-instance-list",
    "balance-similar-node-groups",
    "bulk-mig-instances-listing-enabled",
    "capacity-buffer-controller-enabled",
    "capacity-buffer-pod-injection-enabled",
    "check-capacity-batch-processing",
    "clusterapi-cloud-config-authoritative",
    "cordon-node-before-terminating",
    "daemonset-eviction-for-empty-nodes",
    "daemonset-eviction-for-occupied-nodes",
    "debugging-snapshot-enabled",
    "dynamic-node-delete-delay-after-taint-enabled",
    "emit-per-nodegroup-metrics",
    "enable-dynamic-resource-allocation",
    "enable-proactive-scaleup",
    "enable-provisioning-requests",
    "enforce-node-group-min-size",
    "force-delete-failed-nodes",
    "force-delete-unregistered-nodes",
    "force-ds",
    "frequent-loops-enabled",
    "ignore-daemonsets-utilization",
    "ignore-mirror-pods-utilization",
    "parallel-scale-up",
    "profiling",
    "record-duplicated-events",
    "regional",
    "scale-down-delay-type-local",
    "scale-down-enabled",
    "scale-down-unready-enabled",
    "scale-up-from-zero",
    "skip-nodes-with-custom-controller-pods",
    "skip-nodes-with-local-storage",
    "skip-nodes-with-system-pods",
    "write-status-configmap",
  ],
  duration: [
    "blocking-system-pod-distruption-timeout",
    "check-capacity-provisioning-request-batch-timebox",
    "gce-mig-instances-min-refresh-wait-time",
    "initial-node-group-backoff-duration",
    "max-binpacking-time",
    "max-bulk-soft-taint-time",
    "max-failing-time",
    "max-inactivity",
    "max-node-group-backoff-duration",
    "max-node-provision-time",
    "max-nodegroup-binpacking-duration",
    "max-pod-eviction-time",
    "new-pod-scale-up-delay",
    "node-delete-delay-after-taint",
    "node-deletion-batcher-interval",
    "node-deletion-candidate-ttl",
    "node-deletion-delay-timeout",
    "node-group-backoff-reset-timeout",
    "node-info-cache-expire-time",
    "provisioning-request-initial-backoff-time",
    "provisioning-request-max-backoff-time",
    "scale-down-delay-after-add",
    "scale-down-delay-after-delete",
    "scale-down-delay-after-failure",
    "scale-down-simulation-timeout",
    "scale-down-unneeded-time",
    "scale-down-unready-time",
    "scan-interval",
    "unremovable-node-recheck-timeout",
  ],
  integer: [
    "check-capacity-provisioning-request-max-batch-size",
    "cluster-snapshot-parallelism",
    "expendable-pods-priority-cutoff",
    "gce-concurrent-refreshes",
    "kube-client-burst",
    "max-bulk-soft-taint-count",
    "max-drain-parallelism",
    "max-graceful-termination-sec",
    "max-nodes-per-scaleup",
    "max-nodes-total",
    "max-scale-down-parallelism",
    "min-replica-count",
    "ok-total-unready-count",
    "pod-injection-limit",
    "provisioning-request-max-backoff-cache-size",
    "scale-down-candidates-pool-min-count",
    "scale-down-non-empty-candidates-count",
  ],
  number: [
    "kube-client-qps",
    "max-allocatable-difference-ratio",
    "max-free-difference-ratio",
    "max-total-unready-percentage",
    "memory-difference-ratio",
    "scale-down-candidates-pool-ratio",
    "scale-down-gpu-utilization-threshold",
    "scale-down-utilization-threshold",
  ],
  text: [
    "address",
    "check-capacity-processor-instance",
    "cloud-config",
    "cloud-provider",
    "cluster-name",
    "config.SchedulerConfigFileFlag",
    "cores-total",
    "drain-priority-config",
    "estimator",
    "expander",
    "grpc-expander-cert",
    "grpc-expander-url",
    "kube-api-content-type",
    "kubeconfig",
    "kubernetes",
    "memory-total",
    "namespace",
    "status-config-map-name",
    "user-agent",
  ],
  texts: [
    "balancing-ignore-label",
    "balancing-label",
    "bypassed-scheduler-names",
    "gpu-total",
    "ignore-taint",
    "node-group-auto-discovery",
    "nodes",
    "startup-taint",
    "status-taint",
  ],
};

/** Flags that a release has and the one before has not. */
const added: Readonly<Record<string, Flags>> = {
  "v1.35.2": {
    bool: [
      "enable-csi-node-aware-scheduling",
      "max-node-skip-eval-time-tracker-enabled",
      "node-removal-latency-tracking-enabled",
      "scale-from-unschedulable",
    ],
    duration: ["max-node-startup-time"],
    integer: ["predicate-parallelism"],
    texts: ["allowed-scheduler-names"],
  },
  "v1.36.1": {
    bool: [
      "capacity-buffer-pod-dry-run-enabled",
      "capacity-quotas-enabled",
      "fastpath-binpacking-enabled",
      "salvo-scale-up",
      "scaleup-simulation-for-skipped-node-groups-enabled",
    ],
    duration: ["max-startup-time", "salvo-scale-up-budget"],
    texts: ["startup-taint-prefix"],
  },
};

/**
 * Flags of the libraries that `main.go` binds and that anybody may want: `BindLeaderElectionFlags` of
 * k8s.io/component-base v0.36.2 and `InitFlags` of k8s.io/klog v2.140.0.
 */
const libraries: Flags = {
  bool: ["alsologtostderr", "leader-elect", "logtostderr", "one-output"],
  duration: ["leader-elect-lease-duration", "leader-elect-renew-deadline", "leader-elect-retry-period"],
  integer: ["v"],
  severity: ["stderrthreshold"],
  text: ["leader-elect-resource-lock", "leader-elect-resource-name", "leader-elect-resource-namespace", "vmodule"],
};

const releases = ["v1.34.5", "v1.35.2", "v1.36.1"];

/** Every flag of a release by its name; `undefined` for a release that was not read. */
export function flagsOf(release: string): ReadonlyMap<string, FlagType> | undefined {
  const last = releases.indexOf(release);
  if (last < 0) return undefined;
  const all = [own, libraries, ...releases.slice(0, last + 1).map((each) => added[each] ?? {})];
  return new Map(
    all.flatMap((flags) =>
      (Object.entries(flags) as [FlagType, readonly string[]][]).flatMap(([type, names]) =>
        names.map((name) => [name, type] as const),
      ),
    ),
  );
}

/** Whether a flag of the type takes the value. */
export const accepts: Readonly<Record<FlagType, (value: string) => boolean>> = {
  bool: (value) => value === "true" || value === "false",
  duration: (value) => /^(0|(\d+(\.\d+)?(ms|s|m|h))+)$/.test(value),
  integer: (value) => /^-?\d+$/.test(value),
  number: (value) => /^-?\d+(\.\d+)?$/.test(value),
  severity: (value) => ["info", "warning", "error", "fatal"].includes(value.toLowerCase()),
  text: (value) => value !== "",
  texts: (value) => value !== "",
};

/** What `--expander` may name, each at most once (`expander/expander.go` and `factory/expander_factory.go`). */
export const expanders = ["random", "most-pods", "least-waste", "price", "priority", "grpc"] as const;
