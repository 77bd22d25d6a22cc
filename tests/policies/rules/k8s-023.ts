import { app, drop, init, pod, set, sidecar, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, onWindows } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "the one capability that the restricted standard allows",
      edits: [set("Deployment", `${app}.securityContext.capabilities.add`, ["NET_BIND_SERVICE"])],
    },
  ],
  fail: [
    {
      title: "escalation not forbidden",
      edits: [drop("Deployment", `${app}.securityContext.allowPrivilegeEscalation`)],
      says: /does not forbid privilege escalation/,
      at: `${container}.securityContext.allowPrivilegeEscalation`,
    },
    {
      title: "escalation allowed in an init container",
      edits: [set("Deployment", `${init}.securityContext.allowPrivilegeEscalation`, true)],
      says: /Init container migrate .* allows privilege escalation/,
      at: `${pod}.initContainers[0].securityContext.allowPrivilegeEscalation`,
    },
    {
      title: "one capability dropped",
      edits: [set("Deployment", `${app}.securityContext.capabilities.drop`, ["NET_RAW"])],
      says: /drops only NET_RAW/,
      at: `${container}.securityContext.capabilities.drop`,
    },
    {
      title: "two capabilities dropped",
      edits: [set("Deployment", `${app}.securityContext.capabilities.drop`, ["NET_RAW", "CHOWN"])],
      says: /drops only NET_RAW, CHOWN \(/,
      at: `${container}.securityContext.capabilities.drop`,
    },
    {
      title: "no capability dropped",
      edits: [drop("Deployment", `${sidecar}.securityContext.capabilities`)],
      says: /Sidecar container proxy .* drops no capability/,
      at: `${pod}.initContainers[1].securityContext.capabilities.drop`,
    },
    {
      title: "a capability added",
      edits: [set("Deployment", `${app}.securityContext.capabilities.add`, ["SYS_ADMIN", "NET_BIND_SERVICE"])],
      says: /adds the capability SYS_ADMIN/,
      at: `${container}.securityContext.capabilities.add[0]`,
    },
    {
      title: "an allowed capability under the kernel's name, which Kubernetes does not have",
      edits: [set("Deployment", `${app}.securityContext.capabilities.add`, ["CAP_NET_BIND_SERVICE"])],
      says: /adds the capability CAP_NET_BIND_SERVICE/,
      at: `${container}.securityContext.capabilities.add[0]`,
    },
  ],
  notApplicable: [{ title: "Windows", edits: onWindows }],
  unknown: [
    {
      title: "a security context from an output",
      edits: [unknown("Deployment", `${app}.securityContext`)],
      because: `${container}.securityContext`,
    },
  ],
  configured: [
    {
      title: "a capability that the stack allows",
      edits: [set("Deployment", `${app}.securityContext.capabilities.add`, ["SYS_PTRACE"])],
      options: { settings: { "ALT-K8S-023": { allowedCapabilities: ["SYS_PTRACE"] } } },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service keeps its capabilities",
    edits: [drop(ourGateway, `${app}.securityContext.capabilities`)],
    says: /api-gateway drops no capability/,
  },
];
