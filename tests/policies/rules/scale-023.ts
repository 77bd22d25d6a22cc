import { drop, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { budget } from "../objects";

const policy = "spec.unhealthyPodEvictionPolicy";

export const cases: RuleCases = {
  pass: [{ title: "broken pods may always go", edits: [set(budget, policy, "AlwaysAllow")] }],
  fail: [
    {
      title: "nothing said",
      edits: [drop(budget, policy)],
      says: /PodDisruptionBudget altlas\/archive-service keeps pods that are not healthy from being evicted, as budgets do by default .*set unhealthyPodEvictionPolicy: AlwaysAllow/,
      at: policy,
    },
    {
      title: "the default, written out",
      edits: [set(budget, policy, "IfHealthyBudget")],
      says: /from being evicted, by IfHealthyBudget/,
      at: policy,
    },
    {
      title: "a version that does not have it",
      edits: [set(budget, "apiVersion", "policy/v1beta1"), drop(budget, policy)],
      says: /write it as policy\/v1 and set unhealthyPodEvictionPolicy/,
      at: policy,
    },
  ],
  notApplicable: [{ title: "no budget", edits: [without(budget)] }],
  unknown: [{ title: "a policy from an output", edits: [unknown(budget, policy)], because: policy }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the policy is lost",
    edits: [drop("PodDisruptionBudget/api-gateway", policy)],
    says: /PodDisruptionBudget altlas\/api-gateway keeps pods that are not healthy from being evicted/,
  },
];
