import { z } from "zod";
import { anyKnown, type Field } from "../field";
import { type Graph } from "../graph/graph";
import { type Direction, peersOf, rulesOf, type ServerPort } from "../graph/network";
import { type KubernetesObject } from "../graph/object";
import {
  declaredPorts,
  describeSelector,
  type KnownPods,
  namedNamespaces,
  namespacesHere,
  portIsAmong,
  selectedKnown,
  selectedNamespaces,
  selectedWorkloads,
  selectsAll,
} from "../graph/policy-pods";
import { type Matches } from "../graph/selection";
import { objects } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { deployment, object } from "./examples";

const knownPods = z.strictObject({
  namespace: z.string().min(1),
  labels: z.record(z.string(), z.string()),
  ports: z
    .array(
      z.strictObject({
        number: z.int().min(1).max(65_535),
        protocol: z.enum(["TCP", "UDP", "SCTP"]).default("TCP"),
        name: z.string().optional(),
      }),
    )
    .default([]),
});

const settings = z.strictObject({
  clusterPods: z
    .array(knownPods)
    .default([
      {
        // As kubeadm, kind, EKS and GKE all label and number them: the Service kube-dns of each.
        namespace: "kube-system",
        labels: { "k8s-app": "kube-dns" },
        ports: [
          { number: 53, protocol: "UDP", name: "dns" },
          { number: 53, protocol: "TCP", name: "dns-tcp" },
        ],
      },
    ])
    .describe("pods of the cluster itself"),
  otherPods: z
    .array(knownPods)
    .default([])
    .describe("further pods that no object of the stack makes: an operator's, another stack's"),
  closedNamespaces: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "namespaces whose policies may only name peers of the stack, the cluster and otherPods; the policies of others may " +
        "also name peers in namespaces of which nothing is here",
    ),
});
type Settings = z.infer<typeof settings>;

const policy = (from: string, port: number) =>
  object("networking.k8s.io/v1", "NetworkPolicy", "from-gateway", {
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": from } } }], ports: [{ port }] }],
    },
  });
const archive = deployment({ ports: [{ name: "http", containerPort: 9000 }] });
const gateway = object("apps/v1", "Deployment", "api-gateway", {
  spec: { template: { metadata: { labels: { "app.kubernetes.io/name": "api-gateway" } }, spec: { containers: [] } } },
});

export const rule = defineRule<Settings>({
  id: "ALT-NET-003",
  slug: "kubernetes-network-policy-selects-existing-pods",
  title: "Network policies select pods that exist, name peers that exist, and open ports that those declare",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "The API server takes any selector. One that means nothing protects nothing, or cuts a connection that everybody thinks " +
    "is open; it is found in an outage, and the usual answer then is a policy that allows everything.",
  fix: "Correct the labels, the namespace or the port; remove the policy or peer when what it meant is gone.",
  planSteps: ["2.2.4"],
  peers: [
    "kube-score networkpolicy-targets-pod",
    "kube-linter dangling-networkpolicy, dangling-networkpolicypeer-podselector",
    "kubescape C-0299",
  ],
  settings,
  examples: {
    pass: { title: "both ends are there, and the port", manifests: [archive, gateway, policy("api-gateway", 9000)] },
    fail: {
      title: "a peer with a typing error, and a port that nobody declares",
      manifests: [archive, gateway, policy("api-gatway", 9001)],
    },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "NetworkPolicy"),
      function* (policy, { graph, settings: options }) {
        const world: World = { graph, options, here: namespacesHere(graph) };
        return yield* aspects(
          () => checkSubject(policy, world),
          ...(["Ingress", "Egress"] as const).map((direction) => () => checkRules(policy, direction, world)),
        );
      },
    ),
  ],
});

interface World {
  readonly graph: Graph;
  readonly options: Settings;
  readonly here: ReadonlySet<string>;
}

/** Pods that a selector means. Known ones count only where the stack itself has none of them. */
interface Meant {
  readonly workloads: Matches<Workload>;
  readonly known: readonly KnownPods[];
}

function* checkSubject(policy: KubernetesObject, world: World): Generator<Failure> {
  const selector = policy.spec.at("podSelector");
  if (selectsAll(selector) || exist(meant(selector, [policy.namespace], world))) return;
  yield {
    problem: `selects no pod of namespace ${policy.namespace}: none has ${describeSelector(selector)}`,
    path: selector.path,
    fix: "correct the labels, or remove the policy",
  };
}

function checkRules(policy: KubernetesObject, direction: Direction, world: World): Generator<Failure, undefined> {
  return each(rulesOf(policy, direction), (rule) =>
    aspects(
      () => each(peersOf(rule, direction) ?? [], (peer) => checkPeer(peer, policy, world)),
      () => checkPorts(rule, direction, policy, world),
    ),
  );
}

