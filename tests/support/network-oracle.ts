import { type Connection, type End, type Network, type Pod } from "../../model/connectivity/network";
import { type LabelSelector, type NetworkPolicy, type PolicyPeer } from "../../model/connectivity/network-policy";

/** One end of one packet: an address without a pod, a pod by one of its addresses, or a pod whose addresses nobody knows. */
interface Station {
  readonly key: string;
  readonly pod?: Pod;
  /** The address as its bits. */
  readonly bits?: string;
}

/**
 * A slow evaluator of network policies that is easy to check by eye: it writes down every packet that any policy
 * permits, one by one, and then looks a connection up. It shares no code with the simulator: addresses are texts of
 * bits, selectors are sets of `key=value`.
 */
export class NetworkOracle {
  private readonly isolated = new Set<string>();
  private readonly permitted = new Set<string>();

  /** @param addresses addresses outside the cluster, @param ports ports: the only ones that may be asked about. */
  constructor(
    private readonly network: Network,
    addresses: readonly string[],
    ports: readonly number[],
  ) {
    const stations = [...network.pods.flatMap(stationsOfPod), ...addresses.map(stationOfAddress)];
    for (const policy of network.policies) {
      for (const pod of network.pods.filter((each) => this.isAbout(policy, each))) {
        for (const direction of directions(policy)) {
          this.isolated.add(`${direction} ${nameOf(pod)}`);
          this.permit(policy, direction, pod, stations, ports);
        }
      }
    }
  }

  allows({ from, to, port, protocol = "TCP" }: Connection): boolean {
    const [source, target] = [this.podOf(from), this.podOf(to)];
    if (source && target) {
      if (source === target) return true;
      const host = Boolean(source.hostNetwork) || Boolean(target.hostNetwork);
      if (host && source.node !== undefined && source.node === target.node) return true;
    }
    for (const one of source ? stationsOfPod(source) : [stationOfAddress((from as { address: string }).address)]) {
      for (const two of target ? stationsOfPod(target) : [stationOfAddress((to as { address: string }).address)]) {
        if (one.bits !== undefined && two.bits !== undefined && one.bits.length !== two.bits.length) continue;
        // An end without a known address may have any; the packet's other end says of which family it is.
        const bits = (one.bits ?? two.bits)?.length;
        for (const size of bits === undefined ? [32, 128] : [bits]) {
          const tail = `${protocol} ${port} ${size}`;
          const leaves = !this.isolates("Egress", source) || this.permitted.has(`Egress ${one.key} ${two.key} ${tail}`);
          const enters =
            !this.isolates("Ingress", target) || this.permitted.has(`Ingress ${two.key} ${one.key} ${tail}`);
          if (leaves && enters) return true;
        }
      }
    }
    return false;
  }

  private isolates(direction: string, pod: Pod | undefined): boolean {
    return pod !== undefined && this.isolated.has(`${direction} ${nameOf(pod)}`);
  }

  private isAbout(policy: NetworkPolicy, pod: Pod): boolean {
    return !pod.hostNetwork && pod.namespace === policy.namespace && meets(policy.spec.podSelector ?? {}, pod.labels);
  }

  private permit(
    policy: NetworkPolicy,
    direction: string,
    pod: Pod,
    stations: readonly Station[],
    ports: readonly number[],
  ) {
    const rules =
      direction === "Egress"
        ? (policy.spec.egress ?? []).map((rule) => ({ peers: rule.to ?? [], ports: rule.ports ?? [] }))
        : (policy.spec.ingress ?? []).map((rule) => ({ peers: rule.from ?? [], ports: rule.ports ?? [] }));
    for (const rule of rules) {
      for (const station of stations) {
        const isPeer = rule.peers.length === 0 || rule.peers.some((peer) => this.isPeer(peer, policy, station));
        if (!isPeer) continue;
        const receiver = direction === "Egress" ? station.pod : pod;
        for (const protocol of ["TCP", "UDP", "SCTP"]) {
          for (const port of ports) {
            const numbers = rule.ports
              .filter((each) => (each.protocol ?? "TCP") === protocol)
              .flatMap((each) => {
                if (typeof each.port === "number") return range(each.port, each.endPort ?? each.port);
                const declared = (receiver?.ports ?? []).filter((one) => (one.protocol ?? "TCP") === protocol);
                return each.port
                  ? declared.filter(({ name }) => name === each.port).map(({ containerPort }) => containerPort)
                  : ports;
              });
            if (rule.ports.length > 0 && !numbers.includes(port)) continue;
            for (const own of stationsOfPod(pod)) {
              for (const size of [32, 128]) {
                this.permitted.add(`${direction} ${own.key} ${station.key} ${protocol} ${port} ${size}`);
              }
            }
          }
        }
      }
    }
  }

