import { z } from "zod";
import { anyKnown, UnknownValue } from "../field";
import { type Graph } from "../graph/graph";
import { type Direction, isolates, peersOf, policiesIn, rulesOf, selectsEveryPod } from "../graph/network";
import { type KubernetesObject } from "../graph/object";
import { attempt } from "../graph/selection";
import { aspects, defineRule, type Failure, part, type Subject } from "../rule";
import { deployment, object } from "./examples";

const settings = z.strictObject({
  excludedNamespaces: z
    .array(z.string())
    .default(["kube-node-lease", "kube-public", "kube-system"])
    .describe("namespaces that are not the stack's to close"),
});
type Settings = z.infer<typeof settings>;

const denyAll = object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", {
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
});

export const rule = defineRule<Settings>({
  id: "ALT-NET-001",
  slug: "kubernetes-namespace-requires-default-deny",
  title: "Every namespace denies all traffic by default, in both directions",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A pod that no policy selects talks to everybody: one taken-over container reaches every database, and the " +
    "metadata service of its node. Policies only add up, so a single one that allows everything undoes all others.",
  fix: "Add a NetworkPolicy with an empty podSelector, policyTypes [Ingress, Egress] and no rules.",
  planSteps: ["2.2.4"],
  peers: ["kyverno add-network-policy", "kubescape C-0206, C-0260"],
  settings,
  examples: {
    pass: { title: "nothing in, nothing out", manifests: [deployment({}), denyAll] },
    fail: {
      title: "only what enters is denied",
      manifests: [
        deployment({}),
        object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", { spec: { podSelector: {} } }),
      ],
    },
  },
  parts: [
    part(
      ({ graph, settings: { excludedNamespaces } }) => namespaces(graph, excludedNamespaces),
      function* (name, { graph }) {
        return yield* aspects(
          () => checkDirection(name, "Ingress", graph),
          () => checkDirection(name, "Egress", graph),
        );
      },
    ),
  ],
});

/** The stack's namespaces, and those that its pods are in; a pod whose namespace is unknown stands for its own. */
function namespaces(graph: Graph, excluded: readonly string[]): Subject<string>[] {
  const found = new Map<string, KubernetesObject>();
  const undecided: Subject<string>[] = [];
  const add = (object: KubernetesObject, read: () => string) => {
    const name = attempt(read);
    if (name instanceof UnknownValue) {
      const { resource, identity } = object;
      undecided.push({ resource, identity, part: "namespace", read });
    } else if (name !== undefined && !excluded.includes(name)) found.set(name, object);
  };
  // The Namespace comes last, so that it stands for itself where it is there.
  for (const { object } of graph.workloads) add(object, () => object.namespace);
  for (const object of graph.ofKind("Namespace")) add(object, () => object.name);
  const known = [...found].map(([name, { resource }]) => ({
    resource,
    identity: { kind: "Namespace", name },
    read: () => name,
  }));
  return [...known, ...undecided];
}

function* checkDirection(namespace: string, direction: Direction, graph: Graph): Generator<Failure> {
  const here = (policy: KubernetesObject) => policy.namespace === namespace && isolates(policy, direction);
  const policies = policiesIn(namespace, graph);
  const way = direction.toLowerCase();
  if (!anyKnown(policies, (policy) => here(policy) && selectsEveryPod(policy))) {
    const fix = `add a NetworkPolicy with an empty podSelector and policyTypes [${direction}]`;
    yield { problem: `has no policy that denies ${way} of every pod by default`, path: "", fix };
  }
  for (const policy of policies) {
    const isOpen = () =>
      here(policy) && selectsEveryPod(policy) && rulesOf(policy, direction).some((rule) => allowsAll(rule, direction));
    if (attempt(isOpen) !== true) continue;
    const problem = `allows all ${way} of every pod by the policy ${policy.identity.name}`;
    yield { problem, path: "", fix: "remove that policy's rule without peers and ports" };
  }
}

function allowsAll(rule: Parameters<typeof peersOf>[0], direction: Direction): boolean {
  return peersOf(rule, direction) === undefined && rule.at("ports").items().length === 0;
}
