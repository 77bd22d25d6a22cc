import { type PolicyPort, type Protocol } from "./network-policy";

/** Highest port of TCP, UDP and SCTP: their headers have 16 bits for it. */
export const highestPort = 65_535;

/** A port that a container declares. Declaring opens nothing; policies may call it by its name. */
export interface ContainerPort {
  readonly name?: string | null;
  readonly containerPort: number;
  /** TCP when absent. */
  readonly protocol?: Protocol | null;
}

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Whether a rule's port means a port of the receiving end. A name is looked up among the declared ports of that end, in
 * both directions; something outside the cluster declares none.
 */
export function meansPort(
  { port: first, endPort, protocol: given }: PolicyPort,
  port: number,
  protocol: Protocol,
  declared: readonly ContainerPort[],
): boolean {
  if ((given ?? "TCP") !== protocol) return false;
  if (first === undefined || first === null) return true;
  if (typeof first === "number") return port >= first && port <= (endPort ?? first);
  return declared.some(
    (container) =>
      container.name === first && container.containerPort === port && (container.protocol ?? "TCP") === protocol,
  );
}

/**
 * All ports, cut into ranges within which no policy can tell one from another: one port of each range stands for all of
 * them, so that few connections prove something about every port.
 */
export function distinctPorts(ports: Iterable<PolicyPort>, declared: Iterable<ContainerPort>): PortRange[] {
  const starts = new Set([1]);
  const cut = (first: number, last: number) => starts.add(first).add(last + 1);
  for (const { port, endPort } of ports) if (typeof port === "number") cut(port, endPort ?? port);
  for (const { containerPort } of declared) cut(containerPort, containerPort);
  const sorted = [...starts].filter((start) => start <= highestPort).sort((one, other) => one - other);
  return sorted.map((first, index) => ({ first, last: (sorted[index + 1] ?? highestPort + 1) - 1 }));
}
