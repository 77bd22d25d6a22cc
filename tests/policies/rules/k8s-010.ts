import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, job, podOf } from "../objects";

export const cases: RuleCases = {
  pass: [
    { title: "an exec probe", edits: [set("Deployment", `${app}.livenessProbe`, { exec: { command: ["true"] } })] },
    { title: "init containers need none", edits: [drop("Deployment", `${init}.livenessProbe`)] },
  ],
  fail: [
    {
      title: "no readiness probe",
      edits: [drop("Deployment", `${app}.readinessProbe`)],
      says: /Container app .* has no readinessProbe/,
      at: `${container}.readinessProbe`,
    },
    {
      title: "a sidecar without a liveness probe",
      edits: [drop("Deployment", `${sidecar}.livenessProbe`)],
      says: /Sidecar container proxy .* has no livenessProbe/,
      at: `${pod}.initContainers[1].livenessProbe`,
    },
    {
      title: "a probe that asks nothing",
      edits: [set("Deployment", `${app}.livenessProbe`, { periodSeconds: 10 })],
      says: /has a livenessProbe that asks nothing/,
      at: `${container}.livenessProbe`,
    },
    {
      title: "a bare pod that is restarted",
      edits: [add(podOf({ spec: { containers: [{ name: "web" }] } }))],
      says: /Container web of Pod altlas\/extra has no/,
      at: "spec.containers[0].livenessProbe",
      count: 2,
    },
  ],
  notApplicable: [
    { title: "a Job's container", edits: [without("Deployment"), add(job({ containers: [{ name: "import" }] }))] },
    {
      title: "a CronJob's container",
      edits: [without("Deployment"), add(cronJob({ containers: [{ name: "clean" }] }))],
    },
    {
      title: "a bare pod that ends",
      edits: [without("Deployment"), add(podOf({ spec: { restartPolicy: "Never", containers: [{ name: "once" }] } }))],
    },
  ],
  unknown: [
    {
      title: "a probe from an output",
      edits: [unknown("Deployment", `${app}.readinessProbe`)],
      because: `${container}.readinessProbe`,
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service loses its readiness probe",
    edits: [drop(ourGateway, `${app}.readinessProbe`)],
    says: /api-gateway has no readinessProbe/,
  },
];
