import { type Disturbance } from "../../model/disruption/ledger";
import { quorumNames } from "../altlas/reservations";
import { type StackLoad } from "./load";

/**
 * The budgets of a stack's workloads: one pod at a time, from two pods on, which is what the components register; a
 * single pod has none, because it would only keep its node from ever being drained.
 */
export function disturbances({ footprints }: StackLoad): Disturbance[] {
  return footprints.map((footprint) => ({
    footprint,
    quorum: quorumNames.includes(footprint.name) && footprint.kind === "replicated" && footprint.pods.minimum > 1,
    ...(footprint.kind === "replicated" && footprint.pods.minimum > 1 ? { maxUnavailable: 1 } : {}),
  }));
}
