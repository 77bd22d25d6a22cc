import { type Bytes } from "../../model/quantity";

/** User and group of the process; ALT-K8S-020 asks for 10000 or above, where no account of a node can be. */
export const defaultUserId = 10001;
export const minimumUserId = 10000;

/** Longest name: the pods' own names add 17 characters to it, and a host name has at most 63. */
export const maximumNameLength = 46;

/**
 * Percent of the pods that a rollout makes before it removes old ones (Kubernetes' own default). With none unavailable
 * meanwhile a rollout takes at most four waves, and capacity must hold a quarter more than the maximum.
 */
export const surgePercent = 25;

/** Seconds without a crash before a new pod counts; a pod that dies of its first requests must stop the rollout. */
export const minReadySeconds = 10;

/** Old ReplicaSets to keep for `kubectl rollout undo`; the history itself is in version control. */
export const revisionHistoryLimit = 3;

/** Shortest time without progress after which a rollout failed: Kubernetes' own default. */
export const minimumProgressSeconds = 600;

/** Seconds beside its start that a pod may need to be placed: a new node (2 to 4 minutes) and pulling its image. */
export const placementSeconds = 300;

/** Seconds between the end of draining and the kill, so that a drain that takes its whole time is not cut off. */
export const terminationMarginSeconds = 5;

/** Longest grace period: the autoscaler waits no longer than this for a pod to leave (plan: 600 s). */
export const maximumGraceSeconds = 600;

/** Where every runtime puts what it needs for a moment; its own volume, since the root file system is read-only. */
export const temporaryFolder = { name: "tmp", mountPath: "/tmp", sizeLimit: "64Mi" } as const;

/** Disk of the node that a container takes beside its volumes: its logs, which the kubelet cuts at 5 files of 10 MiB. */
export const logMebibytes = 64;

/**
 * Behaviour of the autoscaler, from the scaling plan. Up at once and at most double, since a request cannot wait and
 * the objectives are a quarter of a second; down slowly, since each pod removed costs connections and caches and
 * traffic that dips often returns.
 */
export const scalingBehaviour = {
  up: { stabilizationSeconds: 0, percent: 100, pods: 4, periodSeconds: 60 },
  down: { stabilizationSeconds: 300, percent: 10, periodSeconds: 60 },
} as const;

/**
 * External metric with the number of waiting messages of a queue, chosen by the label `queue`.
 * The metrics adapter makes it from RabbitMQ's detailed queue metrics.
 */
export const queueDepthMetric = "rabbitmq_queue_messages_ready";

/** Ports that the mesh proxy listens on in every meshed pod. */
export const proxyPorts: readonly number[] = [4140, 4143, 4190, 4191];

/** Volumes that the mesh injector adds; unlisted, they keep the autoscaler from removing any node with a meshed pod. */
export const proxyVolumes: readonly string[] = ["linkerd-identity-end-entity", "linkerd-proxy-init-xtables-lock"];

/** Smallest volume that makes sense; guards against a forgotten unit. */
export const minimumVolumeSize: Bytes = "1Mi";
