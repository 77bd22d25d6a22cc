import { type NodePool } from "../../model/node-pool";
import { type LabelArgs } from "../shared/labels";

/** What the autoscaler does about the nodes of one pool. */
export interface ScaledPool {
  /** Start of the names of the pool's node groups, as the cloud writes them. */
  readonly groupName: string;
  /** Which pool grows when a pod fits several; the higher first. */
  readonly priority: number;
}

/** Arguments of a `ClusterAutoscaler`. */
export interface ClusterAutoscalerArgs extends LabelArgs {
  /** Namespace of the objects that lie in one; must exist. */
  readonly namespace: string;
  /** Service account that the cloud's role is bound to, and name of all objects that need no other. */
  readonly serviceAccount: string;
  /** Full image reference; its minor is the cluster's. */
  readonly image: string;
  /** Name of the EKS cluster; the tag on its node groups holds it. */
  readonly clusterName: string;
  /** Region of the cluster. A pod cannot ask the machine for it: the metadata service answers only to the node itself. */
  readonly region: string;
  /** Nodes that the cluster never has more of, whatever the pools allow together. */
  readonly maximumNodes: number;
  readonly scaledPools: readonly ScaledPool[];
  /** Pods, of which one works and the others wait for it to stop. */
  readonly replicas: number;
  /** Pool that the pods run on: one that never shrinks to nothing. */
  readonly pool: NodePool;
  readonly priorityClassName: string;
  /** Address blocks of the API server and of the cloud's endpoints inside the network. */
  readonly networks: readonly string[];
}