  private isPeer(
    { ipBlock, namespaceSelector, podSelector }: PolicyPeer,
    policy: NetworkPolicy,
    station: Station,
  ): boolean {
    if (ipBlock) {
      const inside = (cidr: string) => station.bits?.startsWith(prefixOf(cidr)) && sameSize(station.bits, cidr);
      return Boolean(inside(ipBlock.cidr)) && !(ipBlock.except ?? []).some(inside);
    }
    const { pod } = station;
    if (!pod || pod.hostNetwork) return false;
    const labels = this.network.namespaces.find(({ name }) => name === pod.namespace)?.labels ?? {};
    const named = { ...labels, "kubernetes.io/metadata.name": pod.namespace };
    const inNamespace = namespaceSelector ? meets(namespaceSelector, named) : pod.namespace === policy.namespace;
    return inNamespace && (!podSelector || meets(podSelector, pod.labels));
  }

  private podOf(end: End): Pod | undefined {
    return this.network.pods.find((pod) =>
      "address" in end
        ? !pod.hostNetwork && (pod.ips ?? []).some((ip) => bitsOf(ip) === bitsOf(end.address))
        : pod.namespace === end.namespace && pod.name === end.name,
    );
  }
}

function directions({ spec }: NetworkPolicy): readonly string[] {
  if (spec.policyTypes?.length) return spec.policyTypes;
  return spec.egress?.length ? ["Ingress", "Egress"] : ["Ingress"];
}

function meets(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const keys = new Set(Object.keys(labels));
  const pairs = new Set(Object.entries(labels).map(([key, value]) => `${key}=${value}`));
  const failures = [
    ...Object.entries(selector.matchLabels ?? {}).filter(([key, value]) => !pairs.has(`${key}=${value}`)),
    ...(selector.matchExpressions ?? []).filter(({ key, operator, values }) => {
      const hits = (values ?? []).filter((value) => pairs.has(`${key}=${value}`)).length;
      return { In: hits === 0, NotIn: hits > 0, Exists: !keys.has(key), DoesNotExist: keys.has(key) }[operator];
    }),
  ];
  return failures.length === 0;
}

function nameOf(pod: Pod): string {
  return `${pod.namespace}/${pod.name}`;
}

function stationsOfPod(pod: Pod): Station[] {
  if (!pod.ips?.length) return [{ key: nameOf(pod), pod }];
  return pod.ips.map((ip) => ({ key: `${nameOf(pod)}@${bitsOf(ip)}`, pod, bits: bitsOf(ip) }));
}

function stationOfAddress(address: string): Station {
  return { key: bitsOf(address), bits: bitsOf(address) };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function prefixOf(cidr: string): string {
  const [address = "", prefix = ""] = cidr.split("/");
  return bitsOf(address).slice(0, Number(prefix));
}

function sameSize(bits: string, cidr: string): boolean {
  return bits.length === (cidr.includes(":") ? 128 : 32);
}

/** An address as 32 or 128 characters 0 and 1. */
export function bitsOf(address: string): string {
  if (!address.includes(":"))
    return address
      .split(".")
      .map((byte) => Number(byte).toString(2).padStart(8, "0"))
      .join("");
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: zeros }, () => "0"), ...after]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}
