import { type Concern } from "../../model/endpoint";

/** What a component that does not exist yet will take, in its highly available form (decision 7). */
export interface ReservationRow {
  readonly name: string;
  readonly concern: Concern | "system" | "mesh";
  readonly pool?: "general" | "memory";
  readonly replicas: number;
  /** Millicores and mebibytes that one pod asks for; it may use twice that (ALT-K8S-004). */
  readonly cpu: number;
  readonly memory: number;
  /** Gibibytes of the volume that each pod has; none where absent. */
  readonly volume?: number;
  /** Members that vote: one for each node and zone. */
  readonly quorum?: true;
  readonly source: string;
}

/** What will run on every node. */
export interface DaemonRow extends Omit<ReservationRow, "replicas" | "pool" | "volume" | "quorum"> {
  /** Whether it comes with EKS or its add-ons, and so is not there on other clusters. */
  readonly aws?: true;
}

/** A figure that the project itself ships. */
export const upstream = (what: string) => `upstream default: ${what}`;
/** A figure that nobody has measured, and why it was chosen. */
export const assumed = (why: string) => `assumed: ${why}`;
