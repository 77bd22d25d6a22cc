import { renderProblems } from "../problem";
import { parseAddress } from "./address-block";
import { type CompiledPolicy, Compiler, families, type Party, type PodParty, podAddresses, union } from "./compile";
import { type Decision, type SideDecision } from "./decision";
import { type Connection, describeEnd, type End, type Network, type Pod } from "./network";
import { type Direction, type NetworkPolicy, type Protocol } from "./network-policy";
import { highestPort } from "./ports";
import { policyProblems } from "./problems";
import { decideSide, passingFamilies, passingFamiliesOfPods, rulesFor, type Way } from "./side";

/**
 * Answers who reaches whom under NetworkPolicies, as Kubernetes documents them: a connection passes when the sender's
 * policies let it leave and the receiver's let it enter; policies only add up, and a pod that none isolates in a
 * direction is open in it.
 *
 * Not simulated: whether a network plug-in enforces policies at all, addresses that a load balancer or a gateway
 * replaces on the way, protocols beside TCP, UDP and SCTP.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class NetworkSimulator {
  private readonly pods: readonly PodParty[];
  private readonly byName: ReadonlyMap<string, Party>;
  private readonly byAddress: ReadonlyMap<string, Party>;
  /** For each pod, by its index, the policies that isolate it. */
  private readonly isolating: Readonly<Record<Direction, readonly (readonly CompiledPolicy[])[]>>;

  /**
   * @throws when it cannot mean anything: policies that the API server would refuse, all problems at once; two pods of
   *   one name or address; an address that is none.
   */
  constructor({ pods, namespaces, policies }: Network) {
    const problems = policies.flatMap(policyProblems);
    if (problems.length > 0) throw new Error(renderProblems("These network policies cannot be simulated", problems));
    this.pods = pods.map((pod, index) => ({ kind: "pod", index, pod, families: familiesOf(pod) }));
    this.byName = indexed(this.pods, "name", ({ pod }) => [describeEnd(pod)]);
    // A node's address is not any one of the pods that use it.
    this.byAddress = indexed(this.pods, "address", ({ pod }) =>
      pod.hostNetwork ? [] : podAddresses(pod).map(({ text }) => text),
    );
    const selecting = selectingPolicies(new Compiler(pods, namespaces), pods, policies);
    const only = (direction: Direction) => selecting.map((list) => list.filter(({ isolates }) => isolates[direction]));
    this.isolating = { Ingress: only("Ingress"), Egress: only("Egress") };
  }

  /** Whether a connection passes; fast, without reasons. @throws for an end or a port that does not exist. */
  allows(connection: Connection): boolean {
    return this.passes(this.resolve(connection));
  }

  /** Like {@link allows} for many ports of one pair: whom rules mean is looked up once. @throws for an unknown end. */
  between(from: End, to: End): (port: number, protocol: Protocol) => boolean {
    const [source, target] = [this.party(from), this.party(to)];
    if (exemption(source, target) !== undefined) return () => true;
    const possible = source.families & target.families;
    const out = rulesFor(this.policiesOf(source, "Egress"), "Egress", target);
    const into = rulesFor(this.policiesOf(target, "Ingress"), "Ingress", source);
    if (out === undefined || into === undefined) return () => false;
    return (port, protocol) => {
      assertPort(port);
      const way = { from: source, to: target, port, protocol };
      const leaving = passingFamilies(out, "Egress", way, possible);
      return passingFamilies(into, "Ingress", way, leaving) !== families.none;
    };
  }

  /** Whether a connection passes, and why. @throws for an end or a port that does not exist. */
  decide(connection: Connection): Decision {
    const way = this.resolve(connection);
    const { from, to } = way;
    const reason = exemption(from, to);
    if (reason !== undefined) {
      const side: SideDecision = { allowed: true, reason };
      return { allowed: true, leaving: side, entering: side, caveats: [] };
    }
    const possible = from.families & to.families;
    if (possible === families.none) {
      const side: SideDecision = { allowed: false, reason: "no-common-family" };
      return { allowed: false, leaving: side, entering: side, caveats: [] };
    }
    const passing = this.passing(way);
    // One family for both sides: a reason of the other family would not belong to this connection.
    const family = lowest(passing === families.none ? possible : passing);
    const leaving = decideSide(this.policiesOf(way.from, "Egress"), "Egress", way, family);
    const entering = decideSide(this.policiesOf(to, "Ingress"), "Ingress", way, family);
    const caveats = [...hostNetworkCaveats(way), ...leaving.caveats, ...entering.caveats];
    if (passing !== families.none && passing !== possible) {
      const [over, other] = passing === families.ipv4 ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
      caveats.push(`That is so over ${over}; over ${other} it is denied.`);
    }
    return {
      allowed: passing !== families.none,
      leaving: leaving.side,
      entering: entering.side,
      caveats: [...new Set(caveats)],
    };
  }

  /** Every ordered pair of different pods of which the first reaches the second. @throws for a port that does not exist. */
  *reachable(port: number, protocol: Protocol = "TCP"): Generator<readonly [from: Pod, to: Pod]> {
    assertPort(port);
    const rows = (direction: Direction) =>
      this.pods.map((pod) =>
        passingFamiliesOfPods(this.policiesOf(pod, direction), direction, pod, this.pods, { port, protocol }),
      );
    const [leaving, entering] = [rows("Egress"), rows("Ingress")];
    for (const from of this.pods) {
      for (const to of this.pods) {
        if (from === to) continue;
        const sides = (leaving[from.index]?.[to.index] ?? 0) & (entering[to.index]?.[from.index] ?? 0);
        const passing = sides & from.families & to.families;
        if (passing !== families.none || exemption(from, to) !== undefined) yield [from.pod, to.pod];
      }
    }
  }

  private passes(way: Way): boolean {
    return exemption(way.from, way.to) !== undefined || this.passing(way) !== families.none;
  }

  /** The families of addresses in which both ends let a connection through. */
  private passing(way: Way): number {
    const possible = way.from.families & way.to.families;
    const leaving = passingFamilies(this.policiesOf(way.from, "Egress"), "Egress", way, possible);
    return passingFamilies(this.policiesOf(way.to, "Ingress"), "Ingress", way, leaving);
  }

  private policiesOf(subject: Party, direction: Direction): readonly CompiledPolicy[] {
    return subject.kind === "pod" ? (this.isolating[direction][subject.index] ?? []) : [];
  }

  private resolve({ from, to, port, protocol = "TCP" }: Connection): Way {
    assertPort(port);
    return { from: this.party(from), to: this.party(to), port, protocol };
  }

  private party(end: End): Party {
    if (!("address" in end)) {
      const pod = this.byName.get(describeEnd(end));
      if (!pod) throw new Error(`No pod is named ${describeEnd(end)}.`);
      return pod;
    }
    const address = parseAddress(end.address);
    if (!address) throw new Error(`${end.address} is no IP address.`);
    return this.byAddress.get(address.text) ?? { kind: "address", address, families: families[address.family] };
  }
}

