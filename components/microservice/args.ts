import { type NodePool } from "../../model/node-pool";
import { type SecretKey } from "../../model/platform";
import {
  type Contract,
  type ReplicaBounds,
  type Resources,
  type Runtime,
  type ScalingSignal,
} from "../../model/service";

/** What a microservice is given besides secrets: everything may be read by anybody who may read the cluster. */
export interface MicroserviceEnvironment {
  /** Variables that stand in the ConfigMap. One that the runtime derivation also makes wins over the derived one. */
  readonly plain: Readonly<Record<string, string>>;
  /** Variables that are read from Secret objects; this program never sees their values. */
  readonly secrets: Readonly<Record<string, SecretKey>>;
}

/** Arguments of a `Microservice`. All are plain: what is only known later reaches the pods by reference. */
export interface MicroserviceArgs {
  /** Namespace of all objects; must exist, and never be `default`. */
  readonly namespace: string;
  /** Full image reference, with tag and, where known, digest. */
  readonly image: string;
  /** Labels of every object and of the pods, besides the recommended ones; default none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the whole that the service is part of (`app.kubernetes.io/part-of`). */
  readonly partOf: string;
  /** Decides the settings that are derived from the limits; see `model/runtime.ts`. */
  readonly runtime: Runtime;
  /** CPU and memory of the application container; CPU in cores, memory in bytes, both as Kubernetes writes them. */
  readonly resources: Resources;
  /** Bounds of the autoscaler; equal bounds make a fixed number of pods and no autoscaler. */
  readonly replicas: ReplicaBounds;
  /** What drives the autoscaler; each of them is rendered, so the caller leaves out what nothing measures. */
  readonly scaling: readonly ScalingSignal[];
  /** Port, probes, volumes and end of the service, as its source or the plan has them. */
  readonly contract: Omit<Contract, "environment">;
  /** Environment of the process. */
  readonly environment: MicroserviceEnvironment;
  /** Names of the PersistentVolumeClaims behind the contract's claim volumes, by claim; may hold more. */
  readonly claims?: Readonly<Record<string, string>>;
  /** Storage class of per-pod volumes; needed when the contract has any. */
  readonly ephemeralStorageClass?: string;
  /** Node pool that the pods run on, and only on. */
  readonly placement: { readonly pool: NodePool };
  /** Priority class that decides who stays when the cluster is full. */
  readonly priorityClassName: string;
  /** Whether pods get a mesh proxy; the mesh must be there before. */
  readonly meshed: boolean;
  /** User and group of the process, 10000 or above; default 10001. */
  readonly userId?: number;
  /**
   * How often each secret was made anew, by its key in the Secret object. A change makes new pods, because a process
   * reads its environment once. Keys that the service does not read do not count. Default none.
   */
  readonly secretGenerations?: Readonly<Record<string, number>>;
  /** Names of Secrets with registry credentials, put on the ServiceAccount; default none. */
  readonly imagePullSecrets?: readonly string[];
}
