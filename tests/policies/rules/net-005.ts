import { add, copy, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { denyPolicy, dnsPolicy, gatewayPolicy, networkPolicy } from "../objects";

const egressTo = (name: string, ...cidrs: Manifest[]) =>
  add(
    networkPolicy(name, {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: cidrs.map((ipBlock) => ({ ipBlock })) }],
    }),
  );
const annotate = (key: string, value: string) =>
  set("Deployment", ["spec", "template", "metadata", "annotations", key], value);
const workload = (name: string, namespace: string, labels: Manifest): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [] } } },
});
const prometheus = workload("prometheus", "monitoring", { "app.kubernetes.io/name": "prometheus" });
const controlPlane = ["destination", "identity"].map((component) =>
  workload(component, "linkerd", { "linkerd.io/control-plane-component": component }),
);
const toControlPlane = (ports: number[]) =>
  add(
    networkPolicy("mesh", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "linkerd" } } }],
          ports: ports.map((port) => ({ port })),
        },
      ],
    }),
  );

export const cases: RuleCases = {
  pass: [
    {
      title: "DNS ports by their names",
      edits: [set(dnsPolicy, "spec.egress[0].ports", [{ port: "dns", protocol: "UDP" }, { port: "dns-tcp" }])],
    },
    {
      title: "DNS within a range of ports",
      edits: [set(dnsPolicy, "spec.egress[0].ports", [{ port: 1, endPort: 1023, protocol: "UDP" }, { port: 53 }])],
    },
    { title: "all ports of the DNS pods", edits: [drop(dnsPolicy, "spec.egress[0].ports")] },
    {
      title: "a pod with its own resolver",
      edits: [without(dnsPolicy), set("Deployment", `${pod}.dnsPolicy`, "None")],
    },
    { title: "an address block of a partner", edits: [egressTo("partner", { cidr: "203.0.113.0/24" })] },
    {
      title: "a meshed pod that reaches its control plane",
      edits: [annotate("linkerd.io/inject", "enabled"), add(...controlPlane), toControlPlane([8080, 8086, 8090])],
    },
    {
      title: "a pod that its scraper reaches",
      edits: [
        annotate("prometheus.io/scrape", "true"),
        annotate("prometheus.io/port", "9000"),
        add(prometheus),
        set(gatewayPolicy, "spec.ingress[0].from[0]", {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
        }),
      ],
    },
  ],
  fail: [
    {
      title: "no DNS",
      edits: [without(dnsPolicy)],
      says: /Deployment altlas\/archive-service cannot ask the cluster's DNS: no policy allows (UDP|TCP) port 53 to kube-system/,
      at: "spec.template.metadata.labels",
      count: 2,
    },
    {
      title: "DNS by UDP only",
      edits: [set(dnsPolicy, "spec.egress[0].ports", [{ port: 53, protocol: "UDP" }])],
      says: /no policy allows TCP port 53/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "DNS of pods in the wrong namespace",
      edits: [drop(dnsPolicy, "spec.egress[0].to[0].namespaceSelector")],
      says: /cannot ask the cluster's DNS/,
      at: "spec.template.metadata.labels",
      count: 2,
    },
    {
      title: "everywhere",
      edits: [
        add(networkPolicy("open", { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: 443 }] }] })),
      ],
      says: /NetworkPolicy altlas\/open allows egress to every address, the metadata address included/,
      at: "spec.egress[0]",
    },
    {
      title: "the internet without the metadata address, for a service that is not named",
      edits: [egressTo("web", { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] })],
      says: /lets Deployment altlas\/archive-service reach the internet \(0.0.0.0\/0\)/,
      at: "spec.egress[0].to[0].ipBlock.cidr",
    },
    {
      title: "the internet in two halves",
      edits: [egressTo("halves", { cidr: "0.0.0.0/1" }, { cidr: "128.0.0.0/1", except: ["169.254.0.0/16"] })],
      says: /reach the internet \((0|128).0.0.0\/1\)/,
      at: "spec.egress[0].to[1].ipBlock.cidr",
      count: 2,
    },
    {
      title: "a small block with the metadata address",
      edits: [egressTo("local", { cidr: "169.254.169.0/24" })],
      says: /allows egress to 169.254.169.0\/24, in which the metadata address 169.254.169.254 lies/,
      at: "spec.egress[0].to[0].ipBlock.except",
    },
    {
      title: "the metadata address of the other family",
      edits: [egressTo("six", { cidr: "fd00::/16", except: ["fd00:ec2::253/128"] })],
      says: /in which the metadata address fd00:ec2::254 lies.*except fd00:ec2::254\/128/,
      at: "spec.egress[0].to[0].ipBlock.except",
    },
    {
      title: "a block that is none",
      edits: [egressTo("typo", { cidr: "10.0.0.0/33" })],
      says: /has a property that is not an address block such as/,
      at: "spec.egress[0].to[0].ipBlock.cidr",
    },
    {
      title: "a meshed pod that cannot reach its control plane",
      edits: [annotate("linkerd.io/inject", "enabled"), add(...controlPlane), toControlPlane([8080, 8086])],
      says: /has a mesh proxy that cannot reach policy at Deployment linkerd\/destination/,
      at: "spec.template.metadata.labels",
    },
    {
      title: "a pod that its scraper does not reach",
      edits: [annotate("prometheus.io/scrape", "true"), annotate("prometheus.io/port", "9000"), add(prometheus)],
      says: /cannot be scraped by Deployment monitoring\/prometheus on port 9000/,
      at: "spec.template.metadata.labels",
    },
  ],
  notApplicable: [
    {
      title: "a pod that no policy limits, and policies for ingress only",
      edits: [without(denyPolicy), without(dnsPolicy)],
    },
  ],
  unknown: [
    {
      title: "a block from an output",
      edits: [
        egressTo("later"),
        set("NetworkPolicy/later", "spec.egress[0].to", [{ ipBlock: {} }]),
        unknown("NetworkPolicy/later", "spec.egress[0].to[0].ipBlock.cidr"),
      ],
      because: "spec.egress[0].to[0].ipBlock.cidr",
    },
    {
      title: "the DNS rule's ports from an output",
      edits: [unknown(dnsPolicy, "spec.egress[0].ports")],
      because: "spec.egress[0].ports",
    },
    {
      title: "another policy's selector from an output, which may isolate or allow",
      edits: [copy(denyPolicy, "other", unknown("NetworkPolicy", "spec.podSelector"))],
      because: "spec.podSelector",
    },
  ],
  configured: [
    {
      title: "a service that may reach the internet",
      edits: [egressTo("web", { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] })],
      options: { settings: { "ALT-NET-005": { internetEgress: ["archive-service"] } } },
      outcome: "pass",
    },
    {
      title: "a resolver on the node",
      edits: [set(dnsPolicy, "spec.egress[0].to", [{ ipBlock: { cidr: "169.254.20.10/32" } }])],
      options: { settings: { "ALT-NET-005": { dnsAddresses: ["169.254.20.10"] } } },
      outcome: "pass",
    },
    {
      title: "other DNS pods",
      edits: [set(dnsPolicy, "spec.egress[0].to[0].podSelector.matchLabels", { app: "coredns" })],
      options: { settings: { "ALT-NET-005": { dns: { namespace: "kube-system", labels: { app: "coredns" } } } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "DNS is allowed by UDP only",
    edits: [
      (manifests) => {
        for (const manifest of manifests) {
          if ((manifest.metadata as Manifest | undefined)?.name !== "allow-dns") continue;
          set("NetworkPolicy", "spec.egress[0].ports", [{ port: 53, protocol: "UDP" }])([manifest]);
        }
      },
    ],
    says: /Deployment altlas\/api-gateway cannot ask the cluster's DNS: no policy allows TCP port 53/,
  },
  {
    title: "a service that is not named gets a way to the internet",
    edits: [
      set("NetworkPolicy/archive-service-to-postgresql-5432-egress", "spec.egress[0].to", [
        { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
      ]),
    ],
    says: /lets Deployment altlas\/archive-service reach the internet/,
  },
];
