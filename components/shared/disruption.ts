import type * as types from "@pulumi/kubernetes/types";
import { type Plain } from "./plain";
import { type ReplicaBounds } from "../../model/service";
import { selector } from "./labels";

/** Whether a budget helps: on a single pod it would only keep its node from ever being drained. */
export function hasBudget({ replicas }: { readonly replicas: ReplicaBounds }): boolean {
  return replicas.minimum >= 2;
}

/** One pod at a time may be taken away on purpose, whatever the autoscaler has made of their number. */
export function budgetSpec(name: string): Plain<types.input.policy.v1.PodDisruptionBudgetSpec> {
  return {
    maxUnavailable: 1,
    // A pod that is broken anyway must not keep a node from being drained.
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selector(name) },
  };
}
