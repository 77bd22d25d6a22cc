import { type Field } from "../field";
import { parseQuantity } from "../graph/quantity";
import { containers } from "../graph/subjects";
import { defineRule, each, type Failure, part } from "../rule";
import { deployment } from "./examples";

/** What the scheduler and the autoscaler count with. */
const counted = ["cpu", "memory"] as const;

export const rule = defineRule({
  id: "ALT-K8S-001",
  slug: "kubernetes-container-requires-requests",
  title: "Every container requests cpu and memory",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "The scheduler places pods by their requests alone. A container without one lands on a full node, is the first to be " +
    "evicted, and gives its autoscaler nothing to compute a percentage of. An init container counts too: a pod needs " +
    "the larger of its init containers' and its containers' requests.",
  fix: "Set resources.requests.cpu and resources.requests.memory on the container.",
  planSteps: ["2.2.1"],
  peers: [
    "checkov CKV_K8S_10, CKV_K8S_12",
    "kyverno require-pod-requests-limits",
    "polaris cpuRequestsMissing, memoryRequestsMissing",
    "kube-score container-resources",
    "kube-linter unset-cpu-requirements, unset-memory-requirements",
    "kubescape C-0268, C-0269",
    "datree CONTAINERS_MISSING_CPU_REQUEST_KEY, CONTAINERS_MISSING_MEMORY_REQUEST_KEY",
  ],
  examples: {
    pass: {
      title: "cpu and memory are requested",
      manifests: [deployment({ resources: { requests: { cpu: "250m", memory: "256Mi" } } })],
    },
    fail: {
      title: "memory is not requested",
      manifests: [deployment({ resources: { requests: { cpu: "250m" }, limits: { memory: "256Mi" } } })],
    },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      ({ field }) => each(counted, (resource) => checkAmount(field.at("resources", "requests", resource), resource)),
    ),
  ],
});

function* checkAmount(amount: Field, resource: string): Generator<Failure> {
  const value = amount.numberOrText();
  const fix = `set resources.requests.${resource} to what it needs at rest, for example ${resource === "cpu" ? "100m" : "128Mi"}`;
  if (value === undefined) {
    // The API server would copy the limit, if there is one: reserving the most it may use is not a decision.
    yield { problem: `requests no ${resource}`, path: amount.path, fix };
    return;
  }
  const parsed = parseQuantity(value);
  if (parsed === undefined) {
    yield { problem: `requests ${JSON.stringify(value)} of ${resource}, which is no quantity`, path: amount.path, fix };
  } else if (parsed <= 0n) {
    yield { problem: `requests ${value} of ${resource}, which reserves nothing`, path: amount.path, fix };
  }
}
