import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, job } from "../objects";

const amounts = (requests: unknown, limits: unknown) => set("Deployment", `${app}.resources`, { requests, limits });
const importing = (memory: string) =>
  job({ containers: [{ name: "import", resources: { requests: { memory: "1Gi" }, limits: { memory } } }] });

export const cases: RuleCases = {
  pass: [
    {
      title: "limits of exactly twice the requests, in other units",
      edits: [amounts({ cpu: 0.5, memory: "0.5Gi" }, { cpu: "1000m", memory: "1073741824" })],
    },
    {
      title: "limits equal to requests",
      edits: [amounts({ cpu: "1", memory: "1Gi" }, { cpu: 1, memory: "1024Mi" })],
    },
    {
      title: "a limit without a request, which becomes the request",
      edits: [amounts({ cpu: "1" }, { cpu: "2", memory: "9Gi" })],
    },
    { title: "a request without a limit", edits: [amounts({ cpu: "1", memory: "1Mi" }, { cpu: "2" })] },
    { title: "a Job's container", edits: [without("Deployment"), add(importing("2Gi"))] },
  ],
  fail: [
    {
      title: "four times the cpu",
      edits: [set("Deployment", `${app}.resources`, { requests: { cpu: "500m" }, limits: { cpu: 2 } })],
      says: /^Container app .* limits cpu to 2, more than 2 times its request of 500m .*; raise resources.requests.cpu to 1, or lower the limit to 1\.$/,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "one byte more than twice the memory",
      edits: [amounts({ memory: "512Mi" }, { memory: "1073741825" })],
      says: /limits memory to 1073741825, more than 2 times its request of 512Mi .*to 513Mi, or lower the limit to 1Gi/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "a limit below the request",
      edits: [amounts({ cpu: "500m", memory: "512Mi" }, { cpu: "1", memory: "256Mi" })],
      says: /requests 512Mi of memory but limits it to 256Mi .*; raise resources.limits.memory to 512Mi or more/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "both amounts",
      edits: [amounts({ cpu: "100m", memory: "128Mi" }, { cpu: "1", memory: "1Gi" })],
      says: /limits (cpu|memory) to 1(Gi)?, more than 2 times/,
      at: `${container}.resources.limits.memory`,
      count: 2,
    },
    {
      title: "a request of nothing, for which no limit is small enough",
      edits: [amounts({ cpu: "0" }, { cpu: "1" })],
      says: /limits cpu to 1, more than 2 times its request of 0 .*; raise resources.requests.cpu to 500m\.$/,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "an init container",
      edits: [set("Deployment", `${init}.resources.limits.cpu`, "300m")],
      says: /^Init container migrate .* limits cpu to 300m/,
      at: `${pod}.initContainers[0].resources.limits.cpu`,
    },
    {
      title: "a sidecar",
      edits: [set("Deployment", `${sidecar}.resources.limits.memory`, "1Gi")],
      says: /^Sidecar container proxy .* limits memory to 1Gi/,
      at: `${pod}.initContainers[1].resources.limits.memory`,
    },
    {
      title: "a Job's container",
      edits: [add(importing("4Gi"))],
      says: /^Container import of Job altlas\/extra limits memory to 4Gi/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "a text that is no quantity",
      edits: [amounts({ cpu: "half" }, { cpu: "1" })],
      says: /states "half" for cpu, which is no quantity .*for example 500m/,
      at: `${container}.resources.requests.cpu`,
    },
    {
      title: "too much cpu beside an unknown amount of memory",
      edits: [
        amounts({ cpu: "1", memory: "1Gi" }, { cpu: "4" }),
        unknown("Deployment", `${app}.resources.limits.memory`),
      ],
      says: /limits cpu to 4/,
      at: `${container}.resources.limits.cpu`,
    },
  ],
  notApplicable: [
    {
      title: "no container has a request together with a limit",
      edits: [
        amounts({ cpu: "1" }, { memory: "1Gi" }),
        drop("Deployment", `${init}.resources`),
        drop("Deployment", `${sidecar}.resources.requests`),
      ],
    },
    { title: "no workloads", edits: [without("Deployment")] },
  ],
  unknown: [
    {
      title: "a limit from an output",
      edits: [unknown("Deployment", `${app}.resources.limits.cpu`)],
      because: `${container}.resources.limits.cpu`,
    },
    {
      title: "the only request beside a limit is an output",
      edits: [amounts({}, { cpu: "1" }), unknown("Deployment", `${app}.resources.requests.cpu`)],
      because: `${container}.resources.requests.cpu`,
    },
  ],
  configured: [
    {
      title: "four times the cpu where that is allowed",
      edits: [amounts({ cpu: "500m" }, { cpu: "2" })],
      options: { settings: { "ALT-K8S-004": { maximumCpuRatio: 4 } } },
      outcome: "pass",
    },
    {
      title: "memory that may not exceed one and a half times its request",
      edits: [amounts({ cpu: "1", memory: "1Gi" }, { cpu: "2", memory: "1537Mi" })],
      options: { settings: { "ALT-K8S-004": { maximumMemoryRatio: 1.5 } } },
      outcome: "fail",
    },
    {
      title: "a ratio that is kept to a thousandth",
      edits: [amounts({ memory: "1000Mi" }, { memory: "1008Mi" })],
      options: { settings: { "ALT-K8S-004": { maximumMemoryRatio: 1.006 } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's memory limit is doubled and its request is not",
    edits: [set("Deployment/api-gateway", `${app}.resources.limits.memory`, "1Gi")],
    says: /^Container api-gateway .* limits memory to 1Gi, more than 2 times its request of 256Mi/,
  },
  {
    title: "request and limit of a service are exchanged",
    edits: [
      set("Deployment/runner-service", `${app}.resources.requests.cpu`, "260m"),
      set("Deployment/runner-service", `${app}.resources.limits.cpu`, "130m"),
    ],
    says: /^Container runner-service .* requests 260m of cpu but limits it to 130m/,
  },
];
