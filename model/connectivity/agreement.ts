import { explain } from "./decision";
import { type Connection } from "./network";
import { type Protocol, protocols } from "./network-policy";
import {
  type DeclaredConnectivity,
  type DeclaredEdge,
  hasAddress,
  type PlatformNetwork,
  type Probe,
} from "./platform-network";
import { distinctPorts, type PortRange } from "./ports";
import { NetworkSimulator } from "./simulate";

/** Whether policies let one declared connection pass. */
export interface Verdict {
  readonly allowed: boolean;
  /** Why, in sentences; of the first replicas that are denied, otherwise of the first. */
  readonly explanation: readonly string[];
}

/** A connection that nobody declared and the policies let pass. */
export interface UnexpectedConnection {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly ports: readonly PortRange[];
  readonly explanation: readonly string[];
}

/** Policies against declaration. */
export interface Agreement {
  /** Whether everything that is declared passes, and nothing else does. */
  readonly agree: boolean;
  /** Connections that were tried: pairs of ends, times protocols, times ranges of ports that policies tell apart. */
  readonly connections: number;
  /** For each declared edge, in its order. */
  readonly edges: readonly (Verdict & { readonly edge: DeclaredEdge })[];
  /** Whether every pod of the platform may ask the cluster's DNS, over UDP and TCP. */
  readonly dns: Verdict;
  readonly unexpected: readonly UnexpectedConnection[];
}

const dnsPort = 53;
const dnsProtocols: readonly Protocol[] = ["UDP", "TCP"];

/**
 * Tries every connection between the ends of a platform, and between them and strangers, on every port.
 *
 * @throws for policies that the API server would refuse.
 */
export function checkAgreement(declared: DeclaredConnectivity, network: PlatformNetwork): Agreement {
  const simulator = new NetworkSimulator(network);
  const verdict = (connections: readonly Connection[]): Verdict => {
    const shown = connections.find((connection) => !simulator.allows(connection)) ?? connections[0];
    if (shown === undefined) return { allowed: false, explanation: ["There is no such end in this network."] };
    const decision = simulator.decide(shown);
    return { allowed: decision.allowed, explanation: explain(shown, decision) };
  };
  const inside = network.probes.filter((probe) => probe.inside);
  const edges = declared.edges.map((edge) => ({ edge, ...verdict(connectionsOf(edge, network.probes)) }));
  const dns = verdict(
    inside.flatMap(({ end }) =>
      dnsProtocols.map((protocol) => ({ from: end, to: network.dns.end, port: dnsPort, protocol })),
    ),
  );
  const { connections, unexpected } = undeclared(declared, network, simulator);
  const agree = unexpected.length === 0 && dns.allowed && edges.every(({ allowed }) => allowed);
  return { agree, connections, edges, dns, unexpected };
}

function connectionsOf({ from, to, port, protocol }: DeclaredEdge, probes: readonly Probe[]): Connection[] {
  const ends = (name: string) => probes.filter(({ endpoint }) => endpoint === name).map(({ end }) => end);
  return ends(from).flatMap((source) =>
    ends(to)
      .filter((target) => target !== source)
      .map((target) => ({ from: source, to: target, port, protocol })),
  );
}

function undeclared(
  declared: DeclaredConnectivity,
  network: PlatformNetwork,
  simulator: NetworkSimulator,
): Pick<Agreement, "connections" | "unexpected"> {
  const { probes, policies, dns } = network;
  const rules = policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
  const ranges = distinctPorts(
    rules.flatMap(({ ports }) => ports ?? []),
    [...declared.edges.map(({ port }) => port), dnsPort].map((containerPort) => ({ containerPort })),
  );
  const isDeclared = declaration(declared, dns);
  const found = new Map<
    string,
    { first: Connection; from: Probe; to: Probe; protocol: Protocol; ports: PortRange[] }
  >();
  let connections = 0;
  for (const from of probes) {
    for (const to of probes) {
      if (from === to || !(from.inside || to.inside)) continue;
      const allows = simulator.between(from.end, to.end);
      for (const protocol of protocols) {
        connections += ranges.length;
        for (const range of ranges) {
          if (!allows(range.first, protocol) || isDeclared(from, to, range.first, protocol)) continue;
          const key = `${from.name} ${to.name} ${protocol}`;
          const first = { from: from.end, to: to.end, port: range.first, protocol };
          const entry = found.get(key) ?? { first, from, to, protocol, ports: [] };
          entry.ports.push(range);
          found.set(key, entry);
        }
      }
    }
  }
  const unexpected = [...found.values()].map(({ first, from, to, protocol, ports }) => ({
    from: from.name,
    to: to.name,
    protocol,
    ports: joined(ports),
    explanation: explain(first, simulator.decide(first)),
  }));
  return { connections, unexpected };
}

/** Whether a connection is an edge, or a question to the DNS. */
function declaration({ edges, endpoints }: DeclaredConnectivity, dns: Probe) {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const stands = (probe: Probe, name: string) => {
    if (!("address" in probe.end)) return probe.endpoint === name;
    if (probe.forbidden) return false;
    const endpoint = byName.get(name);
    return endpoint !== undefined && hasAddress(endpoint, probe.end.address);
  };
  return (from: Probe, to: Probe, port: number, protocol: Protocol): boolean =>
    (to === dns && port === dnsPort && dnsProtocols.includes(protocol)) ||
    edges.some(
      (edge) => edge.port === port && edge.protocol === protocol && stands(from, edge.from) && stands(to, edge.to),
    );
}

/** Ranges in order, those that touch or were found for several replicas made one. */
function joined(ranges: readonly PortRange[]): PortRange[] {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((one, other) => one.first - other.first)) {
    const before = result.at(-1);
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last);
    else result.push({ first, last });
  }
  return result;
}
