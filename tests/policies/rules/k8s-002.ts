import { app, drop, init, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

export const cases: RuleCases = {
  pass: [{ title: "a number of bytes", edits: [set("Deployment", `${app}.resources.limits.memory`, 268_435_456)] }],
  fail: [
    {
      title: "no limit",
      edits: [drop("Deployment", `${app}.resources.limits.memory`)],
      says: /Container app .* has no memory limit/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "an init container without a limit",
      edits: [drop("Deployment", `${init}.resources.limits`)],
      says: /Init container migrate .* has no memory limit/,
      at: `${pod}.initContainers[0].resources.limits.memory`,
    },
    {
      title: "a limit of nothing",
      edits: [set("Deployment", `${app}.resources.limits.memory`, "0")],
      says: /has the memory limit 0, which means none/,
      at: `${container}.resources.limits.memory`,
    },
    {
      title: "a limit that is no quantity",
      edits: [set("Deployment", `${app}.resources.limits.memory`, "lots")],
      says: /has the memory limit "lots"/,
      at: `${container}.resources.limits.memory`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "a limit from an output",
      edits: [unknown("Deployment", `${app}.resources.limits.memory`)],
      because: `${container}.resources.limits.memory`,
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service loses its limits",
    edits: [drop(ourGateway, `${app}.resources.limits`)],
    says: /api-gateway has no memory limit/,
  },
];
