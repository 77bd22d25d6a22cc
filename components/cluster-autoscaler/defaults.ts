import { type Resources } from "../../model/service";

/** Port of its health page and metrics; upstream's default. */
export const metricsPort = 8085;

/** ConfigMap that its priority expander reads; the name is compiled in. */
export const priorityConfigMap = "cluster-autoscaler-priority-expander";

/** ConfigMap that it writes its status to; its default name. */
export const statusConfigMap = "cluster-autoscaler-status";

/** Lease that decides which of the pods works; its default name. */
export const lease = "cluster-autoscaler";

/** Upstream's own example for AWS asks for 100m and 600Mi; the limits keep the plan's ratio of two (ALT-K8S-004). */
export const resources: Resources = {
  requests: { cpu: "100m", memory: "600Mi" },
  limits: { cpu: "200m", memory: "1200Mi" },
};

/** Disk of the node in MiB: logs, which the kubelet cuts at 5 files of 10 MiB. */
export const ephemeralMebibytes = { limit: 64, request: 32 } as const;

/** Seconds that a pod gets to leave a node; the plan's bound for every service. */
export const maximumGraceSeconds = 600;
