import { app, drop, type JudgeOptions, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

const slow = (rest: Readonly<Record<string, unknown>> = {}, name = "app"): JudgeOptions => ({
  settings: {
    "ALT-K8S-013": { slowStarters: [{ workload: "Deployment/altlas/archive-service", container: name }], ...rest },
  },
});
const delay = (seconds: number) => set("Deployment", `${app}.livenessProbe.initialDelaySeconds`, seconds);
const startup = (probe: Readonly<Record<string, unknown>>) =>
  set("Deployment", `${app}.startupProbe`, { tcpSocket: { port: "http" }, ...probe });

export const cases: RuleCases = {
  pass: [
    { title: "a delay of a minute", edits: [delay(60)], options: slow() },
    {
      title: "a startup probe of a minute",
      edits: [startup({ periodSeconds: 5, failureThreshold: 12 })],
      options: slow(),
    },
    {
      title: "a startup probe whose delay makes up for few attempts",
      edits: [startup({ initialDelaySeconds: 30 })],
      options: slow(),
    },
  ],
  fail: [
    {
      title: "asked at once",
      options: slow(),
      says: /^Container app of Deployment altlas\/archive-service starts slowly and is asked whether it lives after 0 s .*; add a startupProbe that allows 60 s, or raise livenessProbe.initialDelaySeconds to 60\.$/,
      at: `${container}.livenessProbe.initialDelaySeconds`,
    },
    {
      title: "asked a second too soon",
      edits: [delay(59)],
      options: slow(),
      says: /is asked whether it lives after 59 s/,
      at: `${container}.livenessProbe.initialDelaySeconds`,
    },
    {
      title: "a startup probe that gives up after half a minute, whatever the liveness probe waits",
      edits: [startup({}), delay(60)],
      options: slow(),
      says: /is restarted when it has not started after 30 s .*raise startupProbe.failureThreshold to 6 or more/,
      at: `${container}.startupProbe.failureThreshold`,
    },
    {
      title: "a period of which no whole number is a minute",
      edits: [startup({ periodSeconds: 7 })],
      options: slow(),
      says: /has not started after 21 s .*raise startupProbe.failureThreshold to 9 or more/,
      at: `${container}.startupProbe.failureThreshold`,
    },
    {
      title: "a sidecar",
      options: slow({}, "proxy"),
      says: /^Sidecar container proxy .* starts slowly and is asked whether it lives after 0 s/,
      at: `${pod}.initContainers[1].livenessProbe.initialDelaySeconds`,
    },
  ],
  notApplicable: [
    { title: "a service that is not named as a slow starter" },
    {
      title: "nothing that would restart it",
      edits: [drop("Deployment", `${app}.livenessProbe`), drop("Deployment", `${sidecar}.livenessProbe`)],
      options: slow(),
    },
    { title: "no workloads", edits: [without("Deployment")] },
  ],
  unknown: [
    {
      title: "a delay from an output",
      edits: [unknown("Deployment", `${app}.livenessProbe.initialDelaySeconds`)],
      options: slow(),
      because: `${container}.livenessProbe.initialDelaySeconds`,
    },
    {
      title: "a startup probe from an output",
      edits: [unknown("Deployment", `${app}.startupProbe`)],
      options: slow(),
      because: `${container}.startupProbe`,
    },
  ],
  configured: [
    { title: "a service named as a slow starter", edits: [delay(10)], options: slow(), outcome: "fail" },
    {
      title: "a longer start",
      edits: [startup({ periodSeconds: 10, failureThreshold: 12 })],
      options: slow({ minimumSeconds: 180 }),
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a slow starter loses its startup probe, and is asked as soon as the others",
    edits: [
      drop("Deployment/segmentation-service", `${app}.startupProbe`),
      set("Deployment/segmentation-service", `${app}.livenessProbe.initialDelaySeconds`, 30),
    ],
    says: /^Container segmentation-service .* starts slowly and is asked whether it lives after 30 s/,
  },
  {
    title: "the startup probe of a service that loads a model has Kubernetes' own number of attempts",
    edits: [drop("Deployment/ai-orchestrator", `${app}.startupProbe.failureThreshold`)],
    says: /^Container ai-orchestrator .* is restarted when it has not started after 15 s/,
  },
];
