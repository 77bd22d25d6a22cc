import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { anyKnown, type Field } from "../field";
import { type Graph } from "../graph/graph";
import { isMeshed } from "../graph/mesh";
import {
  addressBlock,
  allowsPod,
  allowsPort,
  type Direction,
  isolates,
  namespaceLabels,
  type PeerPod,
  peerOf,
  peersOf,
  rulesOf,
  type ServerPort,
} from "../graph/network";
import { describeIdentity, type KubernetesObject } from "../graph/object";
import { objects, workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

/** Credentials of the node can be had there (EC2 instance metadata service, both families). */
const metadataAddresses = ["169.254.169.254", "fd00:ec2::254"] as const;
/** Ports of Linkerd's control plane: https://linkerd.io/docs/reference/cli/ports and its chart. */
const meshPorts = [
  { component: "destination", number: 8086, purpose: "discovery" },
  { component: "destination", number: 8090, purpose: "policy" },
  { component: "identity", number: 8080, purpose: "certificates" },
] as const;

const settings = z.strictObject({
  internetEgress: z
    .array(z.string().min(1))
    .default([])
    .describe("workloads that may reach the internet: name, Kind/name or Kind/namespace/name"),
  dns: z
    .strictObject({ namespace: z.string(), labels: z.record(z.string(), z.string()) })
    .default({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" } })
    .describe("pods that resolve names"),
  dnsAddresses: z
    .array(z.string())
    .default([])
    .describe("addresses of a resolver on the node, where pods ask one (169.254.20.10 of NodeLocal DNSCache)"),
  scraperLabel: z
    .strictObject({ key: z.string(), value: z.string() })
    .default({ key: "app.kubernetes.io/name", value: "prometheus" })
    .describe("label of the pods that scrape metrics"),
});
type Settings = z.infer<typeof settings>;

const dnsRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};
const policy = (egress: readonly unknown[]) =>
  object("networking.k8s.io/v1", "NetworkPolicy", "archive-service", {
    spec: { podSelector: {}, policyTypes: ["Egress"], egress },
  });

export const rule = defineRule<Settings>({
  id: "ALT-NET-005",
  slug: "kubernetes-network-policy-limits-egress",
  title: "Isolated pods reach DNS, their mesh and their scraper; the internet only by name; the metadata address never",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "An isolated pod without DNS fails on every name, and one that its scraper cannot reach is missing from every alert. " +
    "A pod that may reach any address can send data out, and can fetch its node's credentials from 169.254.169.254.",
  fix: "Allow port 53 UDP and TCP to the cluster's DNS; name services that need the internet; except the metadata address.",
  planSteps: ["2.2.4"],
  peers: ["kyverno add-networkpolicy-dns", "kubescape C-0052"],
  settings,
  examples: {
    pass: { title: "DNS and nothing else", manifests: [deployment({}), policy([dnsRule])] },
    fail: {
      title: "everything, the metadata address included",
      manifests: [deployment({}), policy([dnsRule, { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }])],
    },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: options }) {
        const policies = isolating(workload, graph, "Egress");
        if (policies === undefined) return new NotApplicable("No policy limits what leaves its pods; see ALT-NET-002.");
        const policyName = workload.podSpec.at("dnsPolicy").text() ?? "ClusterFirst";
        return yield* aspects(
          function* () {
            if (policyName === "None" || policyName === "Default") return;
            const { namespace, labels } = options.dns;
            const resolver: PeerPod = {
              namespace,
              namespaceLabel: namespaceLabels(namespace, graph),
              podLabel: (key) => labels[key],
            };
            yield* each(["UDP", "TCP"] as const, function* (protocol) {
              const port: ServerPort = { number: 53, protocol, name: protocol === "UDP" ? "dns" : "dns-tcp" };
              if (allowsPod(policies, "Egress", resolver, port)) return;
              if (allowsAddress(policies, options.dnsAddresses, port)) return;
              const problem = `cannot ask the cluster's DNS: no policy allows ${protocol} port 53 to ${namespace}`;
              yield {
                problem,
                path: workload.labels.path,
                fix: "allow egress to the DNS pods on port 53, UDP and TCP",
              };
            });
          },
          () => checkMesh(workload, policies, graph),
        );
      },
    ),
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { graph, settings: { scraperLabel } }) {
        if (workload.podAnnotation("prometheus.io/scrape") !== "true") {
          return new NotApplicable("Its pods do not ask to be scraped.");
        }
        const policies = isolating(workload, graph, "Ingress");
        const scrapers = labelled(graph, scraperLabel.key, scraperLabel.value);
        if (policies === undefined || scrapers.length === 0) {
          return new NotApplicable("No policy limits what enters its pods, or nothing in this stack scrapes.");
        }
        const number = Number(workload.podAnnotation("prometheus.io/port") ?? "9090");
        return yield* each(scrapers, function* (scraper) {
          if (allowsPod(policies, "Ingress", peerOf(scraper, graph), { number, protocol: "TCP" })) return;
          const problem = `cannot be scraped by ${describeIdentity(scraper.object.identity)} on port ${number}`;
          yield { problem, path: workload.labels.path, fix: "allow ingress from the scraper on that port" };
        });
      },
    ),
    part(
      ({ graph }) => objects(graph, "NetworkPolicy"),
      function* (object, { graph, settings: options }) {
        if (!isolates(object, "Egress")) return new NotApplicable("It says nothing about what leaves pods.");
        return yield* each(rulesOf(object, "Egress"), (egress) => checkRule(egress, object, graph, options));
      },
    ),
  ],
});

