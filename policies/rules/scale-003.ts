import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { apiGroup } from "../graph/kinds";
import { type KubernetesObject } from "../graph/object";
import { lowerBound, targetName, upperBound } from "../graph/scaling";
import { objects } from "../graph/subjects";
import { aspects, defineRule, type Failure, part } from "../rule";
import { object } from "./examples";

/** Longest window that the API server takes. */
const longestWindowSeconds = 3600;
/** Kubernetes' own window where none is set (--horizontal-pod-autoscaler-downscale-stabilization). */
const defaultWindowSeconds = 300;

const settings = z.strictObject({
  windowSeconds: z
    .int()
    .min(0)
    .max(longestWindowSeconds)
    // The scaling plan's behaviour (2.4.1).
    .default(300)
    .describe("shortest time in seconds for which the load must stay low before pods go"),
  ceilings: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("target: Kind/namespace/name, Kind/name or name; * for any part"),
        maximum: z.int().min(1).describe("largest maxReplicas"),
      }),
    )
    .default([])
    .describe("how many pods the plan allows single workloads"),
});
type Settings = z.infer<typeof settings>;

const down = (seconds: number) => ({
  scaleDown: {
    stabilizationWindowSeconds: seconds,
    policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
  },
});
const autoscaler = (behavior: unknown) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", "archive-service", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive-service" },
      minReplicas: 2,
      maxReplicas: 12,
      behavior,
    },
  });

export const rule = defineRule<Settings>({
  id: "ALT-SCALE-003",
  slug: "kubernetes-autoscaler-limits-its-steps",
  title: "An autoscaler has room between its bounds, stays below the plan's ceiling, and says how fast pods go",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Equal bounds scale nothing, and a maximum above the plan's takes nodes and connections that others reckon with. " +
    "Without its own behaviour an autoscaler removes all surplus pods at once when load dips, and every dip costs " +
    "connections and caches.",
  fix: "Set minReplicas below maxReplicas, and behavior.scaleDown with a window of 300 seconds and a policy.",
  planSteps: ["2.4.1"],
  peers: ["polaris hpaMaxAvailability"],
  settings,
  examples: {
    pass: { title: "a tenth of the pods each minute, after five minutes", manifests: [autoscaler(down(300))] },
    fail: { title: "half a minute of low load is enough", manifests: [autoscaler(down(30))] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "HorizontalPodAutoscaler"),
      (scaler, { settings: options }) =>
        aspects(
          () => checkBounds(scaler),
          () => checkCeiling(scaler, options),
          () => checkBehaviour(scaler, options),
        ),
    ),
  ],
});

function* checkBounds(scaler: KubernetesObject): Generator<Failure> {
  const [minimum, maximum] = [lowerBound(scaler), upperBound(scaler)];
  const { path } = maximum.field;
  if (!maximum.field.exists) {
    yield { problem: "has no maxReplicas", path, fix: "set maxReplicas to what the load at its peak needs" };
  } else if (maximum.value <= minimum.value) {
    const problem = `scales from ${minimum.value} to ${maximum.value}, which leaves it nothing to do`;
    yield { problem, path, fix: "raise maxReplicas, or remove the autoscaler and set replicas" };
  }
}

function* checkCeiling(scaler: KubernetesObject, { ceilings }: Settings): Generator<Failure> {
  const target = { ...targetName(scaler), namespace: scaler.namespace };
  const ceiling = ceilings.find(({ workload }) => matchesResource(workload, target));
  const { field, value } = upperBound(scaler);
  if (!ceiling || value <= ceiling.maximum) return;
  const problem = `lets ${target.kind} ${target.name} grow to ${value} pods, and the plan allows ${ceiling.maximum}`;
  yield { problem, path: field.path, fix: `set maxReplicas to ${ceiling.maximum} at most` };
}

function* checkBehaviour(scaler: KubernetesObject, { windowSeconds }: Settings): Generator<Failure> {
  if (apiGroup(scaler.apiVersion) === "autoscaling" && /\/v1$|\/v2beta1$/.test(scaler.apiVersion)) {
    const problem = `is of version ${scaler.apiVersion}, which has no behavior`;
    yield { problem, path: "apiVersion", fix: "write it as autoscaling/v2 and set behavior.scaleDown" };
    return;
  }
  const scaleDown = scaler.spec.at("behavior", "scaleDown");
  if (!scaleDown.exists) {
    const problem = "does not say how fast pods go, so that all surplus ones may go at once";
    yield { problem, path: scaleDown.path, fix: `set behavior.scaleDown, with a window of ${windowSeconds} s` };
    return;
  }
  // It never removes a pod, so there is no window.
  if (scaleDown.at("selectPolicy").text() === "Disabled") return;
  const window = scaleDown.at("stabilizationWindowSeconds");
  const seconds = window.number() ?? defaultWindowSeconds;
  if (seconds >= windowSeconds) return;
  const problem = `removes pods after ${seconds} s of low load`;
  yield { problem, path: window.path, fix: `set stabilizationWindowSeconds to ${windowSeconds} at least` };
}
