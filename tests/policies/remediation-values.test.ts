import { describe, expect, test } from "vitest";
import { UNKNOWN } from "../../policies/field";
import { rules } from "../../policies/rules";
import { resolveRuleSettings } from "../../policies/settings";
import { type Manifest } from "./fixtures";

const ours = "ghcr.io/krozenking/alt-las-archive-service:1.4.2";
const foreign = "docker.io/library/valkey:8.1";
const windows = { os: { name: "windows" } };

const deployment = (spec: Manifest, metadata: Manifest = { name: "web" }, ofPods: Manifest = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: { template: { ...ofPods, spec } },
});
const context = (securityContext: unknown, rest: Manifest = {}) => ({ name: "app", securityContext, ...rest });
const namespace = (metadata: Manifest): Manifest => ({ apiVersion: "v1", kind: "Namespace", metadata });
const nameLabel = "kubernetes.io/metadata.name";
const enforced = { "pod-security.kubernetes.io/enforce": "restricted" };

interface Mending {
  readonly title: string;
  readonly before: Manifest;
  /** Absent: nothing is changed. */
  readonly after?: Manifest;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What each rule makes of a resource: all that is unsaid, and nothing that somebody said. */
const mendings: Readonly<Record<string, readonly Mending[]>> = {
  "ALT-K8S-020": [
    {
      title: "says it once for the pod, and gives our image a user",
      before: deployment({ initContainers: [{ image: foreign }], containers: [{ image: ours }] }),
      after: deployment({
        initContainers: [{ image: foreign }],
        containers: [{ image: ours, securityContext: { runAsUser: 10_000 } }],
        securityContext: { runAsNonRoot: true },
      }),
    },
    {
      title: "keeps a user that the pod has",
      before: deployment({ containers: [{ image: ours }], securityContext: { runAsUser: 20_000 } }),
      after: deployment({ containers: [{ image: ours }], securityContext: { runAsUser: 20_000, runAsNonRoot: true } }),
    },
    {
      title: "does not keep from starting what was told to be root",
      before: deployment({ containers: [context({ runAsUser: 0 }, { image: foreign })] }),
    },
    {
      title: "nor what its pod told so",
      before: deployment({ containers: [{ image: foreign }], securityContext: { runAsUser: 0 } }),
    },
    {
      title: "leaves what was decided otherwise",
      before: deployment({ containers: [{ image: foreign }], securityContext: { runAsNonRoot: false } }),
    },
    {
      title: "does not guess whose an unknown image is",
      before: deployment({ containers: [{ image: UNKNOWN }], securityContext: { runAsNonRoot: true } }),
    },
    { title: "leaves Windows", before: deployment({ ...windows, containers: [{ image: ours }] }) },
  ],
  "ALT-K8S-021": [
    {
      title: "says it once for the pod",
      before: deployment({ containers: [{ name: "app" }], securityContext: null }),
      after: deployment({
        containers: [{ name: "app" }],
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      }),
    },
    {
      title: "leaves containers that say it themselves",
      before: deployment({ containers: [context({ seccompProfile: { type: "Localhost", localhostProfile: "a" } })] }),
    },
    {
      title: "leaves a pod that was decided otherwise",
      before: deployment({
        containers: [{ name: "app" }],
        securityContext: { seccompProfile: { type: "Unconfined" } },
      }),
    },
    { title: "leaves what may be said already", before: deployment({ containers: [context(UNKNOWN)] }) },
    { title: "leaves Windows", before: deployment({ ...windows, containers: [{ name: "app" }] }) },
    {
      title: "leaves what may be Windows",
      before: deployment({ os: { name: UNKNOWN }, containers: [{ name: "app" }] }),
    },
  ],
  "ALT-K8S-022": [
    {
      title: "says it for each container that does not",
      before: deployment({ initContainers: [{}], containers: [context({ readOnlyRootFilesystem: false })] }),
      after: deployment({
        initContainers: [{ securityContext: { readOnlyRootFilesystem: true } }],
        containers: [context({ readOnlyRootFilesystem: false })],
      }),
    },
    {
      title: "leaves what is not known",
      before: deployment({ containers: [context(UNKNOWN), context({ readOnlyRootFilesystem: UNKNOWN })] }),
    },
  ],
  "ALT-K8S-023": [
    {
      title: "says both",
      before: deployment({ containers: [{ name: "app" }] }),
      after: deployment({
        containers: [context({ allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } })],
      }),
    },
    {
      title: "keeps what is added and dropped by choice",
      before: deployment({ containers: [context({ capabilities: { add: ["NET_BIND_SERVICE"], drop: ["NET_RAW"] } })] }),
      after: deployment({
        containers: [
          context({
            capabilities: { add: ["NET_BIND_SERVICE"], drop: ["NET_RAW"] },
            allowPrivilegeEscalation: false,
          }),
        ],
      }),
    },
    {
      title: "forbids escalation where privileges were refused",
      before: deployment({ containers: [context({ privileged: false, capabilities: { drop: ["ALL"] } })] }),
      after: deployment({
        containers: [context({ privileged: false, capabilities: { drop: ["ALL"] }, allowPrivilegeEscalation: false })],
      }),
    },
    { title: "leaves Windows", before: deployment({ ...windows, containers: [{ name: "app" }] }) },
    ...[
      { privileged: true },
      { privileged: UNKNOWN },
      ...["SYS_ADMIN", "CAP_SYS_ADMIN", UNKNOWN].map((name) => ({ capabilities: { add: [name], drop: ["ALL"] } })),
    ].map((securityContext) => ({
      title: `makes nothing that the API server refuses: ${JSON.stringify(securityContext)}`,
      before: deployment({ containers: [context({ capabilities: { drop: ["ALL"] }, ...securityContext })] }),
    })),
  ],
  "ALT-K8S-025": [
    {
      title: "switches the token off, and invents no account",
      before: deployment({ containers: [] }),
      after: deployment({ containers: [], automountServiceAccountToken: false }),
    },
    { title: "leaves what was decided", before: deployment({ automountServiceAccountToken: true }) },
    {
      title: "leaves workloads that are declared",
      before: deployment({ containers: [] }, { name: "agent", namespace: "observability" }),
      settings: {
        tokenUsers: [{ workload: "*/observability/agent", reason: "It watches the pods of every namespace." }],
      },
    },
    {
      title: "leaves what may be declared",
      before: deployment({ containers: [] }, { name: UNKNOWN }),
      settings: { tokenUsers: [{ workload: "agent", reason: "It watches the pods of every namespace." }] },
    },
  ],
  "ALT-K8S-050": [
    {
      title: "closes a namespace, and does not decide on its mesh",
      before: namespace({ name: "shop" }),
      after: namespace({ name: "shop", labels: enforced }),
    },
    {
      title: "keeps a level that somebody chose",
      before: namespace({ name: "shop", labels: { "pod-security.kubernetes.io/enforce": "baseline" } }),
    },
    { title: "leaves Kubernetes' own", before: namespace({ name: "kube-system" }) },
    {
      title: "leaves one that may admit privileged pods",
      before: namespace({ name: "agents" }),
      settings: { privilegedNamespaces: ["agents"] },
    },
    { title: "leaves labels that are not known", before: namespace({ name: "shop", labels: UNKNOWN }) },
    { title: "puts no object into a namespace", before: deployment({}) },
  ],
  "ALT-K8S-051": [
    {
      title: "derives name, instance and version, and gives the pods what their maker has",
      before: deployment(
        { containers: [{ image: ours }] },
        { name: "web", labels: { "app.kubernetes.io/part-of": "shop" } },
      ),
      after: deployment(
        { containers: [{ image: ours }] },
        { name: "web", labels: { ...labels("web", "1.4.2"), "app.kubernetes.io/part-of": "shop" } },
        { metadata: { labels: { ...labels("web", "1.4.2"), "app.kubernetes.io/part-of": "shop" } } },
      ),
    },
    {
      title: "does not guess which of two containers is the application",
      before: deployment({ containers: [{ image: ours }, { image: foreign }] }, { name: "web", labels: {} }),
      after: deployment(
        { containers: [{ image: ours }, { image: foreign }] },
        { name: "web", labels: labels("web") },
        { metadata: { labels: labels("web") } },
      ),
    },
    {
      title: "hands no unknown value on",
      before: deployment(
        {},
        { name: UNKNOWN, labels: { ...labels("web", "1"), "app.kubernetes.io/version": UNKNOWN } },
      ),
      after: deployment(
        {},
        { name: UNKNOWN, labels: { ...labels("web", "1"), "app.kubernetes.io/version": UNKNOWN } },
        { metadata: { labels: labels("web") } },
      ),
    },
    {
      title: "says of our own objects who manages them, and nothing that only people know",
      before: namespace({ name: "altlas", labels: { "app.kubernetes.io/part-of": "altlas" } }),
      after: namespace({
        name: "altlas",
        labels: { "app.kubernetes.io/part-of": "altlas", "app.kubernetes.io/managed-by": "pulumi" },
      }),
    },
    { title: "leaves a name that no label may have", before: namespace({ name: "a".repeat(64) }) },
  ],
  "ALT-NET-006": [
    {
      title: "puts the built-in label in the place of a copy, in both directions and forms",
      before: from({ matchLabels: { name: "shop", team: "a" } }, { matchExpressions: [among("name", "a", "b")] }),
      after: from(
        { matchLabels: { [nameLabel]: "shop", team: "a" } },
        { matchExpressions: [among(nameLabel, "a", "b")] },
      ),
    },
    {
      title: "drops a copy that says what the built-in label says",
      before: from({ matchLabels: { name: "shop", [nameLabel]: "shop" } }),
      after: from({ matchLabels: { [nameLabel]: "shop" } }),
    },
    {
      title: "takes what the stack calls a copy, and no other label",
      settings: { copies: ["namespace"] },
      before: from({ matchLabels: { namespace: "shop" } }, { matchLabels: { name: "shop" } }),
      after: from({ matchLabels: { [nameLabel]: "shop" } }, { matchLabels: { name: "shop" } }),
    },
    { title: "leaves two names of one namespace", before: from({ matchLabels: { name: "a", [nameLabel]: "b" } }) },
    { title: "leaves an unknown name", before: from({ matchLabels: { name: UNKNOWN } }) },
    {
      title: "leaves the question whether there is a copy at all",
      before: from({ matchExpressions: [{ key: "name", operator: "Exists" }] }),
    },
    {
      title: "leaves labels of pods",
      before: { ...from({}), spec: { podSelector: { matchLabels: { name: "a" } } } },
    },
    {
      title: "leaves other kinds",
      before: { ...from({ matchLabels: { name: "shop" } }), kind: "CiliumNetworkPolicy" },
    },
  ],
};

/** A policy that lets namespaces in, and pods out to other ones. */
function from(namespaceSelector: Manifest, out: Manifest = {}): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "web" },
    spec: { ingress: [{ from: [{ namespaceSelector }] }], egress: [{ to: [{ namespaceSelector: out }] }] },
  };
}

function among(key: string, ...values: string[]): Manifest {
  return { key, operator: "In", values };
}

function labels(name: string, version?: string): Record<string, unknown> {
  return {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": name,
    ...(version !== undefined && { "app.kubernetes.io/version": version }),
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

describe.each(Object.entries(mendings))("what %s mends", (id, cases) => {
  test.each(cases)("$title", ({ before, after, settings = {} }) => {
    const rule = rules.find((each) => each.id === id)!;
    const resolved = resolveRuleSettings(rule.settings ? { [id]: settings } : {}, rules).get(id);
    expect(rule.remediate!(before, resolved)).toEqual(after);
  });
});
