import { app, init, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container } from "../objects";

const appArmor = "container.apparmor.security.beta.kubernetes.io/";

export const cases: RuleCases = {
  pass: [
    { title: "a host port of 0, which is none", edits: [set("Deployment", `${app}.ports[0].hostPort`, 0)] },
    {
      title: "what the standards leave: a parameter of the pod's own, a container's type, the runtime's profile",
      edits: [
        set("Deployment", `${pod}.securityContext.sysctls`, [{ name: "net.ipv4.tcp_keepalive_time", value: "60" }]),
        set("Deployment", `${app}.securityContext.seLinuxOptions`, { type: "container_t", level: "s0:c1" }),
        set("Deployment", `${app}.securityContext.appArmorProfile`, { type: "RuntimeDefault" }),
        set("Deployment", `${app}.securityContext.procMount`, "Default"),
      ],
    },
  ],
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
      title: "a kernel parameter that the node's pods share",
      edits: [set("Deployment", `${pod}.securityContext.sysctls`, [{ name: "vm.swappiness", value: "1" }])],
      says: /sets the kernel parameter vm\.swappiness, which other pods of the node share/,
      at: `${pod}.securityContext.sysctls[0].name`,
    },
    {
      title: "an SELinux type that is no container's",
      edits: [set("Deployment", `${pod}.securityContext.seLinuxOptions`, { type: "spc_t" })],
      says: /has the SELinux type spc_t/,
      at: `${pod}.securityContext.seLinuxOptions.type`,
    },
    {
      title: "an SELinux user and role of an init container",
      edits: [set("Deployment", `${init}.securityContext.seLinuxOptions`, { user: "system_u", role: "system_r" })],
      says: /Init container migrate .* has the SELinux (user system_u|role system_r)/,
      at: `${pod}.initContainers[0].securityContext.seLinuxOptions.user`,
      count: 2,
    },
    {
      title: "no AppArmor",
      edits: [set("Deployment", `${app}.securityContext.appArmorProfile`, { type: "Unconfined" })],
      says: /has the AppArmor profile Unconfined, which confines nothing/,
      at: `${container}.securityContext.appArmorProfile.type`,
    },
    {
      title: "no AppArmor for the pod",
      edits: [set("Deployment", `${pod}.securityContext.appArmorProfile`, { type: "Unconfined" })],
      says: /has the AppArmor profile Unconfined, which confines nothing/,
      at: `${pod}.securityContext.appArmorProfile.type`,
    },
    {
      title: "no AppArmor, by annotation",
      edits: [set("Deployment", "spec.template.metadata.annotations", { [`${appArmor}app`]: "unconfined" })],
      says: /has the AppArmor profile unconfined for container app/,
      at: `spec.template.metadata.annotations["${appArmor}app"]`,
    },
    {
      title: "all of /proc, also in a user namespace",
      edits: [
        set("Deployment", `${pod}.hostUsers`, false),
        set("Deployment", `${app}.securityContext.procMount`, "Unmasked"),
      ],
      says: /mounts \/proc as Unmasked/,
      at: `${container}.securityContext.procMount`,
    },
    {
      title: "all of /proc in the node's user namespace at the baseline level",
      edits: [set("Deployment", `${app}.securityContext.procMount`, "Unmasked")],
      options: { settings: { "ALT-K8S-024": { level: "baseline" } } },
      says: /mounts \/proc as Unmasked/,
      at: `${container}.securityContext.procMount`,
    },
    {
      title: "a probe of another host",
      edits: [set("Deployment", `${app}.livenessProbe.httpGet`, { path: "/", port: "http", host: "127.0.0.1" })],
      says: /has the kubelet ask 127\.0\.0\.1 in place of the pod/,
      at: `${container}.livenessProbe.httpGet.host`,
    },
    {
      title: "a hook that asks another host",
      edits: [set("Deployment", `${app}.lifecycle.preStop.httpGet`, { path: "/", port: 80, host: "metadata" })],
      says: /has the kubelet ask metadata in place of the pod/,
      at: `${container}.lifecycle.preStop.httpGet.host`,
    },
    {
      title: "a volume past all claims",
      edits: [set("Deployment", `${pod}.volumes[0]`, { name: "files", nfs: { server: "nas", path: "/" } })],
      says: /mounts a volume of type nfs, files, past all claims/,
      at: `${pod}.volumes[0].nfs`,
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
      title: "what the baseline level leaves",
      edits: [
        set("Deployment", `${pod}.volumes[0]`, { name: "files", nfs: { server: "nas", path: "/" } }),
        set("Deployment", `${pod}.hostUsers`, false),
        set("Deployment", `${app}.securityContext.procMount`, "Unmasked"),
      ],
      options: { settings: { "ALT-K8S-024": { level: "baseline" } } },
      outcome: "pass",
    },
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
  {
    title: "a service sets a parameter of the node's kernel",
    edits: [set(ourGateway, `${pod}.securityContext.sysctls`, [{ name: "kernel.msgmax", value: "65536" }])],
    says: /Deployment altlas\/api-gateway sets the kernel parameter kernel\.msgmax/,
  },
];
