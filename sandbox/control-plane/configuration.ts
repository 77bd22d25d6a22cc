import { USAGE_CONFIGURATION } from "./usage";

/** The API server's audit policy: who did what to which object, without the objects themselves. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
# The stage before the answer would double every line.
omitStages: [RequestReceived]
rules:
  # Heartbeats and the components' own watching are most of the traffic and say nothing.
  - level: None
    resources:
      - group: coordination.k8s.io
        resources: [leases]
      - group: ""
        resources: [events, nodes/status, pods/status]
      - group: events.k8s.io
        resources: [events]
  - level: None
    users: ["system:apiserver", "altlas:kwok", "altlas:agent"]
    verbs: [get, list, watch]
  - level: None
    users: ["system:kube-controller-manager", "system:kube-scheduler"]
    verbs: [get, list, watch]
  - level: None
    userGroups: ["system:serviceaccounts:kube-system"]
    verbs: [get, list, watch]
  - level: None
    nonResourceURLs: ["/readyz*", "/healthz*", "/livez*", "/version", "/openapi*", "/api", "/apis*"]
  - level: Metadata
`;

/** How long the simulated containers of a Job work, in milliseconds: long enough to be seen running. */
const JOB_DURATION = 1000;
/**
 * How long a simulated container takes to stop, in milliseconds: long enough for controllers to
 * see the pod terminating, as on a real node, and within any grace period of a second or more.
 */
const STOP_DURATION = 1000;

const containerStatus = `- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  restartCount: 0`;

function indent(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, " ".repeat(by));
}

const terminated = `ready: false
started: false
state:
  terminated:
    exitCode: 0
    reason: Completed
    startedAt: {{ $now | Quote }}
    finishedAt: {{ $now | Quote }}`;

const running = `ready: true
started: true
state:
  running:
    startedAt: {{ $now | Quote }}`;

/** Status of a pod whose init containers have ended and whose containers and sidecars run and are ready. */
const POD_RUNNING = `{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
conditions:
{{ range $type := list "PodReadyToStartContainers" "Initialized" "ContainersReady" "Ready" }}
- type: {{ $type | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
{{ range .spec.readinessGates }}
- type: {{ .conditionType | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
${containerStatus}
{{ if eq ( or .restartPolicy "" ) "Always" }}
${indent(running, 2)}
{{ else }}
${indent(terminated, 2).replace("ready: false", "ready: true")}
{{ end }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
${containerStatus}
${indent(running, 2)}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) .metadata.uid .metadata.name .metadata.namespace }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
`;

/** Status of a pod whose containers have ended: a Job's, whose sidecars are stopped then, or one that is deleted. */
const POD_SUCCEEDED = `{{ $now := Now }}
phase: Succeeded
conditions:
{{ range $type := list "ContainersReady" "Ready" }}
- type: {{ $type | Quote }}
  status: "False"
  reason: PodCompleted
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
initContainerStatuses:
{{ range .spec.initContainers }}
${containerStatus}
${indent(terminated, 2)}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
${containerStatus}
${indent(terminated, 2)}
{{ end }}
`;

/** A node's conditions as of now; addresses, capacity and node information are set when it is created. */
const NODE_READY = `{{ $now := Now }}
{{ $since := or .metadata.creationTimestamp $now }}
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $since | Quote }}
{{ end }}
phase: Running
`;

interface Requirement {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: readonly string[];
}

function stage(
  name: string,
  kind: "Node" | "Pod",
  delay: object | undefined,
  selector: Requirement[],
  next: object,
): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions: selector }, delay, next },
  };
}

/** After an outage the node controller has marked the pods of silent nodes "not ready"; a kubelet that is back corrects it. */
const POD_READY_AGAIN = `{{ $now := Now }}
conditions:
- type: Ready
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
`;

const IS_READY = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const notDeleted: Requirement = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };
const deleted: Requirement = { key: ".metadata.deletionTimestamp", operator: "Exists" };

function phaseIs(phase: string): Requirement {
  return { key: ".status.phase", operator: "In", values: [phase] };
}

/** What kwok plays on the simulated nodes: the states a kubelet would report, without running anything. */
const STAGES: readonly object[] = [
  stage("node-initialize", "Node", undefined, [{ key: IS_READY, operator: "NotIn", values: ["True"] }], {
    statusTemplate: NODE_READY,
  }),
  // Leases carry the heartbeat; the conditions are refreshed as seldom as a kubelet does.
  stage(
    "node-heartbeat",
    "Node",
    { durationMilliseconds: 300_000, jitterDurationMilliseconds: 330_000 },
    [phaseIs("Running"), { key: IS_READY, operator: "In", values: ["True"] }],
    { statusTemplate: NODE_READY },
  ),
  stage("pod-run", "Pod", undefined, [notDeleted, phaseIs("Pending")], { statusTemplate: POD_RUNNING }),
  stage(
    "pod-ready-again",
    "Pod",
    { durationMilliseconds: 1000 },
    [notDeleted, phaseIs("Running"), { key: IS_READY, operator: "In", values: ["False"] }],
    { statusTemplate: POD_READY_AGAIN },
  ),
  stage(
    "pod-complete",
    "Pod",
    { durationMilliseconds: JOB_DURATION },
    [notDeleted, phaseIs("Running"), { key: ".metadata.ownerReferences.[].kind", operator: "In", values: ["Job"] }],
    { statusTemplate: POD_SUCCEEDED },
  ),
  // As a kubelet does: the containers end first. A claim that was made for the pod alone is let go then, and not before;
  // deleted with its owner in the foreground, pod and claim would otherwise wait for each other for ever.
  stage(
    "pod-stop",
    "Pod",
    { durationMilliseconds: STOP_DURATION },
    [deleted, { key: ".status.phase", operator: "NotIn", values: ["Succeeded", "Failed"] }],
    { statusTemplate: POD_SUCCEEDED },
  ),
  // Finalizers are the API server's business: the object stays until they are gone.
  stage(
    "pod-delete",
    "Pod",
    undefined,
    [deleted, { key: ".status.phase", operator: "In", values: ["Succeeded", "Failed"] }],
    { delete: true },
  ),
];

/** kwok's configuration file: documents of JSON, which is YAML. */
export function kwokConfiguration(usage: boolean): string {
  const documents = [...STAGES, ...(usage ? USAGE_CONFIGURATION : [])];
  return documents.map((document) => `---\n${JSON.stringify(document, undefined, 2)}\n`).join("");
}