/** For each pod the policies that select it; those of its namespace are asked, not all. */
function selectingPolicies(
  compiler: Compiler,
  pods: readonly Pod[],
  policies: readonly NetworkPolicy[],
): (readonly CompiledPolicy[])[] {
  const byNamespace = new Map<string, CompiledPolicy[]>();
  for (const policy of policies) {
    const list = byNamespace.get(policy.namespace) ?? [];
    list.push(compiler.policy(policy));
    byNamespace.set(policy.namespace, list);
  }
  return pods.map((pod) => (byNamespace.get(pod.namespace) ?? []).filter(({ selects }) => selects(pod)));
}

/** Why no policy can forbid a connection, if none can. */
function exemption(from: Party, to: Party): "same-pod" | "same-node" | undefined {
  if (from.kind === "address" || to.kind === "address") return undefined;
  if (from.index === to.index) return "same-pod";
  const isNode = from.pod.hostNetwork === true || to.pod.hostNetwork === true;
  return isNode && from.pod.node !== undefined && from.pod.node === to.pod.node ? "same-node" : undefined;
}

function hostNetworkCaveats({ from, to }: Way): string[] {
  return [from, to].flatMap((party) =>
    party.kind === "pod" && party.pod.hostNetwork
      ? [
          `${describeEnd(party.pod)} uses its node's network: Kubernetes leaves open what policies do then, and here, as with most network plug-ins, no selector means it.`,
        ]
      : [],
  );
}

/** A pod without known addresses may have any. */
function familiesOf(pod: Pod): number {
  const addresses = podAddresses(pod);
  return addresses.length === 0 ? families.any : union(addresses, ({ family }) => families[family]);
}

function lowest(set: number): number {
  return set & -set;
}

function indexed(
  pods: readonly PodParty[],
  what: "name" | "address",
  keysOf: (pod: PodParty) => readonly string[],
): Map<string, PodParty> {
  const index = new Map<string, PodParty>();
  for (const pod of pods) {
    for (const key of keysOf(pod)) {
      if (index.has(key) && index.get(key) !== pod) throw new Error(`Two pods have the ${what} ${key}.`);
      index.set(key, pod);
    }
  }
  return index;
}

function assertPort(port: number): void {
  if (Number.isInteger(port) && port >= 1 && port <= highestPort) return;
  throw new Error(`${port} is no port; ports are whole numbers from 1 to ${highestPort}.`);
}
