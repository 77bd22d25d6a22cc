import { add, drop, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, minimumReplicas, namespaced } from "../objects";

const scaleDown = "spec.behavior.scaleDown";
const ceilings = (maximum: number) => ({
  "ALT-SCALE-003": { ceilings: [{ workload: "Deployment/altlas/archive-service", maximum }] },
});

export const cases: RuleCases = {
  pass: [
    { title: "a longer window", edits: [set(autoscaler, `${scaleDown}.stabilizationWindowSeconds`, 600)] },
    {
      title: "policies without a window, which is Kubernetes' own of 300 s",
      edits: [set(autoscaler, scaleDown, { policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] })],
    },
    {
      title: "no pod is ever removed",
      edits: [set(autoscaler, scaleDown, { selectPolicy: "Disabled", stabilizationWindowSeconds: 0 })],
    },
    { title: "no minimum, which is one", edits: [drop(autoscaler, "spec.minReplicas")] },
  ],
  fail: [
    {
      title: "equal bounds",
      edits: [minimumReplicas(12)],
      says: /HorizontalPodAutoscaler altlas\/archive-service scales from 12 to 12, which leaves it nothing to do/,
      at: "spec.maxReplicas",
    },
    {
      title: "bounds the wrong way round",
      edits: [minimumReplicas(20)],
      says: /scales from 20 to 12/,
      at: "spec.maxReplicas",
    },
    {
      title: "no maximum",
      edits: [drop(autoscaler, "spec.maxReplicas")],
      says: /has no maxReplicas/,
      at: "spec.maxReplicas",
    },
    {
      title: "no behaviour",
      edits: [drop(autoscaler, "spec.behavior")],
      says: /does not say how fast pods go/,
      at: scaleDown,
    },
    {
      title: "behaviour of the way up only",
      edits: [set(autoscaler, "spec.behavior", { scaleUp: { stabilizationWindowSeconds: 0 } })],
      says: /does not say how fast pods go/,
      at: scaleDown,
    },
    {
      title: "a window of a minute",
      edits: [set(autoscaler, `${scaleDown}.stabilizationWindowSeconds`, 60)],
      says: /removes pods after 60 s of low load .*set stabilizationWindowSeconds to 300 at least/,
      at: `${scaleDown}.stabilizationWindowSeconds`,
    },
    {
      title: "the first version, which has no behaviour",
      edits: [set(autoscaler, "apiVersion", "autoscaling/v1")],
      says: /is of version autoscaling\/v1, which has no behavior/,
      at: "apiVersion",
    },
    {
      title: "a window that is certainly too short beside a maximum that is not known",
      edits: [set(autoscaler, `${scaleDown}.stabilizationWindowSeconds`, 0), unknown(autoscaler, "spec.maxReplicas")],
      says: /removes pods after 0 s/,
      at: `${scaleDown}.stabilizationWindowSeconds`,
    },
  ],
  notApplicable: [
    { title: "no autoscaler", edits: [without(autoscaler)] },
    {
      title: "autoscalers of other kinds, which have another behaviour",
      edits: [without(autoscaler), add(namespaced("keda.sh/v1alpha1", "ScaledObject", "x", { spec: {} }))],
    },
  ],
  unknown: [
    {
      title: "a maximum from an output",
      edits: [unknown(autoscaler, "spec.maxReplicas")],
      because: "spec.maxReplicas",
    },
    { title: "a behaviour from an output", edits: [unknown(autoscaler, "spec.behavior")], because: "spec.behavior" },
    {
      title: "a window from an output",
      edits: [unknown(autoscaler, `${scaleDown}.stabilizationWindowSeconds`)],
      because: `${scaleDown}.stabilizationWindowSeconds`,
    },
  ],
  configured: [
    { title: "the plan allows ten", options: { settings: ceilings(10) }, outcome: "fail" },
    {
      title: "a window of a minute is enough",
      edits: [set(autoscaler, `${scaleDown}.stabilizationWindowSeconds`, 60)],
      options: { settings: { "ALT-SCALE-003": { windowSeconds: 60 } } },
      outcome: "pass",
    },
  ],
};

const ours = "HorizontalPodAutoscaler/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "the behaviour is lost",
    edits: [drop(ours, "spec.behavior")],
    says: /HorizontalPodAutoscaler altlas\/api-gateway does not say how fast pods go/,
  },
  {
    title: "the maximum leaves the plan",
    edits: [set(ours, "spec.maxReplicas", 40)],
    says: /lets Deployment api-gateway grow to 40 pods, and the plan allows 20/,
  },
  { title: "the bounds meet", edits: [set(ours, "spec.maxReplicas", 2)], says: /api-gateway scales from 2 to 2/ },
];
