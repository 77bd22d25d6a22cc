import { type LabelArgs } from "../shared/labels";
import { type NodePool } from "../../model/node-pool";

/** Arguments of a `MetricsServer`; its objects have fixed names, because a cluster has one metrics API. */
export interface MetricsServerArgs extends LabelArgs {
  /** Namespace of the objects that lie in one; must exist. */
  readonly namespace: string;
  /** Full image reference. */
  readonly image: string;
  /** Pods; two or more, since every autoscaler stands still while none of them answers. */
  readonly replicas: number;
  /** Most nodes that the cluster may have; decides how much memory a pod needs. */
  readonly maximumNodes: number;
  /** Pool that the pods run on. */
  readonly pool: NodePool;
  /** Priority class of the pods. */
  readonly priorityClassName: string;
  /**
   * Whether a kubelet's certificate must be signed by the cluster's authority. `unverified` is for clusters whose kubelets
   * sign their own: whoever can answer at a node's address can then invent what pods use.
   */
  readonly kubeletCertificates: "verified" | "unverified";
  /**
   * Whether the API server passes requests for metrics on to the pods. An API that is registered and does not answer
   * keeps every namespace from being deleted, so it is left out where the API server cannot reach a pod.
   */
  readonly aggregated: boolean;
  /** Address blocks that the API server calls it from. */
  readonly networks: readonly string[];
  /** Address blocks that nodes and the API server, its Service among them, are called at. */
  readonly apiServerNetworks: readonly string[];
}
