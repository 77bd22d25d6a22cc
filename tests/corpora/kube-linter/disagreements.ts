import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "pdb-min-available",
    cases: "pdb-min-available.yaml PodDisruptionBudget/baz",
    ours: "pass",
    why:
      "The Deployment has no pod template, so there are no pods that the budget could select; theirs compares the budget " +
      "with the Deployment's own selector. The API server refuses the Deployment.",
  },
  {
    check: "pdb-unhealthy-pod-eviction-policy",
    cases: "pdb-unhealthy-pod-eviction-policy.yaml PodDisruptionBudget/dont-fire-2",
    ours: "fail",
    why:
      "Theirs is content with any value that is set. Ours wants AlwaysAllow: IfHealthyBudget is what Kubernetes does " +
      "anyway, and with it a pod that never becomes healthy blocks a drain.",
  },
];
