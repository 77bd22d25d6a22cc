import { apiGroup } from "../graph/kinds";
import { objects } from "../graph/subjects";
import { childOf, mend, setDefault } from "../remediation";
import { defineRule, part } from "../rule";
import { object } from "./examples";

const key = "unhealthyPodEvictionPolicy";
const wanted = "AlwaysAllow";
/** The version that had no such property; Kubernetes 1.25 removed it. */
const oldVersion = "policy/v1beta1";

const budget = (spec: Record<string, unknown>) =>
  object("policy/v1", "PodDisruptionBudget", "archive-service", {
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
      ...spec,
    },
  });

export const rule = defineRule({
  id: "ALT-SCALE-023",
  slug: "kubernetes-budget-frees-unhealthy-pods",
  title: "A disruption budget lets pods that are not healthy be evicted",
  severity: "low",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "By default a pod that never becomes ready counts as one that must not go: a bad image or a missing secret keeps its " +
    "node from being drained, and an upgrade of the cluster hangs until somebody deletes the pod by hand.",
  fix: "Set unhealthyPodEvictionPolicy: AlwaysAllow.",
  planSteps: ["2.2.3"],
  peers: ["kube-linter pdb-unhealthy-pod-eviction-policy"],
  examples: {
    pass: { title: "broken pods may always go", manifests: [budget({ [key]: wanted })] },
    fail: { title: "broken pods hold their node", manifests: [budget({})] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "PodDisruptionBudget"),
      function* ({ spec, apiVersion }) {
        const policy = spec.at(key);
        const actual = policy.text();
        if (actual === wanted) return undefined;
        const fix =
          apiVersion === oldVersion ? `write it as policy/v1 and set ${key}: ${wanted}` : `set ${key}: ${wanted}`;
        const problem =
          actual === undefined
            ? "keeps pods that are not healthy from being evicted, as budgets do by default"
            : `keeps pods that are not healthy from being evicted, by ${actual}`;
        yield { problem, path: policy.path, fix };
        return undefined;
      },
    ),
  ],
  remediate: (inputs) => {
    const { apiVersion, kind } = inputs;
    const isBudget =
      kind === "PodDisruptionBudget" && typeof apiVersion === "string" && apiGroup(apiVersion) === "policy";
    if (!isBudget || apiVersion === oldVersion) return undefined;
    return mend(inputs, (draft) => setDefault(childOf(draft, "spec"), key, wanted));
  },
});
