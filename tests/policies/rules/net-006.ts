import { add, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { denyPolicy, dnsPolicy, gatewayPolicy, namespaced } from "../objects";

const peer = "spec.ingress[0].from[0].namespaceSelector";
const byLabels = (matchLabels: Record<string, string>) => set(gatewayPolicy, peer, { matchLabels });
const byExpression = (key: string, operator: string, values?: string[]) =>
  set(gatewayPolicy, peer, { matchExpressions: [{ key, operator, ...(values && { values }) }] });
const gateway = (selector?: Record<string, unknown>) =>
  add(
    namespaced("gateway.networking.k8s.io/v1", "Gateway", "public", {
      spec: {
        listeners: [
          {
            name: "https",
            allowedRoutes: { namespaces: selector ? { from: "Selector", selector } : { from: "Same" } },
          },
        ],
      },
    }),
  );

export const cases: RuleCases = {
  pass: [
    { title: "every namespace, which no label decides", edits: [set(gatewayPolicy, peer, {})] },
    {
      title: "the built-in label in an expression",
      edits: [byExpression("kubernetes.io/metadata.name", "NotIn", ["a"])],
    },
    { title: "a gateway", edits: [gateway({ matchLabels: { "kubernetes.io/metadata.name": "altlas" } })] },
  ],
  fail: [
    {
      title: "a copy of the name",
      edits: [byLabels({ name: "altlas-ingress" })],
      says: /NetworkPolicy altlas\/from-gateway selects namespaces by the label name.*; select them by kubernetes.io\/metadata.name: altlas-ingress\.$/,
      at: `${peer}.matchLabels.name`,
    },
    {
      title: "a label beside the built-in one, in the rules for what leaves",
      edits: [set(dnsPolicy, ["spec", "egress", 0, "to", 0, "namespaceSelector", "matchLabels", "team/dns"], "yes")],
      says: /NetworkPolicy altlas\/allow-dns selects namespaces by the label team\/dns/,
      at: 'spec.egress[0].to[0].namespaceSelector.matchLabels["team/dns"]',
    },
    {
      title: "an expression",
      edits: [byExpression("environment", "Exists")],
      says: /by the label environment.*; select them by kubernetes.io\/metadata.name\.$/,
      at: `${peer}.matchExpressions[0].key`,
    },
    {
      title: "a label whose value is not known",
      edits: [byLabels({ name: "a" }), unknown(gatewayPolicy, `${peer}.matchLabels.name`)],
      says: /by the label name/,
      at: `${peer}.matchLabels.name`,
    },
    {
      title: "a gateway that lets namespaces in by a label",
      edits: [gateway({ matchLabels: { "expose-apps": "true" } })],
      says: /Gateway altlas\/public selects namespaces by the label expose-apps/,
      at: "spec.listeners[0].allowedRoutes.namespaces.selector.matchLabels.expose-apps",
    },
  ],
  notApplicable: [
    {
      title: "policies without peers in other namespaces, and a gateway for its own",
      edits: [without(dnsPolicy), without(gatewayPolicy), gateway()],
    },
  ],
  unknown: [
    { title: "a selector from an output", edits: [unknown(gatewayPolicy, peer)], because: peer },
    {
      title: "rules from an output",
      edits: [unknown(denyPolicy, "spec.ingress")],
      because: "spec.ingress",
    },
  ],
  configured: [
    {
      title: "a label that only administrators can set",
      edits: [byLabels({ tenant: "a" })],
      options: { settings: { "ALT-NET-006": { allowed: ["tenant"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "an edge's policy selects its caller's namespace by a label of our own",
    edits: [
      set("NetworkPolicy/archive-service-to-postgresql-5432-ingress", "spec.ingress[0].from[0].namespaceSelector", {
        matchLabels: { "altlas.io/concern": "services" },
      }),
    ],
    says: /NetworkPolicy altlas-data\/archive-service-to-postgresql-5432-ingress selects namespaces by the label altlas.io\/concern/,
  },
];
