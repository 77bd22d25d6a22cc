import { z } from "zod";
import { type Agreement, type UnexpectedConnection } from "../../model/connectivity/agreement";
import { type DeclaredConnectivity, type DeclaredEdge } from "../../model/connectivity/platform-network";
import { type PortRange } from "../../model/connectivity/ports";
import { type DeclaredNetwork, tryDeclared } from "../graph/declared-network";
import { type Graph } from "../graph/graph";
import { type KubernetesObject } from "../graph/object";
import { defineRule, type Failure, NotApplicable, part, type RuleContext, type Subject } from "../rule";
import { deployment, object } from "./examples";

const name = z.string().min(1);
const concern = z.enum(["services", "data", "messaging", "observability", "ingress"]);
const declared = z.strictObject({
  namespaces: z.record(concern, name),
  endpoints: z.array(
    z.discriminatedUnion("kind", [
      z.looseObject({ kind: z.literal("service"), name, concern: z.literal("services") }),
      z.looseObject({ kind: z.literal("component"), name, concern, podLabels: z.record(z.string(), z.string()) }),
      z.looseObject({ kind: z.literal("external"), name, cidrs: z.array(name), why: z.string().default("") }),
    ]),
  ),
  edges: z.array(
    z.looseObject({
      from: name,
      to: name,
      port: z.int().min(1).max(65_535),
      protocol: z.enum(["TCP", "UDP"]).default("TCP"),
      purpose: z.string().default(""),
    }),
  ),
});

const settings = z.strictObject({
  declared: declared
    .optional()
    .describe(
      "who may talk to whom: ends, edges between them, and the namespace of each concern; absent: nobody has said",
    ),
});
type Settings = z.infer<typeof settings>;

const app = (service: string) => {
  const labels = { "app.kubernetes.io/name": service };
  return {
    ...deployment({}),
    metadata: { name: service, namespace: "altlas-apps" },
    spec: { template: { metadata: { labels } } },
  };
};
const pods = (service: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": service } } });
const policies = (port: number) => [
  object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", {
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", "gateway-to-archive", {
    spec: { ...pods("gateway"), policyTypes: ["Egress"], egress: [{ to: [pods("archive")], ports: [{ port }] }] },
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", "archive-from-gateway", {
    spec: { ...pods("archive"), policyTypes: ["Ingress"], ingress: [{ from: [pods("gateway")], ports: [{ port }] }] },
  }),
];
const example = {
  declared: {
    namespaces: {
      services: "altlas-apps",
      data: "altlas-data",
      messaging: "altlas-messaging",
      observability: "altlas-observability",
      ingress: "altlas-ingress",
    },
    endpoints: [
      { kind: "service", name: "gateway", concern: "services" },
      { kind: "service", name: "archive", concern: "services" },
    ],
    edges: [{ from: "gateway", to: "archive", port: 9000 }],
  },
};

export const rule = defineRule<Settings>({
  id: "ALT-NET-004",
  slug: "kubernetes-network-policies-equal-declared-edges",
  title: "Network policies let pass exactly what is declared: every edge, and nothing else",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "Policies add up across files, so no single one shows what is open. A connection that nobody declared is a way for an " +
    "intruder that no review has seen; a declared one that is closed is an outage at the first call.",
  fix: "Change the policies, or declare the edge; npm run report -- connectivity shows both.",
  planSteps: ["2.1.4", "2.2.4"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "one edge, and a policy for it at each end",
      manifests: [app("gateway"), app("archive"), ...policies(9000)],
      settings: example,
    },
    fail: {
      title: "the policies open another port than the edge's",
      manifests: [app("gateway"), app("archive"), ...policies(9001)],
      settings: example,
    },
  },
  parts: [
    part(
      (context: RuleContext<Settings>) => edgeSubjects(context),
      function* ({ network, edge }) {
        const { agreement, missing, doubt } = network;
        if (!agreement) return new NotApplicable(partly(missing));
        const verdict = agreement.edges.find((each) => each.edge === edge);
        if (!verdict || verdict.allowed) return undefined;
        if (doubt) throw doubt;
        const why = sides(verdict.explanation).filter((side) => !side.includes("is allowed"));
        yield {
          problem: `is declared and does not pass: ${why.join(", ")}`,
          path: "",
          fix: "allow it in a policy at each end, or remove the edge",
        };
        return undefined;
      },
    ),
    part(
      (context: RuleContext<Settings>) => namespaceSubjects(context),
      function* ({ network, namespace, declaration }) {
        const { agreement, missing, doubt, refused } = network;
        if (!agreement) return new NotApplicable(partly(missing));
        for (const { policy, problems } of refused.filter(({ policy: each }) => each.namespace === namespace)) {
          const problem = `has the policy ${policy.name}, which the API server refuses: ${problems[0]?.why ?? ""}`;
          yield { problem: problem.replace(/\.$/, ""), path: problems[0]?.setting ?? "", fix: "correct it" };
        }
        yield* undeclared(agreement, (end) => network.namespaces.get(end), namespace, declaration);
        if (doubt) throw doubt;
        return undefined;
      },
    ),
  ],
});

