import { add, drop, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, budget, cronJob, daemonSet, job, namespaced, podOf } from "../objects";

const strategy = (value: unknown) => set("Deployment", "spec.strategy", value);
const rolling = (rollingUpdate: unknown) => strategy({ type: "RollingUpdate", rollingUpdate });
const replicas = (count: number) => [without(autoscaler), set("Deployment", "spec.replicas", count)];
const at = "spec.strategy.rollingUpdate.maxUnavailable";
const claim = set("Deployment", `${pod}.volumes[0]`, { name: "data", persistentVolumeClaim: { claimName: "data" } });
const labels = { app: "nats" };
const statefulSet = (spec: Record<string, unknown>) =>
  namespaced("apps/v1", "StatefulSet", "nats", {
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [] } },
      ...spec,
    },
  });
const natsBudget = namespaced("policy/v1", "PodDisruptionBudget", "nats", {
  spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
});

export const cases: RuleCases = {
  pass: [
    { title: "new pods before old ones go" },
    { title: "as many as the budget allows", edits: [rolling({ maxUnavailable: 1, maxSurge: 1 })] },
    { title: "a share that rounds down to nothing", edits: [rolling({ maxUnavailable: "8%" })] },
    {
      title: "the default, for up to three pods without a budget",
      edits: [strategy({}), ...replicas(3), without(budget)],
    },
    { title: "none at all", edits: [rolling({ maxUnavailable: 1 }), ...replicas(0)] },
    { title: "one pod per node, node by node", edits: [add(daemonSet)] },
    { title: "a StatefulSet, one pod at a time", edits: [add(statefulSet({}), natsBudget)] },
    { title: "a StatefulSet of one pod", edits: [add(statefulSet({ replicas: 1 }))] },
  ],
  fail: [
    {
      title: "Recreate",
      edits: [strategy({ type: "Recreate" })],
      says: /Deployment altlas\/archive-service stops all pods before it starts new ones \(Recreate\)/,
      at: "spec.strategy.type",
    },
    {
      title: "Recreate of one pod whose storage is its own",
      edits: [strategy({ type: "Recreate" }), ...replicas(1), without(budget)],
      says: /\(Recreate\)/,
      at: "spec.strategy.type",
    },
    {
      title: "Kubernetes' default at the autoscaler's maximum",
      edits: [drop("Deployment", "spec.strategy")],
      says: /lets 3 of 12 pods be missing during a rollout, by Kubernetes' default of 25%, where PodDisruptionBudget .* allows 1 \(maxUnavailable 1\)/,
      at,
    },
    {
      title: "more than the budget allows, at the minimum and at the maximum",
      edits: [rolling({ maxUnavailable: 2 })],
      says: /lets 2 of (2|12) pods be missing during a rollout, where/,
      at,
      count: 2,
    },
    {
      title: "four pods without a budget",
      edits: [strategy({}), ...replicas(4), without(budget)],
      says: /lets 1 of 4 pods be missing .*and no disruption budget says that this is safe/,
      at,
    },
    {
      title: "no step at all, which Kubernetes makes one",
      edits: [rolling({ maxUnavailable: "10%", maxSurge: 0 }), ...replicas(2), without(budget)],
      says: /lets 1 of 2 pods be missing/,
      at,
    },
    {
      title: "both numbers 0",
      edits: [rolling({ maxUnavailable: 0, maxSurge: 0 }), ...replicas(2)],
      says: /sets maxUnavailable and maxSurge to 0, which the API server refuses/,
      at,
    },
    {
      title: "a share of more than all",
      edits: [rolling({ maxUnavailable: "125%" }), ...replicas(2)],
      says: /has maxUnavailable "125%", neither a number nor 0% to 100%/,
      at,
    },
    {
      title: "a StatefulSet and a DaemonSet that wait for somebody to delete their pods",
      edits: [
        add(statefulSet({ updateStrategy: { type: "OnDelete" } }), daemonSet),
        set("DaemonSet", "spec.updateStrategy", { type: "OnDelete" }),
      ],
      says: /(StatefulSet altlas\/nats|DaemonSet altlas\/agent) does not replace its pods \(OnDelete\)/,
      at: "spec.updateStrategy.type",
      count: 2,
    },
    {
      title: "a StatefulSet, two at a time where one may go",
      edits: [add(statefulSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }), natsBudget)],
      says: /StatefulSet altlas\/nats lets 2 of 3 pods be missing .*; set maxUnavailable to 1/,
      at: "spec.updateStrategy.rollingUpdate.maxUnavailable",
    },
  ],
  notApplicable: [
    {
      title: "Jobs, CronJobs and bare pods",
      edits: [without("Deployment"), add(job({ containers: [] }), cronJob({ containers: [] }), podOf({ spec: {} }))],
    },
    {
      title: "one pod with a volume that a second one might not get",
      edits: [strategy({ type: "Recreate" }), ...replicas(1), without(budget), claim],
    },
  ],
  unknown: [
    { title: "a strategy from an output", edits: [unknown("Deployment", "spec.strategy")], because: "spec.strategy" },
    {
      title: "a maximum from an output, on which the share depends",
      edits: [rolling({}), unknown(autoscaler, "spec.maxReplicas")],
      because: "spec.maxReplicas",
    },
    {
      title: "a budget's selector from an output",
      edits: [rolling({ maxUnavailable: 1 }), unknown(budget, "spec.selector")],
      because: "spec.selector",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "half of the gateway goes at once",
    edits: [set("Deployment/api-gateway", "spec.strategy.rollingUpdate", { maxUnavailable: "50%" })],
    says: /api-gateway lets 2 of 4 pods be missing during a rollout, where PodDisruptionBudget .* allows 1/,
  },
  {
    title: "a service is stopped before it starts again",
    edits: [set("Deployment/archive-service", "spec.strategy", { type: "Recreate" })],
    says: /archive-service stops all pods before it starts new ones/,
  },
];
