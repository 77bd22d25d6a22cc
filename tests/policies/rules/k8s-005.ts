import { type Edit, type JudgeOptions, app, copy, drop, init, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

/** Numbers for the fixture's container, as the catalogue states them for the five services. */
const numbers = (rest: Readonly<Record<string, unknown>> = {}): JudgeOptions => ({
  settings: {
    "ALT-K8S-005": {
      services: [
        {
          workload: "Deployment/altlas/archive-service",
          container: "app",
          requests: { cpu: "0.1", memory: "131072Ki" },
          limits: { cpu: "200m", memory: "256Mi" },
          ...rest,
        },
      ],
    },
  },
});
const liveness = { liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5 } };
/** The archive as our program names it, with the plan's numbers: those of a stack without a scale. */
const planned = (): readonly Edit[] => [
  set("Deployment", `${app}.name`, "archive-service"),
  set("Deployment", `${app}.resources`, {
    requests: { cpu: "500m", memory: "512Mi" },
    limits: { cpu: "1", memory: "1Gi" },
  }),
  set("Deployment", `${app}.livenessProbe`, {
    tcpSocket: { port: "http" },
    initialDelaySeconds: 30,
    timeoutSeconds: 5,
  }),
];
const quarter = { resources: 0.25, minimumReplicas: 2, maximumReplicas: 4 };

export const cases: RuleCases = {
  pass: [
    { title: "the plan's own numbers in a stack without a scale", edits: planned() },
    { title: "equal amounts in other units", options: numbers() },
    {
      title: "numbers of a probe that are Kubernetes' own, written out or not",
      edits: [set("Deployment", `${app}.livenessProbe.timeoutSeconds`, 1)],
      options: numbers({ liveness: { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1 } }),
    },
    {
      title: "a container without a liveness probe, which is another rule's",
      edits: [drop("Deployment", `${app}.livenessProbe`)],
      options: numbers(liveness),
    },
    {
      title: "a quarter of the plan in a stack of that scale; memory never below its floor",
      edits: [
        ...planned(),
        set("Deployment", `${app}.resources`, {
          requests: { cpu: "130m", memory: "128Mi" },
          limits: { cpu: "260m", memory: "256Mi" },
        }),
      ],
      options: { scale: quarter },
    },
  ],
  fail: [
    {
      title: "another request",
      edits: [set("Deployment", `${app}.resources.requests.memory`, "127Mi")],
      options: numbers({ requests: { cpu: "100m", memory: "128Mi" } }),
      says: /^Container app of Deployment altlas\/archive-service requests 127Mi of memory where the catalogue states 128Mi .*; set resources.requests.memory to 128Mi, or exempt/,
      at: `${container}.resources.requests.memory`,
    },
    {
      title: "another limit",
      edits: [...planned(), set("Deployment", `${app}.resources.limits.cpu`, 2)],
      says: /has the cpu limit 2 where the catalogue states 1 /,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "no resources at all",
      edits: [...planned(), drop("Deployment", `${app}.resources`)],
      says: /(requests no|has no) (cpu|memory)( limit)? where the catalogue states/,
      at: `${container}.resources.limits.memory`,
      count: 4,
    },
    {
      title: "an amount that is no quantity",
      edits: [...planned(), set("Deployment", `${app}.resources.limits.memory`, "1 GB")],
      says: /has the memory limit 1 GB where the catalogue states 1Gi/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "the first liveness probe sooner than planned, and by default more often",
      edits: [
        ...planned(),
        set("Deployment", `${app}.livenessProbe`, { tcpSocket: { port: 1 }, initialDelaySeconds: 10 }),
      ],
      says: /has a livenessProbe with (initialDelaySeconds 10 where the catalogue states 30|no timeoutSeconds, which means 1, where the catalogue states 5)/,
      at: `${container}.livenessProbe.initialDelaySeconds`,
      count: 2,
    },
    {
      title: "the plan's own numbers in a stack of a quarter of them",
      edits: planned(),
      options: { scale: quarter },
      says: /(requests (500m|512Mi) of|limit (1|1Gi)).* where the catalogue states (130m|128Mi|260m|256Mi) /,
      at: `${container}.resources.requests.cpu`,
      count: 4,
    },
    {
      title: "a wrong amount beside one that is not known yet",
      edits: [
        ...planned(),
        set("Deployment", `${app}.resources.requests.memory`, "1Gi"),
        unknown("Deployment", `${app}.resources.requests.cpu`),
      ],
      says: /requests 1Gi of memory where the catalogue states 512Mi/,
      at: `${container}.resources.requests.memory`,
    },
  ],
  notApplicable: [
    { title: "the same name of a workload, with containers that the catalogue does not name" },
    { title: "another namespace", edits: [...planned(), set("Deployment", "metadata.namespace", "elsewhere")] },
    {
      title: "an init container and a sidecar of a service",
      edits: [
        drop("Deployment", `${app}.resources`),
        set("Deployment", `${init}.resources`, {}),
        set("Deployment", `${sidecar}.resources`, {}),
      ],
    },
    { title: "no workloads", edits: [without("Deployment")] },
  ],
  unknown: [
    {
      title: "a request from an output",
      edits: [...planned(), unknown("Deployment", `${app}.resources.requests.cpu`)],
      because: `${container}.resources.requests.cpu`,
    },
    {
      title: "a probe from an output",
      edits: [...planned(), unknown("Deployment", `${app}.livenessProbe`)],
      because: `${container}.livenessProbe`,
    },
  ],
  configured: [
    {
      title: "a stack's own numbers in place of the catalogue's",
      options: numbers({ limits: { cpu: "200m", memory: "512Mi" } }),
      outcome: "fail",
    },
    {
      title: "a stack that states no numbers",
      edits: [...planned(), drop("Deployment", `${app}.resources`)],
      options: { settings: { "ALT-K8S-005": { services: [] } } },
      outcome: "notApplicable",
    },
    {
      title: "every Deployment of a name, by a pattern",
      edits: [copy("Deployment", "archive-service-canary")],
      options: numbers({ workload: "Deployment/*/archive-*", limits: { cpu: "1", memory: "256Mi" } }),
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service requests the plan's whole cpu in a stack of a quarter of it",
    edits: [set("Deployment/segmentation-service", `${app}.resources.requests.cpu`, "1")],
    says: /^Container segmentation-service of Deployment altlas\/segmentation-service requests 1 of cpu where the catalogue states 250m/,
  },
  {
    title: "a service's memory falls below its floor",
    edits: [set("Deployment/api-gateway", `${app}.resources.requests.memory`, "128Mi")],
    says: /^Container api-gateway .* requests 128Mi of memory where the catalogue states 256Mi/,
  },
  {
    title: "the liveness delay of a slow starter is a fast one's",
    edits: [set("Deployment/ai-orchestrator", `${app}.livenessProbe.initialDelaySeconds`, 30)],
    says: /^Container ai-orchestrator .* livenessProbe with initialDelaySeconds 30 where the catalogue states 60/,
  },
];
