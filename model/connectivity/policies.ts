import { type Concern, type Edge, type Endpoint } from "../endpoint";
import { namespaceNameLabel, selectorLabels } from "../labels";

/** A NetworkPolicy as plain data; `metadata` and labels are the registering layer's. */
export interface NetworkPolicyObject {
  readonly name: string;
  readonly namespace: string;
  /** Why it exists, for the annotation that people read with kubectl. */
  readonly description: string;
  readonly spec: NetworkPolicySpec;
}

export interface NetworkPolicySpec {
  podSelector: LabelSelector;
  policyTypes: ("Ingress" | "Egress")[];
  ingress?: { from: Peer[]; ports: PolicyPort[] }[];
  egress?: { to: Peer[]; ports: PolicyPort[] }[];
}
interface LabelSelector {
  matchLabels?: Record<string, string>;
}
type Peer =
  { namespaceSelector: LabelSelector; podSelector: LabelSelector } | { ipBlock: { cidr: string; except: string[] } };
interface PolicyPort {
  port: number;
  protocol: "TCP" | "UDP";
}

/**
 * Addresses that no rule to the outside may open: the cloud's metadata service (credentials of the node) and the
 * private ranges (RFC 1918, shared address space RFC 6598, link-local RFC 3927), where the cluster itself lives.
 */
export const metadataAddress = "169.254.169.254/32";
const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** The policies that every namespace has before any edge: nothing in, nothing out, but names can be resolved. */
export function namespacePolicies(namespace: string): NetworkPolicyObject[] {
  const everyPod = {};
  return [
    {
      name: "default-deny",
      namespace,
      description: "Nothing enters or leaves a pod of this namespace unless another policy allows it.",
      spec: { podSelector: everyPod, policyTypes: ["Ingress", "Egress"] },
    },
    {
      name: "allow-dns",
      namespace,
      description: "Every pod may ask the cluster's DNS servers.",
      spec: {
        podSelector: everyPod,
        policyTypes: ["Egress"],
        egress: [
          {
            to: [peer("kube-system", { "k8s-app": "kube-dns" })],
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
        ],
      },
    },
  ];
}

/**
 * One policy for each end of each edge that lies in the cluster: the caller may leave to exactly that callee and port,
 * the callee may be entered by exactly that caller. Named by the edge, so that an edge taken away takes exactly its own.
 *
 * @throws when an edge names an end that is not among `endpoints`; the platform is checked for that before.
 */
export function edgePolicies(
  edges: readonly Pick<Edge, "from" | "to" | "port" | "protocol" | "purpose">[],
  endpoints: readonly Endpoint[],
  namespaces: Readonly<Record<Concern, string>>,
): NetworkPolicyObject[] {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const end = (name: string) => {
    const endpoint = byName.get(name);
    if (!endpoint) throw new Error(`no endpoint is named ${name}`);
    return endpoint;
  };
  return edges.flatMap((edge) => {
    const [from, to] = [end(edge.from), end(edge.to)];
    const name = `${edge.from}-to-${edge.to}-${edge.port}${edge.protocol === "UDP" ? "-udp" : ""}`;
    const ports: PolicyPort[] = [{ port: edge.port, protocol: edge.protocol }];
    const policies: NetworkPolicyObject[] = [];
    if (from.kind !== "external") {
      policies.push({
        name: `${name}-egress`,
        namespace: namespaces[from.concern],
        description: edge.purpose,
        spec: {
          podSelector: { matchLabels: podLabels(from) },
          policyTypes: ["Egress"],
          egress: [{ to: peers(to, namespaces), ports }],
        },
      });
    }
    if (to.kind !== "external") {
      policies.push({
        name: `${name}-ingress`,
        namespace: namespaces[to.concern],
        description: edge.purpose,
        spec: {
          podSelector: { matchLabels: podLabels(to) },
          policyTypes: ["Ingress"],
          ingress: [{ from: peers(from, namespaces), ports }],
        },
      });
    }
    return policies;
  });
}

function peers(endpoint: Endpoint, namespaces: Readonly<Record<Concern, string>>): Peer[] {
  return endpoint.kind === "external"
    ? endpoint.cidrs.map((cidr) => ({ ipBlock: { cidr, except: exceptions(cidr) } }))
    : [peer(namespaces[endpoint.concern], podLabels(endpoint))];
}

function peer(namespace: string, labels: Record<string, string>): Peer {
  return {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
    podSelector: { matchLabels: labels },
  };
}

/** Labels by which policies select the pods of an endpoint in the cluster. */
export function podLabels(endpoint: Exclude<Endpoint, { kind: "external" }>): Record<string, string> {
  return { ...(endpoint.kind === "service" ? selectorLabels(endpoint.name) : endpoint.podLabels) };
}

/** The API server refuses an exception outside its block, so only a block of the whole internet gets them. */
export function exceptions(cidr: string): string[] {
  if (cidr === "0.0.0.0/0") return [...privateRanges, metadataAddress];
  if (cidr === "::/0") return ["fc00::/7", "fe80::/10", "fd00:ec2::254/128"];
  return [];
}
