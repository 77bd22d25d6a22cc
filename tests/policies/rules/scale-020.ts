import { add, copy, drop, set, unknown, without } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, budget, daemonSet, minimumReplicas } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "a budget that selects by expression",
      edits: [
        set(budget, "spec.selector", {
          matchExpressions: [{ key: "app.kubernetes.io/name", operator: "NotIn", values: ["other"] }],
        }),
      ],
    },
    { title: "a budget with an empty selector, which means all pods", edits: [set(budget, "spec.selector", {})] },
  ],
  fail: [
    {
      title: "no budget at an autoscaler's minimum of two",
      edits: [without(budget)],
      says: /Deployment altlas\/archive-service runs 2 replicas at least and has no disruption budget/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "no budget at three replicas",
      edits: [without(autoscaler), without(budget), set("Deployment", "spec.replicas", 3)],
      says: /runs 3 replicas at least/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "two budgets on a pod",
      edits: [copy(budget, "archive-again")],
      says: /has 2 budgets on each pod: PodDisruptionBudget altlas\/archive-again, PodDisruptionBudget altlas\/archive-service/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "two budgets on a single instance",
      edits: [copy(budget, "archive-again"), minimumReplicas(1)],
      says: /has 2 budgets on each pod/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "a budget in another namespace",
      edits: [set(budget, "metadata.namespace", "other")],
      says: /has no disruption budget/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "a budget without a selector, which means no pod",
      edits: [drop(budget, "spec.selector")],
      says: /has no disruption budget/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "two budgets that are certain beside one that is unknown",
      edits: [copy(budget, "archive-again"), copy(budget, "third", unknown(budget, "spec.selector"))],
      says: /has 2 budgets on each pod/,
      at: "spec.template.metadata.labels",
    },
  ],
  notApplicable: [
    { title: "a single instance without a budget", edits: [without(budget), minimumReplicas(1)] },
    { title: "one pod per node", edits: [without("Deployment"), without(budget), add(daemonSet)] },
  ],
  unknown: [
    {
      title: "a minimum from an output",
      edits: [unknown(autoscaler, "spec.minReplicas"), without(budget)],
      because: "spec.minReplicas",
    },
    {
      title: "another budget's selector from an output",
      edits: [copy(budget, "other", unknown(budget, "spec.selector"))],
      because: "spec.selector",
    },
    {
      title: "another budget's namespace from an output",
      edits: [copy(budget, "other", unknown(budget, "metadata.namespace"))],
      because: "metadata.namespace",
    },
    {
      title: "a label from an output",
      edits: [set("Deployment", "spec.template.metadata.labels", { "app.kubernetes.io/name": UNKNOWN })],
      because: 'spec.template.metadata.labels["app.kubernetes.io/name"]',
    },
  ],
};

const ourBudget = "PodDisruptionBudget/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a budget is lost",
    edits: [without(ourBudget)],
    says: /api-gateway runs 2 replicas at least and has no disruption budget/,
  },
  {
    title: "a budget selects the whole namespace",
    edits: [set(ourBudget, "spec.selector", {})],
    says: /archive-service has 2 budgets on each pod/,
  },
];
