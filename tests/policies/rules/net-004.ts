import { add, copy, drop, find, type Manifest, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { denyPolicy, gatewayPolicy, networkPolicy } from "../objects";

const ingress = { "app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy" };
const edge = (from: string, to: string, port: number) => ({ from, to, port, protocol: "TCP", purpose: "a test" });
/** What the compliant service's policies are made for. */
const declared = {
  namespaces: {
    services: "altlas",
    data: "altlas-data",
    messaging: "altlas-messaging",
    observability: "altlas-observability",
    ingress: "altlas-ingress",
  },
  endpoints: [
    { kind: "service", name: "archive-service", concern: "services" },
    { kind: "component", name: "ingress", concern: "ingress", podLabels: ingress },
    { kind: "external", name: "partner", cidrs: ["192.0.2.0/24"] },
  ],
  edges: [edge("ingress", "archive-service", 9000)],
};
const options = (changes: Manifest = {}) => ({
  settings: { "ALT-NET-004": { declared: { ...declared, ...changes } } },
});
const outside = edge("archive-service", "partner", 443);
/** The namespaces beside the service's own are not in these objects, so nothing closes them; here they do. */
const denyAll = ["altlas-data", "altlas-messaging", "altlas-observability", "altlas-ingress"].map((namespace) => ({
  ...networkPolicy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
  metadata: { name: "default-deny", namespace },
}));
const dns = (manifests: Manifest[]) => {
  const own = find(manifests, "NetworkPolicy/allow-dns");
  for (const { metadata } of denyAll) {
    manifests.push({ ...own, metadata: { name: "allow-dns", namespace: metadata.namespace } });
  }
};
const leaving = networkPolicy("leaving", {
  podSelector: { matchLabels: ingress },
  policyTypes: ["Egress"],
  egress: [
    {
      to: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "altlas" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
        },
      ],
      ports: [{ port: 9000 }],
    },
  ],
});
const closed = [add(...denyAll, { ...leaving, metadata: { name: "leaving", namespace: "altlas-ingress" } }), dns];

