import { UNKNOWN } from "../../../policies/field";
import { add, app, copy, drop, init, type Manifest, pod, set, sidecar, unknown, without } from "../fixtures";
import { type RuleCases } from "./case";

const container = "spec.template.spec.containers[0]";
const podOf = (spec: Manifest, kind = "Pod", apiVersion = "v1"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: "extra", namespace: "altlas" },
  ...spec,
});
const job = (spec: Manifest): Manifest =>
  podOf({ spec: { template: { spec: { restartPolicy: "Never", ...spec } } } }, "Job", "batch/v1");
const cronJob = (spec: Manifest): Manifest =>
  podOf({ spec: { jobTemplate: { spec: { template: { spec } } } } }, "CronJob", "batch/v1");
const ephemeral = (rest: Manifest): Manifest =>
  podOf({ spec: { containers: [], ephemeralContainers: [{ name: "debugger", ...rest }] } });
const windows = set("Deployment", `${pod}.os`, { name: "windows" });
const onWindows = [windows, drop("Deployment", `${pod}.securityContext`)];

export const workloadCases: Readonly<Record<string, RuleCases>> = {
  "ALT-K8S-001": {
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
  },
  "ALT-K8S-002": {
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
  },
  "ALT-K8S-010": {
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
        edits: [
          without("Deployment"),
          add(podOf({ spec: { restartPolicy: "Never", containers: [{ name: "once" }] } })),
        ],
      },
    ],
    unknown: [
      {
        title: "a probe from an output",
        edits: [unknown("Deployment", `${app}.readinessProbe`)],
        because: `${container}.readinessProbe`,
      },
    ],
  },
  "ALT-K8S-012": {
    pass: [
      {
        title: "a port number written as a text",
        edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, "9000")],
      },
      {
        title: "an exec probe beside a probe of a port",
        edits: [set("Deployment", `${app}.livenessProbe`, { exec: { command: ["true"] } })],
      },
    ],
    fail: [
      {
        title: "a port that is not declared",
        edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, 8080)],
        says: /Container app .* is probed on port 8080 but declares only http=9000/,
        at: `${container}.readinessProbe.httpGet.port`,
      },
      {
        title: "a name that no port has",
        edits: [set("Deployment", `${app}.livenessProbe.tcpSocket.port`, "web")],
        says: /is probed on port web but declares only http=9000/,
        at: `${container}.livenessProbe.tcpSocket.port`,
      },
      {
        title: "no port declared at all",
        edits: [drop("Deployment", `${app}.ports`)],
        says: /declares no port/,
        at: `${container}.livenessProbe.tcpSocket.port`,
        count: 2,
      },
      {
        title: "a gRPC probe of a sidecar",
        edits: [set("Deployment", `${sidecar}.readinessProbe.grpc.port`, 9101)],
        says: /Sidecar container proxy .* is probed on port 9101/,
        at: `${pod}.initContainers[1].readinessProbe.grpc.port`,
      },
      {
        title: "a startup probe",
        edits: [set("Deployment", `${app}.startupProbe`, { tcpSocket: { port: 1 } })],
        says: /is probed on port 1 but/,
        at: `${container}.startupProbe.tcpSocket.port`,
      },
      {
        title: "a UDP port",
        edits: [set("Deployment", `${sidecar}.ports[0].protocol`, "UDP")],
        says: /is probed on port (proxy|9100), which is declared as UDP/,
        at: `${pod}.initContainers[1].livenessProbe.tcpSocket.port`,
        count: 2,
      },
      {
        title: "a probe without a port",
        edits: [drop("Deployment", `${app}.readinessProbe.httpGet.port`)],
        says: /has a probe without a port/,
        at: `${container}.readinessProbe.httpGet.port`,
      },
    ],
    notApplicable: [
      {
        title: "only exec probes",
        edits: [
          without("Deployment"),
          add(podOf({ spec: { containers: [{ name: "a", livenessProbe: { exec: {} } }] } })),
        ],
      },
    ],
    unknown: [
      {
        title: "a port from an output",
        edits: [unknown("Deployment", `${app}.readinessProbe.httpGet.port`)],
        because: `${container}.readinessProbe.httpGet.port`,
      },
      {
        title: "declared ports from an output",
        edits: [unknown("Deployment", `${app}.ports`)],
        because: `${container}.ports`,
      },
    ],
  },
  "ALT-K8S-020": {
    pass: [
      {
        title: "the container's own setting in place of the pod's",
        edits: [
          set("Deployment", `${pod}.securityContext`, { runAsNonRoot: false, runAsUser: 0 }),
          ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsNonRoot`, true)),
          ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
        ],
      },
      {
        title: "a foreign image with a low user id of its own",
        edits: [
          set("Deployment", `${app}.image`, "docker.io/library/valkey:8.1"),
          drop("Deployment", `${pod}.securityContext.runAsUser`),
          ...[init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
        ],
      },
    ],
    fail: [
      {
        title: "nothing said",
        edits: [drop("Deployment", `${pod}.securityContext.runAsNonRoot`)],
        says: /does not set runAsNonRoot/,
        at: `${container}.securityContext.runAsNonRoot`,
        count: 3,
      },
      {
        title: "a container that undoes the pod's setting",
        edits: [set("Deployment", `${init}.securityContext.runAsNonRoot`, false)],
        says: /Init container migrate .* sets runAsNonRoot to false/,
        at: `${pod}.initContainers[0].securityContext.runAsNonRoot`,
      },
      {
        title: "root by number",
        edits: [set("Deployment", `${app}.securityContext.runAsUser`, 0)],
        says: /Container app .* runs as user 0, which is root/,
        at: `${container}.securityContext.runAsUser`,
      },
      {
        title: "our image with a low user id",
        edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
        says: /runs as user 1000, below the 10000/,
        at: `${container}.securityContext.runAsUser`,
      },
      {
        title: "our image behind a mirror, with its own user",
        edits: [
          set("Deployment", `${app}.image`, "registry.example:5000/proxy/krozenking/alt-las-archive-service:1.4.2"),
          drop("Deployment", `${pod}.securityContext.runAsUser`),
          ...[init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
        ],
        says: /leaves its user id to the image, below the 10000/,
        at: `${container}.securityContext.runAsUser`,
      },
      {
        title: "an ephemeral container",
        edits: [add(ephemeral({ image: "busybox:1.37" }))],
        says: /Ephemeral container debugger of Pod altlas\/extra does not set runAsNonRoot/,
        at: "spec.ephemeralContainers[0].securityContext.runAsNonRoot",
      },
    ],
    notApplicable: [{ title: "Windows", edits: onWindows }],
    unknown: [
      {
        title: "a user id from an output",
        edits: [unknown("Deployment", `${app}.securityContext.runAsUser`)],
        because: `${container}.securityContext.runAsUser`,
      },
      {
        title: "an image from an output, so that it may be ours",
        edits: [unknown("Deployment", `${app}.image`), set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
        because: `${container}.image`,
      },
    ],
    configured: [
      {
        title: "another lowest user id",
        edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
        options: { settings: { "ALT-K8S-020": { minimumUserId: 1000 } } },
        outcome: "pass",
      },
      {
        title: "another repository of ours",
        edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
        options: { settings: { "ALT-K8S-020": { ownRepositories: ["other/"] } } },
        outcome: "pass",
      },
    ],
  },
  "ALT-K8S-023": {
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
  },
  "ALT-K8S-024": {
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
  },
  "ALT-K8S-030": {
    pass: [
      ...[
        ["a digest without a tag", `ghcr.io/a/b@sha256:${"0".repeat(64)}`],
        ["a moving tag beside a digest", `ghcr.io/a/b:latest@sha256:${"a".repeat(64)}`],
        ["a registry with a port", "registry.example:5000/a/b:1.0"],
        ["a build of a channel", "ghcr.io/a/b:beta.18"],
        ["a name that starts like a channel", "ghcr.io/a/b:mainline2-7"],
      ].map(([title, value]) => ({ title: title!, edits: [set("Deployment", `${app}.image`, value)] })),
    ],
    fail: [
      ...["latest", "beta", "production", "stable-slim", "Latest", "edge"].map((tag) => ({
        title: `the tag ${tag}`,
        edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b:${tag}`)],
        says: new RegExp(`Container app .* has the image ghcr.io/a/b:${tag}, whose tag ${tag} is moved`),
        at: `${container}.image`,
      })),
      {
        title: "no tag behind a registry with a port",
        edits: [set("Deployment", `${init}.image`, "registry.example:5000/a/b")],
        says: /Init container migrate .* has the image registry.example:5000\/a\/b without a tag/,
        at: `${pod}.initContainers[0].image`,
      },
      {
        title: "an image that cannot be read",
        edits: [set("Deployment", `${app}.image`, "ghcr.io/A/B:1")],
        says: /which no container runtime can read/,
        at: `${container}.image`,
      },
      {
        title: "a digest that is too short",
        edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b@sha256:${"0".repeat(63)}`)],
        says: /which no container runtime can read/,
        at: `${container}.image`,
      },
      {
        title: "no image",
        edits: [drop("Deployment", `${sidecar}.image`)],
        says: /Sidecar container proxy .* has no image/,
        at: `${pod}.initContainers[1].image`,
      },
      {
        title: "an ephemeral container",
        edits: [add(ephemeral({ image: "busybox" }))],
        says: /Ephemeral container debugger .* has the image busybox without a tag/,
        at: "spec.ephemeralContainers[0].image",
      },
      {
        title: "a volume made of an image",
        edits: [
          set("Deployment", `${pod}.volumes[0]`, { name: "model", image: { reference: "ghcr.io/a/model:latest" } }),
        ],
        says: /Deployment altlas\/archive-service has the image ghcr.io\/a\/model:latest/,
        at: `${pod}.volumes[0].image.reference`,
      },
    ],
    notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
    unknown: [
      {
        title: "an image from an output",
        edits: [unknown("Deployment", `${app}.image`)],
        because: `${container}.image`,
      },
      { title: "volumes from an output", edits: [unknown("Deployment", `${pod}.volumes`)], because: `${pod}.volumes` },
    ],
    configured: [
      {
        title: "a tag that this project moves",
        edits: [set("Deployment", `${app}.image`, "ghcr.io/a/b:candidate")],
        options: { settings: { "ALT-K8S-030": { mutableTags: ["candidate"] } } },
        outcome: "fail",
      },
      {
        title: "a tag that this project does not move",
        edits: [set("Deployment", `${app}.image`, "ghcr.io/a/b:lts")],
        options: { settings: { "ALT-K8S-030": { mutableTags: ["latest"] } } },
        outcome: "pass",
      },
    ],
  },
  "ALT-K8S-063": {
    pass: [
      {
        title: "the same labels in another namespace",
        edits: [copy("Deployment", "archive-service", set("Deployment", "metadata.namespace", "other"))],
      },
      {
        title: "an expression that matches",
        edits: [
          set("Deployment", "spec.selector", {
            matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: ["archive-service"] }],
          }),
        ],
      },
    ],
    fail: [
      {
        title: "a label that the pods do not have",
        edits: [set("Deployment", "spec.selector", { matchLabels: { app: "archive" } })],
        says: /has a selector that does not match its own pods/,
        at: "spec.selector",
      },
      {
        title: "a second controller with the same selector",
        edits: [copy("Deployment", "archive-worker")],
        says: /Deployment altlas\/archive-(service|worker) selects the pods of Deployment altlas\/archive-(service|worker) too/,
        at: "spec.selector",
        count: 2,
      },
      {
        title: "an empty selector",
        edits: [set("Deployment", "spec.selector", {})],
        says: /has an empty selector/,
        at: "spec.selector",
      },
      {
        title: "no selector",
        edits: [drop("Deployment", "spec.selector")],
        says: /has no selector/,
        at: "spec.selector",
      },
      {
        title: "an expression that excludes its own pods",
        edits: [
          set("Deployment", "spec.selector.matchExpressions", [
            { key: "app.kubernetes.io/name", operator: "DoesNotExist" },
          ]),
        ],
        says: /does not match its own pods/,
        at: "spec.selector",
      },
      {
        title: "an operator that there is not",
        edits: [set("Deployment", "spec.selector.matchExpressions", [{ key: "a", operator: "Equals", values: ["b"] }])],
        says: /has a property that is not In, NotIn, Exists or DoesNotExist/,
        at: "spec.selector.matchExpressions[0].operator",
      },
    ],
    notApplicable: [
      {
        title: "only a Job, which makes its own selector",
        edits: [without("Deployment"), add(job({ containers: [] }))],
      },
    ],
    unknown: [
      {
        title: "a selector from an output",
        edits: [set("Deployment", "spec.selector.matchLabels", { "app.kubernetes.io/name": UNKNOWN })],
        because: 'spec.selector.matchLabels["app.kubernetes.io/name"]',
      },
      {
        title: "another controller's labels from an output",
        edits: [copy("Deployment", "other", unknown("Deployment", "spec.template.metadata.labels"))],
        because: "spec.template.metadata.labels",
      },
    ],
  },
};
