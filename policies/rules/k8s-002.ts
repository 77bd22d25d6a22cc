import { parseQuantity } from "../graph/quantity";
import { containers } from "../graph/subjects";
import { defineRule, part } from "../rule";
import { deployment } from "./examples";

export const rule = defineRule({
  id: "ALT-K8S-002",
  slug: "kubernetes-container-requires-memory-limit",
  title: "Every container has a memory limit",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "Memory cannot be taken back. A container without a limit that leaks fills its node, and the kernel kills whatever " +
    "it likes there, other services included; with a limit only the leaking container restarts.",
  fix: "Set resources.limits.memory on the container.",
  planSteps: ["2.2.1"],
  peers: [
    "checkov CKV_K8S_13",
    "polaris memoryLimitsMissing",
    "kubescape C-0271",
    "gatekeeper-library containerlimits",
  ],
  examples: {
    pass: { title: "a limit", manifests: [deployment({ resources: { limits: { memory: "512Mi" } } })] },
    fail: { title: "a limit on cpu only", manifests: [deployment({ resources: { limits: { cpu: "1" } } })] },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      function* ({ field }) {
        const limit = field.at("resources", "limits", "memory");
        const value = limit.numberOrText();
        const fix = "set resources.limits.memory to the most it may use, for example 256Mi";
        const parsed = value === undefined ? undefined : parseQuantity(value);
        if (value === undefined) {
          yield { problem: "has no memory limit", path: limit.path, fix };
        } else if (parsed === undefined) {
          yield {
            problem: `has the memory limit ${JSON.stringify(value)}, which is no quantity`,
            path: limit.path,
            fix,
          };
        } else if (parsed <= 0n) {
          yield { problem: `has the memory limit ${value}, which means none`, path: limit.path, fix };
        }
        return undefined;
      },
    ),
  ],
});
