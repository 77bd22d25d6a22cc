import { type Concern, type Edge, type Endpoint } from "../endpoint";
import { addressBlock, parseAddress, parseCidr } from "./address-block";
import { type End, type Network, type Pod } from "./network";
import { type Labels, type NetworkPolicy } from "./network-policy";
import { edgePolicies, exceptions, namespacePolicies, podLabels } from "./policies";

/** What an edge says about the network. */
export type DeclaredEdge = Pick<Edge, "from" | "to" | "port" | "protocol" | "purpose">;

/** Who is declared to talk to whom. */
export interface DeclaredConnectivity {
  readonly edges: readonly DeclaredEdge[];
  readonly endpoints: readonly Endpoint[];
  readonly namespaces: Readonly<Record<Concern, string>>;
}

/** One end whose connections are tried. */
export interface Probe {
  /** How reports call it; the replicas of an endpoint share its name. */
  readonly name: string;
  readonly end: End;
  /** The endpoint that it stands for; absent for those that no edge names. */
  readonly endpoint?: string;
  /** Whether it is a pod in one of the platform's namespaces; what others do among themselves is not the platform's. */
  readonly inside: boolean;
  /** Whether no edge may open it, however wide its block: the node's credentials are there. */
  readonly forbidden?: boolean;
}

/** A network in which a platform's policies can be tried: its endpoints, and others that must stay outside. */
export interface PlatformNetwork extends Network {
  readonly probes: readonly Probe[];
  /** The pods that resolve names. */
  readonly dns: Probe;
}

/** Addresses outside; those of documentation (RFC 5737, RFC 3849) stand for the internet. */
const strangers = [
  { name: "the internet", addresses: ["203.0.113.10", "2001:db8::10"] },
  // Of EC2's instance metadata service, in both families.
  { name: "the metadata service", addresses: ["169.254.169.254", "fd00:ec2::254"], forbidden: true },
  // None of the pods below: a node, or another network that the cluster's is connected with.
  { name: "a private address", addresses: ["10.255.255.254", "fd00:ffff::1"] },
];
const foreignNamespace = "default";
const dnsLabels = { "k8s-app": "kube-dns" };

/** The policies that the model makes for what is declared. */
export function declaredPolicies({ edges, endpoints, namespaces }: DeclaredConnectivity): NetworkPolicy[] {
  return [
    ...Object.values(namespaces).flatMap((namespace) => namespacePolicies(namespace)),
    ...edgePolicies(edges, endpoints, namespaces),
  ];
}

/**
 * Two pods of each endpoint, the cluster's DNS, and strangers: in each namespace a pod without labels, for each
 * endpoint a pod of another namespace with the same labels, and addresses outside.
 *
 * @param policies the policies to try, from any source; default those that the model makes.
 * @param labels labels that the pods of endpoints really have, by its name; default those by which policies select them.
 */
export function platformNetwork(
  declared: DeclaredConnectivity,
  policies: readonly NetworkPolicy[] = declaredPolicies(declared),
  labels: ReadonlyMap<string, Labels> = new Map(),
): PlatformNetwork {
  const pods: Pod[] = [];
  const probes: Probe[] = [];
  const addPod = (name: string, pod: Omit<Pod, "ips">, endpoint?: string): Probe => {
    const number = pods.length + 1;
    // Both families, because a policy may leave only one of them open.
    pods.push({ ...pod, ips: [`10.0.${number >> 8}.${number & 255}`, `fd00::${number.toString(16)}`] });
    const inside = Object.values(declared.namespaces).includes(pod.namespace);
    const probe = {
      name,
      end: { namespace: pod.namespace, name: pod.name },
      inside,
      ...(endpoint ? { endpoint } : {}),
    };
    probes.push(probe);
    return probe;
  };
  for (const endpoint of declared.endpoints) {
    const { name } = endpoint;
    if (endpoint.kind === "external") {
      const addresses = endpoint.cidrs.flatMap((cidr) => sampleAddress(cidr) ?? []);
      probes.push(...addresses.map((address) => ({ name, end: { address }, endpoint: name, inside: false })));
      continue;
    }
    const namespace = declared.namespaces[endpoint.concern];
    const own = labels.get(name) ?? podLabels(endpoint);
    for (const replica of [0, 1]) addPod(name, { namespace, name: `${name}-${replica}`, labels: own }, name);
    addPod(`a pod labelled like ${name} in ${foreignNamespace}`, { namespace: foreignNamespace, name, labels: own });
  }
  for (const namespace of new Set([...Object.values(declared.namespaces), foreignNamespace])) {
    addPod(`a pod without labels in ${namespace}`, { namespace, name: "stranger", labels: {} });
  }
  const dns = addPod("the cluster's DNS", { namespace: "kube-system", name: "kube-dns", labels: dnsLabels });
  probes.push(
    ...strangers.flatMap(({ name, addresses, forbidden = false }) =>
      addresses.map((address) => ({ name: `${name} (${address})`, end: { address }, inside: false, forbidden })),
    ),
  );
  return { pods, namespaces: [], policies, probes, dns };
}

/** Whether an endpoint outside the cluster is declared to have an address; the whole internet is without private ranges. */
export function hasAddress(endpoint: Endpoint, address: string): boolean {
  const parsed = parseAddress(address);
  if (endpoint.kind !== "external" || !parsed) return false;
  return endpoint.cidrs.some((text) => {
    const cidr = parseCidr(text);
    const holes = exceptions(text).flatMap((exception) => parseCidr(exception) ?? []);
    return cidr !== undefined && addressBlock(cidr, holes).contains(parsed);
  });
}

/** An address of a block; of the whole internet one of documentation, because its first ones mean no host. */
function sampleAddress(text: string): string | undefined {
  const cidr = parseCidr(text);
  if (cidr === undefined) return undefined;
  if (cidr.prefix === 0) return cidr.family === "ipv4" ? "198.51.100.10" : "2001:db8:ffff::10";
  return cidr.text;
}
