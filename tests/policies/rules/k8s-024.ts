import { app, init, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

export const cases: RuleCases = {
  pass: [{ title: "a host port of 0, which is none", edits: [set("Deployment", `${app}.ports[0].hostPort`, 0)] }],
  fail: [
    ...(["hostNetwork", "hostPID", "hostIPC"] as const).map((what) => ({
      title: what,
      edits: [set("Deployment", `${pod}.${what}`, true)],
      says: new RegExp(`Deployment altlas/archive-service shares the node's ${what.slice(4)} namespace`),
      at: `${pod}.${what}`,
    })),
    {
      title: "a host path",
      edits: [set("Deployment", `${pod}.volumes[0]`, { name: "logs", hostPath: { path: "/var/log" } })],
      says: /mounts \/var\/log of the node as volume logs/,
      at: `${pod}.volumes[0].hostPath`,
    },
    {
      title: "a privileged init container",
      edits: [set("Deployment", `${init}.securityContext.privileged`, true)],
      says: /Init container migrate .* is privileged/,
      at: `${pod}.initContainers[0].securityContext.privileged`,
    },
    {
      title: "a host port",
      edits: [set("Deployment", `${app}.ports[0].hostPort`, 9000)],
      says: /takes port 9000 of the node/,
      at: `${container}.ports[0].hostPort`,
    },
    {
      title: "a process of the Windows node",
      edits: [set("Deployment", `${pod}.securityContext.windowsOptions`, { hostProcess: true })],
      says: /runs as a process of the Windows node/,
      at: `${pod}.securityContext.windowsOptions.hostProcess`,
    },
    {
      title: "a container as a process of the Windows node",
      edits: [set("Deployment", `${app}.securityContext.windowsOptions`, { hostProcess: true })],
      says: /Container app .* runs as a process of the Windows node/,
      at: `${container}.securityContext.windowsOptions.hostProcess`,
    },
    {
      title: "another privilege than the named one",
      edits: [set("Deployment", `${pod}.hostNetwork`, true)],
      options: {
        settings: {
          "ALT-K8S-024": {
            exceptions: [
              { workload: "archive-service", allow: ["hostPID"], reason: "It counts the node's processes." },
            ],
          },
        },
      },
      says: /shares the node's Network namespace/,
      at: `${pod}.hostNetwork`,
    },
    {
      title: "a privilege that is certain beside one that is unknown",
      edits: [set("Deployment", `${pod}.hostPID`, true), unknown("Deployment", `${pod}.volumes`)],
      says: /shares the node's PID namespace/,
      at: `${pod}.hostPID`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    { title: "volumes from an output", edits: [unknown("Deployment", `${pod}.volumes`)], because: `${pod}.volumes` },
    {
      title: "privileged from an output",
      edits: [unknown("Deployment", `${app}.securityContext.privileged`)],
      because: `${container}.securityContext.privileged`,
    },
  ],
  configured: [
    {
      title: "a named agent of the node",
      edits: [set("Deployment", `${pod}.hostNetwork`, true)],
      options: {
        settings: {
          "ALT-K8S-024": {
            exceptions: [
              {
                workload: "Deployment/altlas/archive-service",
                allow: ["hostNetwork"],
                reason: "It watches the node's own sockets.",
              },
            ],
          },
        },
      },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service is privileged",
    edits: [set(ourGateway, `${app}.securityContext.privileged`, true)],
    says: /api-gateway is privileged/,
  },
];