function* checkPeer(peer: Field, policy: KubernetesObject, world: World): Generator<Failure> {
  if (peer.at("ipBlock").exists || leadsOutside(peer, policy, world)) return;
  const [namespaces, pods] = [peer.at("namespaceSelector"), peer.at("podSelector")];
  const among = peerNamespaces(peer, policy, world);
  if (among.length === 0) {
    const problem = `names a peer in a namespace that there is not: ${describeSelector(namespaces) || "any"}`;
    yield { problem, path: namespaces.path, fix: "correct the namespace, or remove the peer" };
  } else if (!selectsAll(pods) && !exist(meant(pods, among, world))) {
    const where = among.length === 1 ? `namespace ${among[0] ?? ""}` : `${among.length} namespaces`;
    const problem = `names a peer that there is not: no pod of ${where} has ${describeSelector(pods)}`;
    yield { problem, path: pods.path, fix: "correct the labels, or remove the peer" };
  }
}

/** Of what enters, a port must be one of the policy's own pods; of what leaves, one of the peers'. */
function* checkPorts(
  rule: Field,
  direction: Direction,
  policy: KubernetesObject,
  world: World,
): Generator<Failure, undefined> {
  const servers =
    direction === "Ingress"
      ? [meant(policy.spec.at("podSelector"), [policy.namespace], world)]
      : peerServers(rule, policy, world);
  // A port of somebody who is not here is not ours to know, nor is one of nobody, who was reported already.
  if (servers === undefined || !anyKnown(servers, exist)) return undefined;
  return yield* each(rule.at("ports").items(), function* (port) {
    if (servers.some(({ known }) => known.some(({ ports }) => portIsAmong(port, ports)))) return;
    const answers = (workload: Workload) => portIsAmong(port, declaredPorts(workload, world.graph));
    if (anyKnown(servers, ({ workloads }) => anyKnown(workloads.certain, answers))) return;
    for (const { workloads } of servers) workloads.all();
    const whose = direction === "Ingress" ? "none of its pods declares" : "none of the pods that it names declares";
    const wanted = `${port.at("protocol").text() ?? "TCP"} port ${describePort(port)}`;
    yield {
      problem: `allows ${direction.toLowerCase()} on ${wanted}, which ${whose}, only ${portsOf(servers, world)}`,
      path: port.at("port").path,
      fix: "use a port of theirs, or declare it on the container that listens there",
    };
  });
}

/** The pods of all peers of a rule; `undefined` when some are not for us to know. */
function peerServers(rule: Field, policy: KubernetesObject, world: World): readonly Meant[] | undefined {
  const peers = peersOf(rule, "Egress");
  if (!peers || peers.some((peer) => peer.at("ipBlock").exists || leadsOutside(peer, policy, world))) return undefined;
  return peers.map((peer) => meant(peer.at("podSelector"), peerNamespaces(peer, policy, world), world));
}

function peerNamespaces(peer: Field, policy: KubernetesObject, { graph, options, here }: World): readonly string[] {
  const selector = peer.at("namespaceSelector");
  if (!selector.exists) return [policy.namespace];
  const all = new Set([...here, ...knownOf(options).map(({ namespace }) => namespace)]);
  return selectedNamespaces(selector, all, graph);
}

/** Whether a peer may be in a namespace of which the sources show nothing. */
function leadsOutside(peer: Field, policy: KubernetesObject, { graph, options, here }: World): boolean {
  const selector = peer.at("namespaceSelector");
  if (!selector.exists || options.closedNamespaces.includes(policy.namespace)) return false;
  const names = namedNamespaces(selector);
  if (names) return !names.every((name) => here.has(name));
  // A label that none of the namespaces here has may be one of others.
  return selectsAll(selector) || selectedNamespaces(selector, here, graph).length === 0;
}

function meant(selector: Field, namespaces: readonly string[], { graph, options }: World): Meant {
  const workloads = selectedWorkloads(selector, namespaces, graph);
  return {
    workloads,
    known: workloads.certain.length > 0 ? [] : selectedKnown(selector, namespaces, knownOf(options)),
  };
}

function knownOf({ clusterPods, otherPods }: Settings): readonly KnownPods[] {
  return [...clusterPods, ...otherPods];
}

/** Whether there are such pods. @throws UnknownValue when that cannot be told. */
function exist({ workloads, known }: Meant): boolean {
  return known.length > 0 || workloads.any();
}

function describePort(port: Field): string {
  const last = port.at("endPort").number();
  return `${port.at("port").numberOrText() ?? ""}${last === undefined ? "" : ` to ${last}`}`;
}

/** What there is instead, so that the reader need not look it up. */
function portsOf(servers: readonly Meant[], { graph }: World): string {
  const found = servers.flatMap(({ workloads, known }): readonly ServerPort[] => [
    ...workloads.certain.flatMap((workload) => declaredPorts(workload, graph)),
    ...known.flatMap(({ ports }) => ports),
  ]);
  const texts = found.map(({ number, protocol, name }) => `${number}/${protocol}${name ? ` (${name})` : ""}`);
  return [...new Set(texts)].sort().slice(0, 5).join(", ") || "none";
}
