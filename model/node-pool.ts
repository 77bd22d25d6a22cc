import { type Bytes, type Cpu } from "./quantity";

/** A taint that keeps pods without its toleration off a pool. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Nodes of one kind that the cluster autoscaler adds and removes together. */
export interface NodePool {
  readonly name: string;
  /** Machine type of the cloud; absent where the cluster is not ours to make. */
  readonly instanceType?: string;
  /** What pods may ask for on one node, after the system's reservation. */
  readonly allocatable: { readonly cpu: Cpu; readonly memory: Bytes; readonly pods: number };
  /** Nodes over all zones. */
  readonly minimum: number;
  readonly maximum: number;
  readonly taints: readonly Taint[];
  readonly zones: readonly string[];
  /** Most nodes in each zone, where they differ by more than what cannot be shared out evenly; default: shared out. */
  readonly maximumByZone?: readonly number[];
  /** Whether each zone has a node group of its own, so that a pod finds a node where its volume is; default no. */
  readonly zonal?: boolean;
}

/** The label by which pods choose a pool; every pool's nodes carry it. */
export const poolLabel = "altlas.io/pool";
