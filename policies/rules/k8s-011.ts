import { anyKnown, everyKnown, type Field } from "../field";
import { probeNumber, secondsToGiveUp } from "../graph/probe";
import { containers } from "../graph/subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

type Read = (handler: Field, ports: readonly Field[]) => string;

/** What makes two questions of one sort different, with Kubernetes' defaults (API reference, core/v1 Probe). */
const questions: Readonly<Record<string, readonly Read[]>> = {
  exec: [
    (handler) =>
      JSON.stringify(
        handler
          .at("command")
          .items()
          .map((word) => word.text()),
      ),
  ],
  grpc: [portOf, (handler) => handler.at("service").text() ?? ""],
  httpGet: [
    (handler) => handler.at("path").text() ?? "/",
    portOf,
    (handler) => handler.at("scheme").text() ?? "HTTP",
    (handler) => handler.at("host").text() ?? "",
    headersOf,
  ],
  tcpSocket: [portOf, (handler) => handler.at("host").text() ?? ""],
};
const handlers = Object.keys(questions);

const probes = (liveness: Readonly<Record<string, unknown>>, readiness: Readonly<Record<string, unknown>>) =>
  deployment({ livenessProbe: liveness, readinessProbe: readiness });
const health = { httpGet: { path: "/health", port: 8080 } };

export const rule = defineRule({
  id: "ALT-K8S-011",
  slug: "kubernetes-container-separates-its-probes",
  title: "Liveness asks something else than readiness, or gives up later",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Readiness takes a pod out of rotation while it is overloaded or waits for its database; liveness restarts it. When " +
    "both ask the same and give up together, every such moment restarts all pods of the service at once, and an outage " +
    "of the database becomes one of its own.",
  fix: "Ask something that needs no dependency for liveness, such as tcpSocket, or raise its failureThreshold.",
  planSteps: ["2.2"],
  peers: ["kube-score pod-probes-identical", "kyverno ensure-probes-different"],
  examples: {
    pass: {
      title: "the socket for liveness, the health path for readiness",
      manifests: [probes({ tcpSocket: { port: 8080 } }, health)],
    },
    fail: {
      title: "the same path; a later first question makes no difference after it",
      manifests: [probes({ ...health, initialDelaySeconds: 30 }, health)],
    },
  },
  parts: [
    part(
      // Probes are not allowed on init and ephemeral containers; a sidecar may have them.
      ({ graph }) => containers(graph, ["app", "sidecar"]),
      function* ({ field }) {
        const liveness = field.at("livenessProbe");
        const readiness = field.at("readinessProbe");
        const asks = (probe: Field) => anyKnown(handlers, (handler) => probe.at(handler).exists);
        if (!everyKnown([liveness, readiness], asks)) {
          return new NotApplicable("It has no two probes to compare; see ALT-K8S-010.");
        }
        // A startup probe holds both back and asks neither for them, so it makes no difference here.
        if (differ(liveness, readiness, field)) return undefined;
        const [restarted, unready] = [liveness, readiness].map(secondsToGiveUp) as [number, number];
        if (restarted > unready) return undefined;
        const problem =
          `is asked the same by both probes, and restarted after ${restarted} s of failures, ` +
          `no later than it is taken out of rotation (${unready} s)`;
        const period = Math.max(probeNumber(liveness, "periodSeconds"), 1);
        const attempts = Math.floor(unready / period) + 1;
        const fix = `ask something that needs no dependency for liveness, or raise its failureThreshold to ${attempts} or more`;
        yield { problem, path: liveness.path, fix };
        return undefined;
      },
    ),
  ],
});

function differ(liveness: Field, readiness: Field, container: Field): boolean {
  const ports = container.at("ports");
  return anyKnown(handlers, (handler) => {
    const [one, other] = [liveness.at(handler), readiness.at(handler)];
    if (one.exists !== other.exists) return true;
    return (
      one.exists &&
      anyKnown(questions[handler] ?? [], (read) => read(one, ports.items()) !== read(other, ports.items()))
    );
  });
}

/** The number behind a port's name, so that a name and its number are one port. */
function portOf(handler: Field, ports: readonly Field[]): string {
  const value = handler.at("port").numberOrText() ?? "";
  const named = ports
    .find((port) => port.at("name").text() === value)
    ?.at("containerPort")
    .number();
  return String(named ?? value);
}

function headersOf(handler: Field): string {
  const headers = handler.at("httpHeaders").items();
  return JSON.stringify(
    headers.map((header) => [header.at("name").text()?.toLowerCase(), header.at("value").text()]).sort(),
  );
}