export const cases: RuleCases = {
  pass: [
    { title: "one edge, allowed at both ends, and nothing else", edits: closed, options: options() },
    {
      title: "a way out that is declared",
      edits: [
        ...closed,
        add(
          networkPolicy("partner", {
            podSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
            policyTypes: ["Egress"],
            egress: [{ to: [{ ipBlock: { cidr: "192.0.2.0/24" } }], ports: [{ port: 443 }] }],
          }),
        ),
      ],
      options: options({ edges: [...declared.edges, outside] }),
    },
  ],
  fail: [
    {
      title: "an edge without its policy at the receiver",
      edits: [...closed, without(gatewayPolicy)],
      options: options(),
      says: /^Edge ingress to archive-service:9000\/TCP of Namespace altlas-ingress is declared and does not pass: entering is denied: altlas\/default-deny isolates the pod, and no rule allows it; allow it in a policy at each end/,
      at: "",
    },
    {
      title: "an edge on another port, which is one too few and one too many",
      edits: closed,
      options: options({ edges: [edge("ingress", "archive-service", 9001)] }),
      says: /does not pass: .*means this peer, on other ports|lets ingress reach archive-service on TCP port 9000, which nobody declared: leaving is allowed by altlas-ingress\/leaving \(spec.egress\[0\]\), entering is allowed by altlas\/from-gateway \(spec.ingress\[0\]\); narrow/,
      at: "",
      count: 2,
    },
    {
      title: "a way in for everybody of another namespace, told once",
      edits: [
        ...closed,
        add(
          networkPolicy("debug", {
            podSelector: {},
            ingress: [
              {
                from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } }],
                ports: [{ port: 2345, endPort: 2350 }],
              },
            ],
          }),
        ),
      ],
      options: options(),
      says: /^Namespace altlas lets a pod labelled like archive-service in default \(and \d+ more\) reach archive-service \(and 1 more\) on TCP ports 2345 to 2350, which nobody declared/,
      at: "",
    },
    {
      title: "a way in for namespaces of a label, which one has",
      edits: [
        ...closed,
        add({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels: { trusted: "yes" } } }),
        set(gatewayPolicy, "spec.ingress[0].from", [{ namespaceSelector: { matchLabels: { trusted: "yes" } } }]),
      ],
      options: options({ edges: [] }),
      says: /lets a pod labelled like archive-service in default \(and \d+ more\) reach archive-service on TCP port 9000/,
      at: "",
    },
    {
      title: "a workload of nobody's that policies mean",
      edits: [
        ...closed,
        copy("Deployment", "debug", (manifests) => {
          const labels = { debug: "yes" };
          set("Deployment", "spec.template.metadata.labels", labels)(manifests);
          set("Deployment", "spec.selector.matchLabels", labels)(manifests);
        }),
        add(
          networkPolicy("debug", {
            podSelector: { matchExpressions: [{ key: "debug", operator: "In", values: ["yes"] }] },
            policyTypes: ["Egress"],
            egress: [{ ports: [{ port: 443 }] }],
          }),
        ),
      ],
      options: options(),
      says: /lets Deployment altlas\/debug reach .* on TCP port 443, which nobody declared/,
      at: "",
      count: 2,
    },
    {
      title: "a policy that the API server refuses",
      edits: [...closed, add(networkPolicy("typo", { podSelector: {}, ingress: [{ form: [] }] }))],
      options: options(),
      says: /Namespace altlas has the policy typo, which the API server refuses: Unrecognized key: "form"/,
      at: "typo: spec.ingress[0]",
    },
  ],
  notApplicable: [
    { title: "nobody has declared anything", edits: closed },
    {
      title: "only a part of what is declared",
      edits: closed,
      options: options({
        endpoints: [...declared.endpoints, { kind: "service", name: "runner-service", concern: "services" }],
      }),
    },
  ],
  unknown: [
    {
      title: "a policy from an output, which may allow what no other does",
      edits: [...closed, without(gatewayPolicy), copy(denyPolicy, "later", unknown("NetworkPolicy", "spec.ingress"))],
      options: options(),
      because: "spec.ingress",
    },
    {
      title: "a policy in a namespace from an output",
      edits: [...closed, copy(denyPolicy, "later", unknown("NetworkPolicy", "metadata.namespace"))],
      options: options(),
      because: "metadata.namespace",
    },
    {
      title: "labels of pods from an output",
      edits: [...closed, unknown("Deployment", "spec.template.metadata.labels")],
      options: options(),
      because: "spec.template.metadata.labels",
    },
    {
      title: "a workload's name from an output, which may be the declared one",
      edits: [
        ...closed,
        unknown("Deployment", "metadata.name"),
        set("Deployment", "spec.template.metadata.labels", {}),
      ],
      options: options(),
      because: "metadata.name",
    },
    {
      title: "a policy that may close what is open",
      edits: [...closed, drop(denyPolicy, "spec.policyTypes"), unknown(denyPolicy, "spec.policyTypes")],
      options: options(),
      because: "spec.policyTypes",
    },
  ],
  configured: [
    {
      title: "an edge more than the policies open",
      edits: closed,
      options: options({ edges: [...declared.edges, outside] }),
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "one end of an edge has no policy",
    edits: [without("NetworkPolicy/api-gateway-to-cache-6379-egress")],
    says: /Edge api-gateway to cache:6379\/TCP of Namespace altlas is declared and does not pass: leaving is denied/,
  },
  {
    title: "both ends of an edge open a second port",
    edits: ["egress", "ingress"].map((way) =>
      set(`NetworkPolicy/api-gateway-to-cache-6379-${way}`, `spec.${way}[0].ports[1]`, { port: 9121, protocol: "TCP" }),
    ),
    says: /Namespace altlas-data lets api-gateway reach cache on TCP port 9121, which nobody declared/,
  },
  {
    title: "somebody lets everybody in for a moment",
    change: (resources) => {
      resources.push({
        type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        name: "debug",
        inputs: networkPolicy("debug", { podSelector: {}, ingress: [{}] }),
      });
    },
    says: /Namespace altlas lets .* reach api-gateway \(and 5 more\) on TCP and UDP and SCTP ports 1 to 65535, which nobody declared/,
  },
];
