import { type Labels, type NetworkPolicy, type Protocol } from "./network-policy";
import { type ContainerPort } from "./ports";

/** A pod, as network policies see it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Ports that its containers declare, for policies that call them by name; default none. */
  readonly ports?: readonly ContainerPort[];
  /** Its addresses, where they are known; without them no ipBlock means it. */
  readonly ips?: readonly string[];
  /**
   * Whether it uses its node's network (default no). Kubernetes leaves open what policies do then; here, as with most
   * network plug-ins, it is part of its node: no selector means it, and only a block means its addresses.
   */
  readonly hostNetwork?: boolean;
  /** Its node, where that is known: a node always reaches the pods that run on it, and they reach it. */
  readonly node?: string;
}

/** A namespace; its built-in name label need not be among the labels. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
}

/** Everything that decides who reaches whom. */
export interface Network {
  readonly pods: readonly Pod[];
  /** A pod's namespace that is not among them has the built-in name label only. */
  readonly namespaces: readonly Namespace[];
  readonly policies: readonly NetworkPolicy[];
}

/** One end of a connection: a pod by its name, or an address. The address of a pod with its own network is that pod. */
export type End = { readonly namespace: string; readonly name: string } | { readonly address: string };

/**
 * A new connection; its answers pass without being asked for. The port is the pod's, not a Service's: policies apply
 * where a Service's address has already been replaced by a pod's.
 */
export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  /** TCP when absent. */
  readonly protocol?: Protocol;
}

/** How messages name an end. */
export function describeEnd(end: End): string {
  return "address" in end ? end.address : `${end.namespace}/${end.name}`;
}
