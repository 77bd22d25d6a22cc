import { type ChartSource } from "../../model/charts";
import { type NodePool } from "../../model/node-pool";
import { type LabelArgs } from "../shared/labels";

/** What every controller is told that its makers' chart installs. */
export interface ChartControllerArgs extends LabelArgs {
  /** Namespace of the objects that lie in one; must exist. */
  readonly namespace: string;
  readonly chart: ChartSource;
  /** Namespace of the scraper of its metrics. */
  readonly scraperNamespace: string;
  /** Pool that the pods run on: one that never shrinks to nothing. */
  readonly pool: NodePool;
  readonly priorityClassName: string;
  /** Address blocks that the API server calls webhooks from. */
  readonly networks: readonly string[];
  /** Address blocks of the API server, its Service among them. */
  readonly apiServerNetworks: readonly string[];
}
