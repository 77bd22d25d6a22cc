import { add, app, drop, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, job, podOf } from "../objects";

const health = { httpGet: { path: "/health", port: 9000 } };
/** Copies, so that an edit changes one of two equal probes. */
const probes = (liveness: unknown, readiness: unknown) => [
  set("Deployment", `${app}.livenessProbe`, structuredClone(liveness)),
  set("Deployment", `${app}.readinessProbe`, structuredClone(readiness)),
];
const command = (...words: string[]) => ({ exec: { command: words } });
const header = (...names: string[]) => ({
  httpGet: { ...health.httpGet, httpHeaders: names.map((name) => ({ name, value: "1" })) },
});

export const cases: RuleCases = {
  pass: [
    { title: "another path", edits: probes({ httpGet: { path: "/health/live", port: 9000 } }, health) },
    { title: "another port", edits: probes({ httpGet: { path: "/health", port: 9001 } }, health) },
    { title: "another scheme", edits: probes({ httpGet: { ...health.httpGet, scheme: "HTTPS" } }, health) },
    { title: "another header", edits: probes(header("x-live"), header("x-ready")) },
    { title: "another command", edits: probes(command("check", "live"), command("check", "ready")) },
    {
      title: "another gRPC service",
      edits: probes({ grpc: { port: 9000, service: "live" } }, { grpc: { port: 9000 } }),
    },
    {
      title: "two gRPC services",
      edits: probes({ grpc: { port: 9000, service: "live" } }, { grpc: { port: 9000, service: "ready" } }),
    },
    {
      title: "another host",
      edits: probes({ httpGet: { ...health.httpGet, host: "a" } }, { httpGet: { ...health.httpGet, host: "b" } }),
    },
    {
      title: "the socket of another host",
      edits: probes({ tcpSocket: { port: 9000, host: "a" } }, { tcpSocket: { port: 9000, host: "b" } }),
    },
    {
      title: "the same path with more patience before a restart",
      edits: probes({ ...health, failureThreshold: 6 }, health),
    },
    {
      title: "the same path asked more seldom before a restart",
      edits: probes({ ...health, periodSeconds: 20 }, { ...health, periodSeconds: 10 }),
    },
    {
      title: "sorts of probe that differ, whatever they are asked",
      edits: [
        set("Deployment", `${app}.livenessProbe.tcpSocket`, {}),
        unknown("Deployment", `${app}.livenessProbe.tcpSocket.port`),
      ],
    },
  ],
  fail: [
    {
      title: "the same path",
      edits: probes(health, health),
      says: /^Container app of Deployment altlas\/archive-service is asked the same by both probes, and restarted after 30 s of failures, no later than it is taken out of rotation \(30 s\) .*failureThreshold to 4 or more/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "the same path, once by the port's name, with defaults written out",
      edits: probes({ httpGet: { path: "/", port: "http", scheme: "HTTP" } }, { httpGet: { port: 9000 } }),
      says: /is asked the same by both probes/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "the same headers in another order and letter case",
      edits: probes(header("X-Probe", "X-Other"), header("x-other", "x-probe")),
      says: /is asked the same by both probes/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "only another first delay and another time for the answer, which end with the first failure",
      edits: probes({ ...health, initialDelaySeconds: 60, timeoutSeconds: 5 }, health),
      says: /is asked the same by both probes/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "the same path, and a restart before the pod leaves the rotation",
      edits: probes({ ...health, failureThreshold: 1 }, { ...health, periodSeconds: 5, failureThreshold: 6 }),
      says: /restarted after 10 s of failures, no later than .*\(30 s\).*failureThreshold to 4 or more/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "readiness that gives up between two attempts of liveness",
      edits: probes({ ...health, failureThreshold: 2 }, { ...health, periodSeconds: 5, failureThreshold: 5 }),
      says: /restarted after 20 s of failures, no later than .*\(25 s\).*failureThreshold to 3 or more/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "a startup probe of its own does not help the other two",
      edits: [...probes(health, health), set("Deployment", `${app}.startupProbe`, { tcpSocket: { port: "http" } })],
      says: /is asked the same by both probes/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "the same command",
      edits: probes(command("pg_isready"), command("pg_isready")),
      says: /is asked the same by both probes/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "a sidecar",
      edits: [set("Deployment", `${sidecar}.livenessProbe`, { grpc: { port: 9100 } })],
      says: /^Sidecar container proxy .* is asked the same by both probes/,
      at: `${pod}.initContainers[1].livenessProbe`,
    },
    {
      title: "a bare pod",
      edits: [
        without("Deployment"),
        add(podOf({ spec: { containers: [{ name: "web", livenessProbe: health, readinessProbe: health }] } })),
      ],
      says: /^Container web of Pod altlas\/extra is asked the same/,
      at: "spec.containers[0].livenessProbe",
    },
  ],
  notApplicable: [
    {
      title: "one probe, and one that asks nothing",
      edits: [
        drop("Deployment", `${app}.readinessProbe`),
        set("Deployment", `${sidecar}.livenessProbe`, { periodSeconds: 10 }),
      ],
    },
    { title: "a Job", edits: [without("Deployment"), add(job({ containers: [{ name: "import" }] }))] },
  ],
  unknown: [
    {
      title: "a path from an output",
      edits: [...probes(health, health), unknown("Deployment", `${app}.livenessProbe.httpGet.path`)],
      because: `${container}.livenessProbe.httpGet.path`,
    },
    {
      title: "the same path, and a threshold from an output",
      edits: [...probes(health, health), unknown("Deployment", `${app}.livenessProbe.failureThreshold`)],
      because: `${container}.livenessProbe.failureThreshold`,
    },
    {
      title: "a probe from an output",
      edits: [unknown("Deployment", `${app}.readinessProbe`)],
      because: `${container}.readinessProbe`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "liveness of a service asks its health path, which asks the cache",
    edits: [
      set("Deployment/api-gateway", `${app}.livenessProbe`, {
        httpGet: { path: "/health", port: 3000 },
        initialDelaySeconds: 30,
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 3,
      }),
    ],
    says: /^Container api-gateway .* is asked the same by both probes, and restarted after 30 s of failures/,
  },
];
