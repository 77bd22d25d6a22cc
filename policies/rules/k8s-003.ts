import { parseQuantity } from "../graph/quantity";
import { containers } from "../graph/subjects";
import { defineRule, part } from "../rule";
import { deployment } from "./examples";

export const rule = defineRule({
  id: "ALT-K8S-003",
  slug: "kubernetes-container-requires-cpu-limit",
  title: "Every container has a cpu limit, or an exemption says why not",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Without a limit a container takes every idle core of its node, so a load test on a quiet node measures a speed that " +
    "production does not have, and thread pools are sized for the node. Where throttling hurts more than that, an " +
    "exemption says so.",
  fix: "Set resources.limits.cpu on the container, or exempt the workload with the reason.",
  planSteps: ["2.2.1"],
  peers: [
    "checkov CKV_K8S_11",
    "polaris cpuLimitsMissing",
    "kubescape C-0270",
    "kube-score container-resources (off with --ignore-container-cpu-limit)",
    "kyverno forbid-cpu-limits (asks for the opposite)",
  ],
  examples: {
    pass: { title: "a limit", manifests: [deployment({ resources: { limits: { cpu: "500m" } } })] },
    fail: { title: "a limit on memory only", manifests: [deployment({ resources: { limits: { memory: "256Mi" } } })] },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      function* ({ field, workload }) {
        const limit = field.at("resources", "limits", "cpu");
        const value = limit.numberOrText();
        const fix = "set resources.limits.cpu to at most twice its request, or exempt the workload with the reason";
        if (value === undefined) {
          // A limit of the whole pod holds for each of its containers.
          if (workload.podSpec.at("resources", "limits", "cpu").exists) return undefined;
          yield { problem: "has no cpu limit", path: limit.path, fix };
          return undefined;
        }
        const parsed = parseQuantity(value);
        if (parsed === undefined) {
          const problem = `has the cpu limit ${JSON.stringify(value)}, which is no quantity`;
          yield { problem, path: limit.path, fix };
        } else if (parsed <= 0n) {
          yield { problem: `has the cpu limit ${value}, which means none`, path: limit.path, fix };
        }
        return undefined;
      },
    ),
  ],
});
