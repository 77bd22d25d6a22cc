import {
  addressBlock as blockOf,
  type Cidr,
  type Family,
  parseAddress,
  parseCidr,
} from "../../model/connectivity/address-block";
import { namespaceNameLabel } from "../../model/labels";
import { anyKnown, type Field, Malformed } from "../field";
import { type Graph } from "./graph";
import { type KubernetesObject } from "./object";
import { attempt, push } from "./selection";
import { labelReader, type LabelReader, selects } from "./selector";
import { type Workload } from "./workload";

export type Direction = "Ingress" | "Egress";

/** The other end of a connection, as a policy's peer sees it. */
export interface PeerPod {
  readonly namespace: string;
  readonly namespaceLabel: LabelReader;
  readonly podLabel: LabelReader;
}

/** The port of a connection at its server. */
export interface ServerPort {
  readonly number: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** Name that the server's container gives it. */
  readonly name?: string | undefined;
}

/**
 * Whether a policy isolates the pods that it selects in a direction. Without policyTypes it always does for ingress, and
 * for egress when it has egress rules.
 *
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function isolates({ spec }: KubernetesObject, direction: Direction): boolean {
  const types = spec.at("policyTypes").items();
  if (types.length > 0) return anyKnown(types, (type) => type.text() === direction);
  return direction === "Ingress" || spec.at("egress").items().length > 0;
}

/** The policies of each namespace; under no name those whose namespace is not known. */
const byNamespace = new WeakMap<Graph, ReadonlyMap<string | undefined, readonly KubernetesObject[]>>();

/** The policies that are in a namespace or may be: of some it is not known. */
export function policiesIn(namespace: string, graph: Graph): readonly KubernetesObject[] {
  const known = byNamespace.get(graph) ?? groupPolicies(graph);
  byNamespace.set(graph, known);
  return [...(known.get(namespace) ?? []), ...(known.get(undefined) ?? [])];
}

function groupPolicies(graph: Graph): ReadonlyMap<string | undefined, readonly KubernetesObject[]> {
  const groups = new Map<string | undefined, KubernetesObject[]>();
  for (const policy of graph.ofKind("NetworkPolicy")) {
    const namespace = attempt(() => policy.namespace);
    push(groups, typeof namespace === "string" ? namespace : undefined, policy);
  }
  return groups;
}

/** The rules of a policy in a direction. */
export function rulesOf({ spec }: KubernetesObject, direction: Direction): Field[] {
  return spec.at(direction.toLowerCase()).items();
}

/** Peers of a rule; `undefined` when it has none, which means everybody. */
export function peersOf(rule: Field, direction: Direction): readonly Field[] | undefined {
  const peers = rule.at(direction === "Ingress" ? "from" : "to").items();
  return peers.length === 0 ? undefined : peers;
}

/** Whether a policy means every pod of its namespace. */
export function selectsEveryPod({ spec }: KubernetesObject): boolean {
  const selector = spec.at("podSelector");
  return selector.at("matchLabels").entries().length === 0 && selector.at("matchExpressions").items().length === 0;
}

/** Whether one of the policies lets a connection between pods through. */
export function allowsPod(
  policies: readonly KubernetesObject[],
  direction: Direction,
  peer: PeerPod,
  port: ServerPort,
): boolean {
  return anyKnown(
    policies,
    (policy) =>
      isolates(policy, direction) &&
      anyKnown(rulesOf(policy, direction), (rule) => {
        const peers = peersOf(rule, direction);
        const isPeer = peers === undefined || anyKnown(peers, (each) => isPeerPod(each, policy, peer));
        return isPeer && allowsPort(rule, port);
      }),
  );
}

/** A workload of the graph as a peer. */
export function peerOf(workload: Workload, graph: Graph): PeerPod {
  const { namespace } = workload.object;
  return { namespace, namespaceLabel: namespaceLabels(namespace, graph), podLabel: workload.podLabel };
}

/** Reads the labels of a namespace, whether its object is among the resources or not. */
export function namespaceLabels(name: string, graph: Graph): LabelReader {
  const object = graph.namespace(name);
  const builtIn = { [namespaceNameLabel]: name };
  return object
    ? labelReader(object.metadata.at("labels"), builtIn)
    : (key) => (key === namespaceNameLabel ? name : undefined);
}

function isPeerPod(peer: Field, policy: KubernetesObject, pod: PeerPod): boolean {
  const [namespaces, pods] = [peer.at("namespaceSelector"), peer.at("podSelector")];
  // Blocks are for addresses outside the cluster; a pod's own address is not stable enough to be meant by one.
  if (peer.at("ipBlock").exists) return false;
  const inNamespace = namespaces.exists ? selects(namespaces, pod.namespaceLabel) : policy.namespace === pod.namespace;
  return inNamespace && (!pods.exists || selects(pods, pod.podLabel));
}

/** Whether a rule lets a port through; without ports it lets all. */
export function allowsPort(rule: Field, { number, protocol, name }: ServerPort): boolean {
  const ports = rule.at("ports").items();
  if (ports.length === 0) return true;
  return anyKnown(ports, (port) => {
    if ((port.at("protocol").text() ?? "TCP") !== protocol) return false;
    const from = port.at("port").numberOrText();
    if (from === undefined) return true;
    if (typeof from === "string") return from === name;
    return number >= from && number <= (port.at("endPort").number() ?? from);
  });
}

/** An ipBlock of a policy. */
export interface AddressBlock {
  readonly cidr: string;
  readonly prefix: number;
  readonly family: Family;
  /** Whether an address is in the block and in none of its exceptions. */
  readonly contains: (address: string) => boolean;
}

/** Reads an ipBlock. @throws Malformed when it, or an exception of it, is no CIDR. */
export function addressBlock(block: Field): AddressBlock {
  const cidr = readCidr(block.at("cidr"));
  const { contains } = blockOf(cidr, block.at("except").items().map(readCidr));
  return {
    cidr: `${cidr.text}/${cidr.prefix}`,
    prefix: cidr.prefix,
    family: cidr.family,
    contains: (text) => {
      const address = parseAddress(text);
      return address !== undefined && contains(address);
    },
  };
}

function readCidr(field: Field): Cidr {
  const cidr = parseCidr(field.text() ?? "");
  if (!cidr) throw new Malformed(field.path, "an address block such as 10.0.0.0/8");
  return cidr;
}
