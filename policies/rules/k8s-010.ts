import { type Field } from "../field";
import { containers } from "../graph/subjects";
import { type Container } from "../graph/workload";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const probes = ["livenessProbe", "readinessProbe"] as const;
const handlers = ["exec", "grpc", "httpGet", "tcpSocket"] as const;

const http = (path: string) => ({ httpGet: { path, port: 8080 } });

export const rule = defineRule({
  id: "ALT-K8S-010",
  slug: "kubernetes-container-requires-probes",
  title: "Long-running containers have a liveness and a readiness probe",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "Without a liveness probe a hung process is never restarted. Without a readiness probe a pod gets requests before " +
    "it can answer them, on every rollout and every scale-out.",
  fix: "Add livenessProbe and readinessProbe, each with one of httpGet, tcpSocket, grpc or exec.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_8, CKV_K8S_9",
    "kyverno require-probes",
    "polaris livenessProbeMissing, readinessProbeMissing",
    "kube-score pod-probes",
    "kube-linter no-liveness-probe, no-readiness-probe",
    "kubescape C-0056, C-0018",
    "gatekeeper-library requiredprobes",
  ],
  examples: {
    pass: {
      title: "both probes",
      manifests: [deployment({ livenessProbe: { tcpSocket: { port: 8080 } }, readinessProbe: http("/health") })],
    },
    fail: { title: "liveness only", manifests: [deployment({ livenessProbe: http("/health") })] },
  },
  parts: [
    part(
      // Probes are not allowed on init and ephemeral containers; a sidecar runs as long as its pod and may have them.
      ({ graph }) => containers(graph, ["app", "sidecar"]),
      function* (container) {
        if (ends(container)) return new NotApplicable("A container that ends by itself is judged by its exit code.");
        return yield* each(probes, (name) => checkProbe(name, container.field.at(name)));
      },
    ),
  ],
});

/** Of a bare Pod the restart policy tells whether it is meant to end. */
function ends({ workload }: Container): boolean {
  if (workload.isJob) return true;
  return workload.kind === "Pod" && (workload.podSpec.at("restartPolicy").text() ?? "Always") !== "Always";
}

function* checkProbe(name: string, probe: Field): Generator<Failure> {
  if (!probe.exists) {
    const fix = `add one, for example ${name}.${name === "livenessProbe" ? "tcpSocket" : "httpGet"} on its port`;
    yield { problem: `has no ${name}`, path: probe.path, fix };
  } else if (!handlers.some((handler) => probe.at(handler).exists)) {
    const fix = `give it one of ${handlers.join(", ")}`;
    yield { problem: `has a ${name} that asks nothing`, path: probe.path, fix };
  }
}
