import { add, app, drop, type Manifest, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { gatewayPolicy, networkPolicy } from "../objects";

const labels = { "app.kubernetes.io/name": "archive-service" };
const from = "spec.ingress[0].from[0]";
const port = (value: unknown, rest: Manifest = {}) =>
  set(gatewayPolicy, "spec.ingress[0].ports[0]", { port: value, ...rest });
const bareWorkload = (namespace: string, podLabels: Manifest, ports?: Manifest[]): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "other", namespace, labels: podLabels },
  spec: { containers: [{ name: "app", ...(ports && { ports }) }] },
});
const egress = (to: Manifest, value: unknown, namespace = "altlas") => {
  const policy = networkPolicy("out", {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [{ to: [to], ports: [{ port: value }] }],
  });
  return add({ ...policy, metadata: { name: "out", namespace } });
};
const inNamespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
/** Settings of a stranger: no namespace is closed, nothing is known. */
const open = { settings: { "ALT-NET-003": { otherPods: [], closedNamespaces: [] } } };

export const cases: RuleCases = {
  pass: [
    { title: "a port of a sidecar", edits: [port(9100)] },
    { title: "a port by its name", edits: [port("http")] },
    { title: "a range with a port in it", edits: [port(8990, { endPort: 9010 })] },
    { title: "every port of a protocol", edits: [set(gatewayPolicy, "spec.ingress[0].ports", [{ protocol: "TCP" }])] },
    {
      title: "a number, when the containers declare no port",
      edits: [drop("Deployment", `${app}.ports`), drop("Deployment", "spec.template.spec.initContainers"), port(1234)],
    },
    {
      title: "a peer that is made elsewhere and known",
      edits: [
        egress(
          {
            namespaceSelector: inNamespace("altlas-data"),
            podSelector: { matchLabels: { "app.kubernetes.io/name": "postgresql" } },
          },
          5432,
        ),
      ],
    },
    {
      title: "a peer by an expression",
      edits: [
        egress({ podSelector: { matchExpressions: [{ key: "app.kubernetes.io/name", operator: "Exists" }] } }, 9000),
      ],
    },
    {
      title: "a namespace by another label, of which nothing is here",
      edits: [set(gatewayPolicy, from, { namespaceSelector: { matchLabels: { team: "a" } } })],
      options: open,
    },
    {
      title: "a pod of a namespace of which nothing is here",
      edits: [
        set(gatewayPolicy, from, {
          namespaceSelector: inNamespace("elsewhere"),
          podSelector: { matchLabels: { a: "b" } },
        }),
        egress({ namespaceSelector: inNamespace("elsewhere") }, 1234),
      ],
      options: open,
    },
    {
      title: "the port of a meshed pod's proxy",
      edits: [
        port(4191),
        set("Deployment", ["spec", "template", "metadata", "annotations", "linkerd.io/inject"], "enabled"),
      ],
    },
  ],
  fail: [
    {
      title: "a policy for pods that there are not",
      edits: [set(gatewayPolicy, "spec.podSelector.matchLabels", { "app.kubernetes.io/name": "archive" })],
      says: /NetworkPolicy altlas\/from-gateway selects no pod of namespace altlas: none has app.kubernetes.io\/name=archive \(spec.podSelector\)/,
      at: "spec.podSelector",
    },
    {
      title: "a policy in another namespace than its pods",
      edits: [add({ ...networkPolicy("lost", { podSelector: { matchLabels: labels } }), metadata: { name: "lost" } })],
      says: /NetworkPolicy lost selects no pod of namespace default/,
      at: "spec.podSelector",
    },
    {
      title: "a peer that there is not in its own namespace",
      edits: [
        set(gatewayPolicy, from, {
          podSelector: { matchExpressions: [{ key: "tier", operator: "In", values: ["a", "b"] }] },
        }),
      ],
      says: /names a peer that there is not: no pod of namespace altlas has tier in \(a,b\)/,
      at: `${from}.podSelector`,
    },
    {
      title: "a peer that there is not in a namespace that is here, of a stranger",
      edits: [set(gatewayPolicy, `${from}.namespaceSelector`, inNamespace("altlas"))],
      options: open,
      says: /no pod of namespace altlas has app.kubernetes.io\/name=envoy/,
      at: `${from}.podSelector`,
    },
    {
      title: "a namespace that there is not",
      edits: [set(gatewayPolicy, `${from}.namespaceSelector`, inNamespace("altlas-ingres"))],
      says: /names a peer in a namespace that there is not: kubernetes.io\/metadata.name=altlas-ingres/,
      at: `${from}.namespaceSelector`,
    },
    {
      title: "a port that its pods do not have",
      edits: [port(9001)],
      says: /allows ingress on TCP port 9001, which none of its pods declares, only 9000\/TCP \(http\), 9100\/TCP \(proxy\)/,
      at: "spec.ingress[0].ports[0].port",
    },
    {
      title: "a port of another protocol",
      edits: [port(9000, { protocol: "UDP" })],
      says: /allows ingress on UDP port 9000/,
      at: "spec.ingress[0].ports[0].port",
    },
    {
      title: "a name that no container gives a port, even when none declares any",
      edits: [
        add(bareWorkload("altlas", { a: "b" })),
        add(
          networkPolicy("named", { podSelector: { matchLabels: { a: "b" } }, ingress: [{ ports: [{ port: "web" }] }] }),
        ),
      ],
      says: /NetworkPolicy altlas\/named allows ingress on TCP port web/,
      at: "spec.ingress[0].ports[0].port",
    },
    {
      title: "a port that its peer does not have",
      edits: [
        add(bareWorkload("altlas", { a: "b" }, [{ containerPort: 5000 }])),
        egress({ podSelector: { matchLabels: { a: "b" } } }, 5001),
      ],
      says: /NetworkPolicy altlas\/out allows egress on TCP port 5001, which none of the pods that it names declares, only 5000\/TCP/,
      at: "spec.egress[0].ports[0].port",
    },
    {
      title: "a port that a known peer does not have",
      edits: [
        egress(
          {
            namespaceSelector: inNamespace("altlas-data"),
            podSelector: { matchLabels: { "app.kubernetes.io/name": "postgresql" } },
          },
          5433,
        ),
      ],
      says: /TCP port 5433, which none of the pods that it names declares, only 5432\/TCP/,
      at: "spec.egress[0].ports[0].port",
    },
  ],
  notApplicable: [
    {
      title: "no policies at all",
      edits: [
        (manifests) => {
          manifests.splice(0, manifests.length, ...manifests.filter(({ kind }) => kind !== "NetworkPolicy"));
        },
      ],
    },
  ],
  unknown: [
    {
      title: "the pods' labels from an output",
      edits: [unknown("Deployment", "spec.template.metadata.labels")],
      because: "spec.template.metadata.labels",
    },
    {
      title: "a pod in a namespace from an output, which may be the peer",
      edits: [
        add(bareWorkload("altlas", { a: "b" })),
        unknown("Pod", "metadata.namespace"),
        set(gatewayPolicy, from, { podSelector: { matchLabels: { a: "b" } } }),
      ],
      because: "metadata.namespace",
    },
    {
      title: "the containers' ports from an output",
      edits: [unknown("Deployment", `${app}.ports`), port(1234)],
      because: `${app}.ports`,
    },
    { title: "a peer from an output", edits: [unknown(gatewayPolicy, from)], because: from },
  ],
  configured: [
    {
      title: "pods of an operator",
      edits: [
        without("Deployment"),
        without(gatewayPolicy),
        add(networkPolicy("operated", { podSelector: { matchLabels: labels } })),
      ],
      options: { settings: { "ALT-NET-003": { otherPods: [{ namespace: "altlas", labels }] } } },
      outcome: "pass",
    },
    {
      title: "other DNS pods",
      edits: [
        egress({ namespaceSelector: inNamespace("kube-system"), podSelector: { matchLabels: { app: "coredns" } } }, 53),
        without("NetworkPolicy/allow-dns"),
      ],
      options: {
        settings: { "ALT-NET-003": { clusterPods: [{ namespace: "kube-system", labels: { app: "coredns" } }] } },
      },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's pods lose the label that its edges know them by",
    edits: [set("Deployment/archive-service", "spec.template.metadata.labels", { app: "archive" })],
    says: /NetworkPolicy altlas\/api-gateway-to-archive-service-9000-ingress selects no pod of namespace altlas/,
  },
  {
    title: "a service listens on another port than its edges say",
    edits: [set("Deployment/archive-service", "spec.template.spec.containers[0].ports[0].containerPort", 9001)],
    says: /NetworkPolicy altlas\/api-gateway-to-archive-service-9000-egress allows egress on TCP port 9000, which none of the pods that it names declares, only 9001\/TCP/,
  },
  {
    title: "an edge's policy names a namespace that nobody makes",
    edits: [
      set("NetworkPolicy/archive-service-to-postgresql-5432-egress", "spec.egress[0].to[0].namespaceSelector", {
        matchLabels: { "kubernetes.io/metadata.name": "altlas-database" },
      }),
    ],
    says: /archive-service-to-postgresql-5432-egress names a peer in a namespace that there is not: kubernetes.io\/metadata.name=altlas-database/,
  },
];
