import { add, copy, drop, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, budget, daemonSet, minimumReplicas } from "../objects";

const archiveLabels = { "app.kubernetes.io/name": "archive-service" };

export const cases: RuleCases = {
  pass: [
    {
      title: "half of two, rounded up, must stay",
      edits: [set(budget, "spec", { minAvailable: "50%", selector: { matchLabels: archiveLabels } })],
    },
    { title: "a tenth of two, rounded up, may go", edits: [set(budget, "spec.maxUnavailable", "10%")] },
    {
      title: "34 % of three is two that must stay, and one may go",
      edits: [
        minimumReplicas(3),
        set(budget, "spec", { minAvailable: "34%", selector: { matchLabels: archiveLabels } }),
      ],
    },
  ],
  fail: [
    {
      title: "nothing may go",
      edits: [set(budget, "spec.maxUnavailable", 0)],
      says: /PodDisruptionBudget altlas\/archive-service lets no pod go: maxUnavailable 0 of the 2 pods that Deployment altlas\/archive-service has at least/,
      at: "spec.maxUnavailable",
    },
    {
      title: "as many must stay as there are at the minimum",
      edits: [set(budget, "spec", { minAvailable: 2, selector: { matchLabels: archiveLabels } })],
      says: /lets no pod go: minAvailable 2 of the 2 pods/,
      at: "spec.minAvailable",
    },
    {
      title: "51 % of two is two",
      edits: [set(budget, "spec", { minAvailable: "51%", selector: { matchLabels: archiveLabels } })],
      says: /lets no pod go: minAvailable 51% of the 2 pods/,
      at: "spec.minAvailable",
    },
    {
      title: "more must stay than there are",
      edits: [set(budget, "spec", { minAvailable: 5, selector: { matchLabels: archiveLabels } })],
      says: /minAvailable 5 of the 2 pods/,
      at: "spec.minAvailable",
    },
    {
      title: "a single instance",
      edits: [minimumReplicas(1)],
      says: /is on Deployment altlas\/archive-service, which has 1 pod at least/,
      at: "spec.selector",
    },
    {
      title: "no instance at all",
      edits: [without(autoscaler), set("Deployment", "spec.replicas", 0)],
      says: /is on Deployment altlas\/archive-service, which has 0 pods at least/,
      at: "spec.selector",
    },
    {
      title: "two workloads, of which nothing may go",
      edits: [copy("Deployment", "twin", set("Deployment", "spec.replicas", 3)), set(budget, "spec.maxUnavailable", 0)],
      says: /of the 5 pods that Deployment altlas\/archive-service, Deployment altlas\/twin has at least/,
      at: "spec.maxUnavailable",
    },
    {
      title: "both numbers",
      edits: [set(budget, "spec.minAvailable", 1)],
      says: /sets both minAvailable and maxUnavailable/,
      at: "spec.minAvailable",
    },
    {
      title: "neither number",
      edits: [drop(budget, "spec.maxUnavailable")],
      says: /sets neither minAvailable nor maxUnavailable/,
      at: "spec.maxUnavailable",
    },
    {
      title: "nothing may go of pods that are not of this stack",
      edits: [set(budget, "spec", { maxUnavailable: "0%", selector: { matchLabels: { "cnpg.io/cluster": "jobs" } } })],
      says: /lets no pod go, however many there are: maxUnavailable 0%/,
      at: "spec.maxUnavailable",
    },
    {
      title: "all of the pods that are not of this stack must stay",
      edits: [set(budget, "spec", { minAvailable: "100%", selector: { matchLabels: { "cnpg.io/cluster": "jobs" } } })],
      says: /lets no pod go, however many there are: minAvailable 100%/,
      at: "spec.minAvailable",
    },
    {
      title: "both numbers, on pods that are not of this stack",
      edits: [
        set(budget, "spec", {
          ...{ minAvailable: 1, maxUnavailable: 1 },
          selector: { matchLabels: { "cnpg.io/cluster": "jobs" } },
        }),
      ],
      says: /sets both minAvailable and maxUnavailable/,
      at: "spec.minAvailable",
    },
    {
      title: "a share that is none",
      edits: [set(budget, "spec.maxUnavailable", "half")],
      says: /has "half", which is neither a number nor 0% to 100%/,
      at: "spec.maxUnavailable",
    },
  ],
  notApplicable: [
    {
      title: "pods that are not of this stack",
      edits: [set(budget, "spec.selector.matchLabels", { "cnpg.io/cluster": "jobs" })],
    },
    {
      title: "one pod per node",
      edits: [add(daemonSet), set(budget, "spec.selector.matchLabels", { a: "b" })],
    },
  ],
  unknown: [
    {
      title: "a minimum from an output",
      edits: [unknown(autoscaler, "spec.minReplicas")],
      because: "spec.minReplicas",
    },
    {
      title: "a number from an output",
      edits: [unknown(budget, "spec.maxUnavailable")],
      because: "spec.maxUnavailable",
    },
    { title: "a selector from an output", edits: [unknown(budget, "spec.selector")], because: "spec.selector" },
    {
      title: "an autoscaler's target from an output",
      edits: [copy(autoscaler, "other", unknown(autoscaler, "spec.scaleTargetRef"))],
      because: "spec.scaleTargetRef",
    },
  ],
};

const ourBudget = "PodDisruptionBudget/api-gateway";
const ourAutoscaler = "HorizontalPodAutoscaler/api-gateway";
const gatewayLabels = { "app.kubernetes.io/name": "api-gateway" };

export const mutants: readonly Mutant[] = [
  {
    title: "a budget keeps every pod of the minimum",
    edits: [set(ourBudget, "spec", { minAvailable: 2, selector: { matchLabels: gatewayLabels } })],
    says: /lets no pod go: minAvailable 2 of the 2 pods/,
  },
  {
    title: "the autoscaler's minimum falls to one",
    edits: [set(ourAutoscaler, "spec.minReplicas", 1)],
    says: /is on Deployment altlas\/api-gateway, which has 1 pod at least/,
  },
];
