import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, ephemeral } from "../objects";

export const cases: RuleCases = {
  pass: [
    { title: "an ephemeral container, which cannot have requests", edits: [add(ephemeral({ image: "a:1" }))] },
    { title: "whole cores as a number", edits: [set("Deployment", `${app}.resources.requests.cpu`, 2)] },
  ],
  fail: [
    {
      title: "no memory request",
      edits: [drop("Deployment", `${app}.resources.requests.memory`)],
      says: /Container app of Deployment altlas\/archive-service requests no memory.*; set .*128Mi/,
      at: `${container}.resources.requests.memory`,
    },
    {
      title: "an init container without a cpu request",
      edits: [drop("Deployment", `${init}.resources.requests.cpu`)],
      says: /Init container migrate .* requests no cpu/,
      at: `${pod}.initContainers[0].resources.requests.cpu`,
    },
    {
      title: "a sidecar without resources",
      edits: [drop("Deployment", `${sidecar}.resources`)],
      says: /Sidecar container proxy .* requests no (cpu|memory)/,
      at: `${pod}.initContainers[1].resources.requests.cpu`,
      count: 2,
    },
    {
      title: "a request of nothing",
      edits: [set("Deployment", `${app}.resources.requests.cpu`, "0m")],
      says: /requests 0m of cpu, which reserves nothing/,
      at: `${container}.resources.requests.cpu`,
    },
    {
      title: "a text that is no quantity",
      edits: [set("Deployment", `${app}.resources.requests.memory`, "128 MB")],
      says: /requests "128 MB" of memory, which is no quantity/,
      at: `${container}.resources.requests.memory`,
    },
    {
      title: "a CronJob's container",
      edits: [add(cronJob({ containers: [{ name: "clean", image: "a:1", resources: { requests: { cpu: "1" } } }] }))],
      says: /Container clean of CronJob altlas\/extra requests no memory/,
      at: "spec.jobTemplate.spec.template.spec.containers[0].resources.requests.memory",
    },
    {
      title: "a list where an object belongs",
      edits: [set("Deployment", `${pod}.containers`, { name: "app" })],
      says: /has a property that is not a list/,
      at: `${pod}.containers`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "a request from an output",
      edits: [unknown("Deployment", `${app}.resources.requests.cpu`)],
      because: `${container}.resources.requests.cpu`,
    },
    {
      title: "containers from an output",
      edits: [unknown("Deployment", `${pod}.initContainers`)],
      because: `${pod}.initContainers`,
    },
    {
      title: "resources from an output; both amounts wait for the same value",
      edits: [unknown("Deployment", `${app}.resources`)],
      because: `${container}.resources`,
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service loses its memory request",
    edits: [drop(ourGateway, `${app}.resources.requests.memory`)],
    says: /api-gateway requests no memory/,
  },
];
