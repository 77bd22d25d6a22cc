import { type Footprint } from "../../model/footprint";
import { type ListedObject } from "../shared/object-list";

/** A controller as plain data: its chart, what the chart is told, and what stands beside the chart's objects. */
export interface ChartControllerSpec {
  /** Name of the release; part of the labels by which its pods are selected. */
  readonly release: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Network policies, and budgets that the chart has no words for. */
  readonly objects: readonly ListedObject[];
  /** What the chart's pods take from the cluster: what the chart is told, whether it can be read or not. */
  readonly footprints: readonly Footprint[];
}
