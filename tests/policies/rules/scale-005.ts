import { add, copy, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, namespaced } from "../objects";

const vertical = (name: string, target = "archive-service") =>
  namespaced("autoscaling.k8s.io/v1", "VerticalPodAutoscaler", name, {
    spec: { targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target } },
  });
const scaledObject = namespaced("keda.sh/v1alpha1", "ScaledObject", "queue", {
  spec: { scaleTargetRef: { name: "archive-service" } },
});
const reference = "spec.scaleTargetRef";

export const cases: RuleCases = {
  pass: [
    { title: "one of each sort", edits: [add(vertical("archive-service"))] },
    {
      title: "two of targets of different names",
      edits: [copy(autoscaler, "x", set(autoscaler, `${reference}.name`, "x"))],
    },
    {
      title: "two of targets of different kinds",
      edits: [copy(autoscaler, "x", set(autoscaler, `${reference}.kind`, "Rollout"))],
    },
    {
      title: "two in different namespaces",
      edits: [copy(autoscaler, "x", set(autoscaler, "metadata.namespace", "other"))],
    },
    {
      title: "a kind of the same name in another group",
      edits: [add({ ...scaledObject, apiVersion: "example.com/v1" })],
    },
  ],
  fail: [
    {
      title: "two of one target, each told of the other",
      edits: [copy(autoscaler, "by-memory")],
      says: /HorizontalPodAutoscaler altlas\/(archive-service scales Deployment archive-service, which HorizontalPodAutoscaler altlas\/by-memory scales too|by-memory scales)/,
      at: reference,
      count: 2,
    },
    {
      title: "three of one target",
      edits: [copy(autoscaler, "b"), copy(autoscaler, "c")],
      says: /which HorizontalPodAutoscaler altlas\/\S+ and HorizontalPodAutoscaler altlas\/\S+ scale too/,
      at: reference,
      count: 3,
    },
    {
      title: "two of a target that is not in the stack",
      edits: [copy(autoscaler, "by-memory"), without("Deployment")],
      says: /scales too/,
      at: reference,
      count: 2,
    },
    {
      title: "one that makes its own autoscaler, and names no kind",
      edits: [add(scaledObject)],
      says: /(ScaledObject altlas\/queue scales Deployment archive-service|which ScaledObject altlas\/queue scales too)/,
      at: reference,
      count: 2,
    },
    {
      title: "two vertical ones",
      edits: [add(vertical("a"), vertical("b"))],
      says: /VerticalPodAutoscaler altlas\/[ab] scales Deployment archive-service, which VerticalPodAutoscaler altlas\/[ab] scales too/,
      at: "spec.targetRef",
      count: 2,
    },
    {
      title: "two that are certain beside one that is not known",
      edits: [copy(autoscaler, "b"), copy(autoscaler, "c", unknown(autoscaler, `${reference}.name`))],
      says: /scales too/,
      at: reference,
      count: 2,
    },
  ],
  notApplicable: [{ title: "no autoscaler", edits: [without(autoscaler)] }],
  unknown: [
    {
      title: "another one's target from an output",
      edits: [copy(autoscaler, "b", unknown(autoscaler, reference))],
      because: reference,
    },
    {
      title: "another one's namespace from an output",
      edits: [copy(autoscaler, "b", unknown(autoscaler, "metadata.namespace"))],
      because: "metadata.namespace",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "an autoscaler is copied and keeps the other's target",
    edits: [set("HorizontalPodAutoscaler/archive-service", `${reference}.name`, "api-gateway")],
    says: /api-gateway scales Deployment api-gateway, which HorizontalPodAutoscaler altlas\/archive-service scales too/,
  },
];