function partly(missing: string | undefined): string {
  return `Only a part of what is declared is here: there is no ${missing ?? "service"}.`;
}

/** The simulation takes longer than all else, so all subjects of a run share one. */
const tried = new WeakMap<RuleContext<Settings>, () => DeclaredNetwork>();

/** What the policies do; what is unknown is thrown at everybody who asks. */
function networkOf(context: RuleContext<Settings>, declaration: DeclaredConnectivity): () => DeclaredNetwork {
  const known = tried.get(context);
  if (known) return known;
  let outcome: { readonly network: DeclaredNetwork } | { readonly error: unknown } | undefined;
  const read = () => {
    if (!outcome) {
      try {
        outcome = { network: tryDeclared(context.graph, declaration) };
      } catch (error) {
        outcome = { error };
      }
    }
    if ("error" in outcome) throw outcome.error;
    return outcome.network;
  };
  tried.set(context, read);
  return read;
}

interface EdgeCase {
  readonly network: DeclaredNetwork;
  readonly edge: DeclaredEdge;
}

/** The declared edges, each as a part of the namespace of its end in the cluster. */
function edgeSubjects(context: RuleContext<Settings>): Subject<EdgeCase>[] {
  const declaration = declarationOf(context);
  if (!declaration) return [];
  const read = networkOf(context, declaration);
  return declaration.edges.flatMap((edge) => {
    const holder = holderOf(namespaceOf(edge.from, declaration) ?? namespaceOf(edge.to, declaration), context.graph);
    if (!holder) return [];
    const label = `edge ${edge.from} to ${edge.to}:${edge.port}/${edge.protocol}`;
    return [{ ...holder, part: label, read: () => ({ network: read(), edge }) }];
  });
}

interface NamespaceCase {
  readonly network: DeclaredNetwork;
  readonly namespace: string;
  readonly declaration: DeclaredConnectivity;
}

function namespaceSubjects(context: RuleContext<Settings>): Subject<NamespaceCase>[] {
  const declaration = declarationOf(context);
  if (!declaration) return [];
  const read = networkOf(context, declaration);
  return Object.values(declaration.namespaces).flatMap((namespace) => {
    const holder = holderOf(namespace, context.graph);
    return holder ? [{ ...holder, read: () => ({ network: read(), namespace, declaration }) }] : [];
  });
}

function declarationOf({ settings: given }: RuleContext<Settings>): DeclaredConnectivity | undefined {
  return given.declared;
}

function namespaceOf(end: string, { endpoints, namespaces }: DeclaredConnectivity): string | undefined {
  const endpoint = endpoints.find((each) => each.name === end);
  return endpoint && endpoint.kind !== "external" ? namespaces[endpoint.concern] : undefined;
}

/** The namespace as a subject; where its object is not here, on the first object that is in it. */
function holderOf(namespace: string | undefined, graph: Graph): Omit<Subject<never>, "read"> | undefined {
  if (namespace === undefined) return undefined;
  const isIn = ({ identity }: KubernetesObject) => identity.namespace === namespace;
  const object = graph.namespace(namespace) ?? graph.objects.find(isIn);
  return object && { resource: object.resource, identity: { kind: "Namespace", name: namespace } };
}

/** Connections that nobody declared, told once for all that pass for the same reason on the same ports. */
function* undeclared(
  { unexpected }: Agreement,
  placeOf: (end: string) => string | undefined,
  namespace: string,
  declaration: DeclaredConnectivity,
): Generator<Failure> {
  const own = Object.values(declaration.namespaces);
  const groups = new Map<string, UnexpectedConnection[]>();
  for (const connection of unexpected) {
    const { from, to, ports, explanation } = connection;
    // It is told of the receiver's namespace; of the sender's when the receiver is no pod of the platform.
    if ([placeOf(to), placeOf(from)].find((each) => each !== undefined && own.includes(each)) !== namespace) continue;
    const key = JSON.stringify([ports, sides(explanation)]);
    groups.set(key, [...(groups.get(key) ?? []), connection]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const ends = `${someOf(group.map(({ from }) => from))} reach ${someOf(group.map(({ to }) => to))}`;
    const protocols = [...new Set(group.map(({ protocol }) => protocol))].join(" and ");
    const where = `${protocols} ${describePorts(first.ports)}`;
    yield {
      problem: `lets ${ends} on ${where}, which nobody declared: ${sides(first.explanation).join(", ")}`,
      path: "",
      fix: "narrow that policy, or declare the edge in altlas:edges",
    };
  }
}

/** The first of some names and how many there are beside it. */
function someOf(names: readonly string[]): string {
  const [first = "", ...more] = new Set(names);
  return more.length === 0 ? first : `${first} (and ${more.length} more)`;
}

/** What each end says, as parts of a sentence. */
function sides([, ...explanation]: readonly string[]): string[] {
  return explanation
    .filter((sentence) => /^(Leaving|Entering) /.test(sentence))
    .map((sentence) => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "").replaceAll(". ", ", "));
}

function describePorts(ranges: readonly PortRange[]): string {
  const texts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const single = ranges.length === 1 && ranges[0]?.first === ranges[0]?.last;
  return `${single ? "port" : "ports"} ${texts.join(", ")}`;
}
