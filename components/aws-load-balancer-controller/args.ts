import { type ChartSource } from "../../model/charts";
import { type NodePool } from "../../model/node-pool";
import { type LabelArgs } from "../shared/labels";

/** Arguments of a `LoadBalancerController`. */
export interface LoadBalancerControllerArgs extends LabelArgs {
  /** Namespace of the objects that lie in one; must exist. */
  readonly namespace: string;
  /** Service account that the cloud's role is bound to, and name of the release and its Deployment. */
  readonly serviceAccount: string;
  readonly chart: ChartSource;
  /** Full image reference. */
  readonly image: string;
  /** Name of the EKS cluster; the tag on everything that it makes holds it. */
  readonly clusterName: string;
  readonly region: string;
  /**
   * Tags by which it finds the cluster's network, and no other one. A pod cannot ask the machine which it is, because the
   * metadata service answers only to the node itself; an id would be known only after the network is made, and a preview
   * would show none of the chart's objects.
   */
  readonly vpcTags: Readonly<Record<string, string>>;
  /** Tags of the load balancers, security groups and target groups that it makes. */
  readonly tags: Readonly<Record<string, string>>;
  /** Namespaces whose Services of type LoadBalancer are its own. */
  readonly serviceNamespaces: readonly string[];
  /** Namespace of the scraper of its metrics. */
  readonly scraperNamespace: string;
  /** Pods, of which one works; all of them answer webhooks. */
  readonly replicas: number;
  /** Pool that the pods run on: one that never shrinks to nothing. */
  readonly pool: NodePool;
  readonly priorityClassName: string;
  /** Address blocks that the API server calls its webhooks from. */
  readonly networks: readonly string[];
  /** Address blocks of the API server, its Service among them, and of the cloud's endpoints inside the network. */
  readonly apiServerNetworks: readonly string[];
}