/** The policies of a workload when they isolate it in a direction. @throws UnknownValue when that cannot be told. */
function isolating(workload: Workload, graph: Graph, direction: Direction): readonly KubernetesObject[] | undefined {
  if (workload.podSpec.at("hostNetwork").flag() === true) return undefined;
  const policies = graph.networkPolicies.objectsOf(workload).all();
  return anyKnown(policies, (each) => isolates(each, direction)) ? policies : undefined;
}

/** What was found before, by label; every workload asks for the same few. */
const found = new WeakMap<Graph, Map<string, readonly Workload[]>>();

/** The workloads whose pods have a label, with any value or with this one. @throws UnknownValue when that cannot be told. */
function labelled(graph: Graph, key: string, value?: string): readonly Workload[] {
  const known = found.get(graph) ?? new Map<string, readonly Workload[]>();
  found.set(graph, known);
  const wanted = JSON.stringify([key, value]);
  const before = known.get(wanted);
  if (before) return before;
  const workloads = graph.workloads.filter(({ podLabel }) => {
    const actual = podLabel(key);
    return value === undefined ? actual !== undefined : actual === value;
  });
  known.set(wanted, workloads);
  return workloads;
}

function* checkMesh(workload: Workload, policies: readonly KubernetesObject[], graph: Graph): Generator<Failure> {
  const label = "linkerd.io/control-plane-component";
  const controlPlane = labelled(graph, label);
  if (controlPlane.length === 0 || !isMeshed(workload, graph)) return;
  for (const { component, number, purpose } of meshPorts) {
    const server = controlPlane.find((each) => each.podLabel(label) === component);
    if (!server || allowsPod(policies, "Egress", peerOf(server, graph), { number, protocol: "TCP" })) continue;
    const problem = `has a mesh proxy that cannot reach ${purpose} at ${describeIdentity(server.object.identity)}`;
    yield { problem, path: workload.labels.path, fix: `allow egress to it on TCP port ${number}` };
  }
}

/** Whether a rule to address blocks covers one of the node's own resolvers. */
function allowsAddress(policies: readonly KubernetesObject[], addresses: readonly string[], port: ServerPort): boolean {
  return anyKnown(policies, (policy) =>
    anyKnown(rulesOf(policy, "Egress"), (egress) => {
      const blocks = (peersOf(egress, "Egress") ?? []).map((peer) => peer.at("ipBlock")).filter(({ exists }) => exists);
      return (
        allowsPort(egress, port) &&
        anyKnown(blocks, (block) => addresses.some((address) => addressBlock(block).contains(address)))
      );
    }),
  );
}

function* checkRule(egress: Field, object: KubernetesObject, graph: Graph, options: Settings): Generator<Failure> {
  const peers = peersOf(egress, "Egress");
  if (peers === undefined) {
    const fix = "name the pods, or the address block without the metadata address, in to";
    yield { problem: "allows egress to every address, the metadata address included", path: egress.path, fix };
    return;
  }
  yield* each(peers, function* (peer) {
    const field = peer.at("ipBlock");
    if (!field.exists) return;
    const block = addressBlock(field);
    const metadata = metadataAddresses.find((address) => block.contains(address));
    if (metadata !== undefined) {
      const path = field.at("except").path;
      const fix = `except ${metadata}/${block.family === "ipv4" ? 32 : 128}`;
      yield { problem: `allows egress to ${block.cidr}, in which the metadata address ${metadata} lies`, path, fix };
    }
    // Wider than any organisation's own block: halves of the internet count as the internet.
    if (block.prefix >= (block.family === "ipv4" ? 8 : 16)) return;
    for (const workload of graph.networkPolicies.workloadsOf(object).all()) {
      const { identity } = workload.object;
      if (options.internetEgress.some((pattern) => matchesResource(pattern, identity))) continue;
      const problem = `lets ${describeIdentity(identity)} reach the internet (${block.cidr})`;
      const fix = "narrow the block, or name the workload in the rule's internetEgress";
      yield { problem, path: field.at("cidr").path, fix };
    }
  });
}
