import { add, app, copy, drop, type Manifest, pod, set, unknown, without } from "../fixtures";
import { type RuleCases } from "./case";

const deny = "NetworkPolicy/default-deny";
const dns = "NetworkPolicy/allow-dns";
const gateway = "NetworkPolicy/from-gateway";
const policy = (name: string, spec: Manifest): Manifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "altlas" },
  spec,
});
const egressTo = (name: string, ...cidrs: Manifest[]) =>
  add(
    policy(name, { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: cidrs.map((ipBlock) => ({ ipBlock })) }] }),
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
    policy("mesh", {
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
const inSystem = set("Deployment", "metadata.namespace", "kube-system");

export const networkCases: Readonly<Record<string, RuleCases>> = {
  "ALT-K8S-050": {
    pass: [
      {
        title: "the mesh setting as an annotation",
        edits: [
          drop("Namespace", ["metadata", "labels", "linkerd.io/inject"]),
          set("Namespace", ["metadata", "annotations", "linkerd.io/inject"], "enabled"),
        ],
      },
      {
        title: "a custom resource of a cluster-wide definition",
        edits: [
          add(
            {
              apiVersion: "apiextensions.k8s.io/v1",
              kind: "CustomResourceDefinition",
              metadata: { name: "widgets.example.com" },
              spec: { group: "example.com", scope: "Cluster", names: { kind: "Widget" } },
            },
            { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
          ),
        ],
      },
    ],
    fail: [
      {
        title: "no namespace",
        edits: [drop("Deployment", "metadata.namespace")],
        says: /Deployment archive-service names no namespace/,
        at: "metadata.namespace",
      },
      {
        title: "the namespace default",
        edits: [set("Service", "metadata.namespace", "default")],
        says: /Service default\/archive-service is in the namespace default/,
        at: "metadata.namespace",
      },
      {
        title: "a custom resource in the namespace default, whatever its scope is",
        edits: [add({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a", namespace: "default" } })],
        says: /Widget default\/a is in the namespace default/,
        at: "metadata.namespace",
      },
      {
        title: "a custom resource of a namespaced definition",
        edits: [
          add(
            {
              apiVersion: "apiextensions.k8s.io/v1",
              kind: "CustomResourceDefinition",
              metadata: { name: "widgets.example.com" },
              spec: { group: "example.com", scope: "Namespaced", names: { kind: "Widget" } },
            },
            { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
          ),
        ],
        says: /Widget one names no namespace/,
        at: "metadata.namespace",
      },
      {
        title: "an item of a List",
        edits: [
          add({
            apiVersion: "v1",
            kind: "List",
            metadata: { name: "many" },
            items: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } }],
          }),
        ],
        says: /ConfigMap one names no namespace/,
        at: "items[0].metadata.namespace",
      },
      {
        title: "a namespace without a level",
        edits: [drop("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"])],
        says: /Namespace altlas has no Pod Security level/,
        at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
      },
      {
        title: "a level that there is not",
        edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "strict")],
        says: /has the unknown level strict/,
        at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
      },
      {
        title: "the level privileged",
        edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "privileged")],
        says: /admits privileged pods/,
        at: 'metadata.labels["pod-security.kubernetes.io/enforce"]',
      },
      {
        title: "a namespace that says nothing about the mesh",
        edits: [drop("Namespace", ["metadata", "labels", "linkerd.io/inject"])],
        says: /does not say whether its pods are meshed/,
        at: 'metadata.labels["linkerd.io/inject"]',
      },
      {
        title: "a mesh setting that there is not",
        edits: [set("Namespace", ["metadata", "labels", "linkerd.io/inject"], "true")],
        says: /has linkerd.io\/inject set to true/,
        at: 'metadata.labels["linkerd.io/inject"]',
      },
    ],
    notApplicable: [
      {
        title: "cluster-wide objects and Kubernetes' own namespaces",
        edits: [
          (manifests) => manifests.splice(0),
          add(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system" } },
            { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "services" } },
            { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "one" } },
          ),
        ],
      },
    ],
    unknown: [
      {
        title: "a namespace from an output",
        edits: [unknown("Deployment", "metadata.namespace")],
        because: "metadata.namespace",
      },
      { title: "labels from an output", edits: [unknown("Namespace", "metadata.labels")], because: "metadata.labels" },
    ],
    configured: [
      {
        title: "a namespace that may admit privileged pods",
        edits: [set("Namespace", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "privileged")],
        options: { settings: { "ALT-K8S-050": { privilegedNamespaces: ["altlas"] } } },
        outcome: "pass",
      },
      {
        title: "another mesh's label",
        edits: [
          drop("Namespace", ["metadata", "labels", "linkerd.io/inject"]),
          set("Namespace", ["metadata", "labels", "istio-injection"], "disabled"),
        ],
        options: { settings: { "ALT-K8S-050": { meshKey: "istio-injection" } } },
        outcome: "pass",
      },
    ],
  },
  "ALT-K8S-064": {
    pass: [
      { title: "a port number", edits: [set("Service", "spec.ports[0].targetPort", 9000)] },
      { title: "no targetPort, which means the same number", edits: [drop("Service", "spec.ports[0].targetPort")] },
      { title: "a sidecar's port", edits: [set("Service", "spec.ports[0].targetPort", "proxy")] },
      { title: "a port of an injected proxy", edits: [set("Service", "spec.ports[0].targetPort", "linkerd-admin")] },
      {
        title: "a headless Service without ports",
        edits: [set("Service", "spec.ports", []), set("Service", "spec.clusterIP", "None")],
      },
    ],
    fail: [
      {
        title: "a label that no pod has",
        edits: [set("Service", "spec.selector", { app: "archive" })],
        says: /Service altlas\/archive-service selects no pod; none has app=archive/,
        at: "spec.selector",
      },
      {
        title: "pods in another namespace",
        edits: [set("Service", "metadata.namespace", "other")],
        says: /selects no pod/,
        at: "spec.selector",
      },
      {
        title: "a port that the pods do not have",
        edits: [set("Service", "spec.ports[0].targetPort", 8080)],
        says: /targets TCP port 8080, but Deployment altlas\/archive-service declares only http=9000, proxy=9100/,
        at: "spec.ports[0].targetPort",
      },
      {
        title: "a name that no port has",
        edits: [set("Service", "spec.ports[0].targetPort", "web")],
        says: /targets TCP port web/,
        at: "spec.ports[0].targetPort",
      },
      {
        title: "another protocol",
        edits: [set("Service", "spec.ports[0].protocol", "UDP")],
        says: /targets UDP port http/,
        at: "spec.ports[0].targetPort",
      },
      ...["NodePort", "LoadBalancer"].map((type) => ({
        title: type,
        edits: [set("Service", "spec.type", type)],
        says: new RegExp(`has the type ${type}`),
        at: "spec.type",
      })),
      {
        title: "external addresses",
        edits: [set("Service", "spec.externalIPs", ["192.0.2.1"])],
        says: /takes external addresses/,
        at: "spec.externalIPs",
      },
    ],
    notApplicable: [{ title: "no Services", edits: [without("Service")] }],
    unknown: [
      { title: "a selector from an output", edits: [unknown("Service", "spec.selector")], because: "spec.selector" },
      {
        title: "labels of the only pods from an output",
        edits: [unknown("Deployment", "spec.template.metadata.labels")],
        because: "spec.template.metadata.labels",
      },
      {
        title: "a port from an output",
        edits: [unknown("Service", "spec.ports[0].targetPort")],
        because: "spec.ports[0].targetPort",
      },
      {
        title: "ports of the pods from an output",
        edits: [unknown("Deployment", `${app}.ports`)],
        because: `${app}.ports`,
      },
    ],
    configured: [
      {
        title: "the ingress's own Service",
        edits: [set("Service", "spec.type", "LoadBalancer")],
        options: { settings: { "ALT-K8S-064": { exposed: ["Service/altlas/archive-service"] } } },
        outcome: "pass",
      },
      {
        title: "a port of another injected proxy",
        edits: [set("Service", "spec.ports[0].targetPort", "http-envoy-prom")],
        options: { settings: { "ALT-K8S-064": { injectedPorts: ["http-envoy-prom"] } } },
        outcome: "pass",
      },
    ],
  },
  "ALT-NET-001": {
    pass: [
      {
        title: "one policy for each direction",
        edits: [
          set(deny, "spec.policyTypes", ["Ingress"]),
          add(policy("deny-egress", { podSelector: {}, policyTypes: ["Egress"] })),
        ],
      },
    ],
    fail: [
      {
        title: "no default-deny policy",
        edits: [without(deny), without(dns)],
        says: /Namespace altlas has no policy that denies (ingress|egress) of every pod by default/,
        at: "",
        count: 2,
      },
      {
        title: "only ingress, by default of policyTypes",
        edits: [drop(deny, "spec.policyTypes"), without(dns)],
        says: /denies egress of every pod/,
        at: "",
      },
      {
        title: "a policy for some pods only",
        edits: [set(deny, "spec.podSelector", { matchLabels: { a: "b" } })],
        says: /denies ingress of every pod/,
        at: "",
      },
      {
        title: "a policy that allows everything",
        edits: [add(policy("debug", { podSelector: {}, ingress: [{}] }))],
        says: /Namespace altlas allows all ingress of every pod by the policy debug/,
        at: "",
      },
      {
        title: "pods in a namespace that is not of this stack",
        edits: [set("Deployment", "metadata.namespace", "elsewhere")],
        says: /Namespace elsewhere has no policy/,
        at: "",
        count: 2,
      },
    ],
    notApplicable: [{ title: "only a namespace of Kubernetes itself", edits: [without("Namespace"), inSystem] }],
    unknown: [
      {
        title: "a pod's namespace from an output",
        edits: [unknown("Deployment", "metadata.namespace")],
        because: "metadata.namespace",
      },
      {
        title: "the only policy's selector from an output",
        edits: [unknown(deny, "spec.podSelector"), without(dns)],
        because: "spec.podSelector",
      },
    ],
    configured: [
      {
        title: "a namespace that is somebody else's",
        edits: [without(deny), without(dns)],
        options: { settings: { "ALT-NET-001": { excludedNamespaces: ["altlas"] } } },
        outcome: "absent",
      },
    ],
  },
  "ALT-NET-002": {
    pass: [
      {
        title: "a policy of the pod's own for each direction",
        edits: [without(deny), without(dns), set(gateway, "spec.policyTypes", ["Ingress", "Egress"])],
      },
    ],
    fail: [
      {
        title: "no policy for egress",
        edits: [without(deny), without(dns)],
        says: /Deployment altlas\/archive-service is selected by no policy for egress/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "a label with a typing error",
        edits: [
          without(deny),
          without(dns),
          set("Deployment", "spec.template.metadata.labels", { "app.kubernetes.io/name": "archive-servce" }),
        ],
        says: /is selected by no policy for (ingress|egress)/,
        at: "spec.template.metadata.labels",
        count: 2,
      },
      {
        title: "a bare pod in a namespace without policies",
        edits: [add({ apiVersion: "v1", kind: "Pod", metadata: { name: "shell", namespace: "tools" }, spec: {} })],
        says: /Pod tools\/shell is selected by no policy/,
        at: "metadata.labels",
        count: 2,
      },
    ],
    notApplicable: [
      { title: "the node's own network", edits: [set("Deployment", `${pod}.hostNetwork`, true)] },
      { title: "a namespace of Kubernetes itself", edits: [inSystem] },
    ],
    unknown: [
      {
        title: "the only policy's selector from an output",
        edits: [unknown(deny, "spec.podSelector"), without(dns), without(gateway)],
        because: "spec.podSelector",
      },
      {
        title: "the only policy's types from an output",
        edits: [unknown(deny, "spec.policyTypes"), without(dns), without(gateway)],
        because: "spec.policyTypes",
      },
    ],
    configured: [
      {
        title: "a namespace that is somebody else's",
        edits: [without(deny), without(dns)],
        options: { settings: { "ALT-NET-002": { excludedNamespaces: ["altlas"] } } },
        outcome: "notApplicable",
      },
    ],
  },
  "ALT-NET-005": {
    pass: [
      {
        title: "DNS ports by their names",
        edits: [set(dns, "spec.egress[0].ports", [{ port: "dns", protocol: "UDP" }, { port: "dns-tcp" }])],
      },
      {
        title: "DNS within a range of ports",
        edits: [set(dns, "spec.egress[0].ports", [{ port: 1, endPort: 1023, protocol: "UDP" }, { port: 53 }])],
      },
      { title: "all ports of the DNS pods", edits: [drop(dns, "spec.egress[0].ports")] },
      { title: "a pod with its own resolver", edits: [without(dns), set("Deployment", `${pod}.dnsPolicy`, "None")] },
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
          set(gateway, "spec.ingress[0].from[0]", {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
          }),
        ],
      },
    ],
    fail: [
      {
        title: "no DNS",
        edits: [without(dns)],
        says: /Deployment altlas\/archive-service cannot ask the cluster's DNS: no policy allows (UDP|TCP) port 53 to kube-system/,
        at: "spec.template.metadata.labels",
        count: 2,
      },
      {
        title: "DNS by UDP only",
        edits: [set(dns, "spec.egress[0].ports", [{ port: 53, protocol: "UDP" }])],
        says: /no policy allows TCP port 53/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "DNS of pods in the wrong namespace",
        edits: [drop(dns, "spec.egress[0].to[0].namespaceSelector")],
        says: /cannot ask the cluster's DNS/,
        at: "spec.template.metadata.labels",
        count: 2,
      },
      {
        title: "everywhere",
        edits: [
          add(policy("open", { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ port: 443 }] }] })),
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
        edits: [without(deny), without(dns)],
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
        edits: [unknown(dns, "spec.egress[0].ports")],
        because: "spec.egress[0].ports",
      },
      {
        title: "another policy's selector from an output, which may isolate or allow",
        edits: [copy(deny, "other", unknown("NetworkPolicy", "spec.podSelector"))],
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
        edits: [set(dns, "spec.egress[0].to", [{ ipBlock: { cidr: "169.254.20.10/32" } }])],
        options: { settings: { "ALT-NET-005": { dnsAddresses: ["169.254.20.10"] } } },
        outcome: "pass",
      },
      {
        title: "other DNS pods",
        edits: [set(dns, "spec.egress[0].to[0].podSelector.matchLabels", { app: "coredns" })],
        options: { settings: { "ALT-NET-005": { dns: { namespace: "kube-system", labels: { app: "coredns" } } } } },
        outcome: "pass",
      },
    ],
  },
};
