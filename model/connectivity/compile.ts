import { namespaceNameLabel } from "../labels";
import { addressBlock, type Address, type Cidr, parseAddress, parseCidr } from "./address-block";
import { selectsLabels } from "./label-selector";
import { type Namespace, type Pod } from "./network";
import {
  type Direction,
  type EgressRule,
  type IngressRule,
  isolates,
  type Labels,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyPort,
} from "./network-policy";

/** Families of addresses as bits, because a connection must find all it needs within one of them. */
export const families = { none: 0, ipv4: 1, ipv6: 2, any: 3 } as const;

/** A pod of the network. */
export interface PodParty {
  readonly kind: "pod";
  readonly index: number;
  readonly pod: Pod;
  readonly families: number;
}

/** An end of a connection, resolved. */
export type Party = PodParty | { readonly kind: "address"; readonly address: Address; readonly families: number };

/** A policy, ready to be asked often. */
export interface CompiledPolicy {
  /** `namespace/name`. */
  readonly name: string;
  readonly namespace: string;
  readonly isolates: Readonly<Record<Direction, boolean>>;
  readonly selects: (pod: Pod) => boolean;
  /** Rules of the directions that it isolates; what it says about another one has no effect. */
  readonly rules: Readonly<Record<Direction, readonly CompiledRule[]>>;
}

/** One rule; for each pod it is worked out once whether the rule means it. */
export class CompiledRule {
  private ofPods: Uint8Array | undefined;

  constructor(
    /** `spec.ingress[0]`. */
    readonly path: string,
    /** Absent: everybody. */
    readonly peers: readonly CompiledPeer[] | undefined,
    /** Absent: every port. */
    readonly ports: readonly PolicyPort[] | undefined,
    private readonly pods: readonly Pod[],
  ) {}

  /** The families of addresses in which the rule means an end. */
  families(party: Party): number {
    if (this.peers === undefined) return families.any;
    if (party.kind === "address") return union(this.peers, (peer) => peer.ofAddress(party.address));
    return this.familiesOfPods()[party.index] ?? families.none;
  }

  /** The families in which the rule means each pod, by its index. */
  familiesOfPods(): Uint8Array {
    // With many pods each is asked about hundreds of times, and comparing labels costs more than all the rest.
    this.ofPods ??= Uint8Array.from(this.pods, (pod) =>
      this.peers === undefined ? families.any : union(this.peers, (peer) => peer.ofPod(pod)),
    );
    return this.ofPods;
  }
}

/** One peer of a rule; both functions give families of addresses. */
export interface CompiledPeer {
  /** Whether addresses decide, and not labels. */
  readonly isBlock: boolean;
  readonly ofPod: (pod: Pod) => number;
  readonly ofAddress: (address: Address) => number;
}

/** Makes policies ready for the pods of a network. Call it with policies that `policyProblems` found nothing wrong in. */
export class Compiler {
  private readonly namespaceLabels: ReadonlyMap<string, Labels>;

  constructor(
    private readonly pods: readonly Pod[],
    namespaces: readonly Namespace[],
  ) {
    this.namespaceLabels = new Map(
      // The API server sets the name label, whatever a manifest says.
      namespaces.map(({ name, labels }) => [name, { ...labels, [namespaceNameLabel]: name }]),
    );
  }

  policy({ namespace, name, spec }: NetworkPolicy): CompiledPolicy {
    const selector = spec.podSelector ?? {};
    return {
      name: `${namespace}/${name}`,
      namespace,
      isolates: { Ingress: isolates(spec, "Ingress"), Egress: isolates(spec, "Egress") },
      selects: (pod) => !pod.hostNetwork && pod.namespace === namespace && selectsLabels(selector, pod.labels),
      rules: {
        Ingress: (spec.ingress ?? []).map((rule, index) => this.rule(rule, "ingress", index, namespace)),
        Egress: (spec.egress ?? []).map((rule, index) => this.rule(rule, "egress", index, namespace)),
      },
    };
  }

  private rule(
    rule: IngressRule & EgressRule,
    section: "ingress" | "egress",
    index: number,
    namespace: string,
  ): CompiledRule {
    const peers = (section === "ingress" ? rule.from : rule.to) ?? [];
    return new CompiledRule(
      `spec.${section}[${index}]`,
      peers.length === 0 ? undefined : peers.map((peer) => this.peer(peer, namespace)),
      rule.ports && rule.ports.length > 0 ? rule.ports : undefined,
      this.pods,
    );
  }

  private peer({ ipBlock, podSelector, namespaceSelector }: PolicyPeer, namespace: string): CompiledPeer {
    if (ipBlock) {
      const block = addressBlock(cidr(ipBlock.cidr), (ipBlock.except ?? []).map(cidr));
      const ofAddress = (address: Address) => (block.contains(address) ? families[address.family] : families.none);
      return { isBlock: true, ofPod: (pod) => union(podAddresses(pod), ofAddress), ofAddress };
    }
    const means = (pod: Pod) =>
      !pod.hostNetwork &&
      (namespaceSelector
        ? selectsLabels(namespaceSelector, this.labelsOfNamespace(pod.namespace))
        : pod.namespace === namespace) &&
      selectsLabels(podSelector ?? {}, pod.labels);
    return {
      isBlock: false,
      ofPod: (pod) => (means(pod) ? families.any : families.none),
      ofAddress: () => families.none,
    };
  }

  private labelsOfNamespace(name: string): Labels {
    return this.namespaceLabels.get(name) ?? { [namespaceNameLabel]: name };
  }
}

/** All families that any of the items has. */
export function union<T>(items: readonly T[], familiesOf: (item: T) => number): number {
  return items.reduce<number>((found, item) => found | familiesOf(item), families.none);
}

/** The addresses of a pod. @throws for a text that is none. */
export function podAddresses(pod: Pod): Address[] {
  return (pod.ips ?? []).map((text) => {
    const address = parseAddress(text);
    if (!address) throw new Error(`${pod.namespace}/${pod.name} has the address ${text}, which is no IP address.`);
    return address;
  });
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no address block`);
  return parsed;
}
