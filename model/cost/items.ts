import { type PoolCapacity } from "../capacity/pools";
import { type Footprint, podsAt } from "../footprint";
import { allMonth, always, type CostItem, mapRange, type Range } from "./estimate";

/** What is known of an AWS stack beside its pools and footprints. */
export interface CloudShape {
  readonly zones: number;
  readonly natGateways: number;
  /** Interface endpoints of the network, each in every zone. */
  readonly interfaceEndpoints: number;
  readonly loadBalancers: number;
  readonly kmsKeys: number;
  /** Gibibytes of the claims that several pods share. */
  readonly sharedGibibytes: number;
  /** Gibibytes of a node's own disk. */
  readonly nodeDiskGibibytes: number;
  /** What nobody can know before: assumed amounts in a month. */
  readonly traffic: {
    readonly natGigabytes: Range;
    readonly endpointGigabytes: Range;
    readonly internetGigabytes: Range;
    readonly zoneGigabytes: Range;
    readonly logGigabytes: Range;
    readonly objectGigabytes: Range;
    readonly imageGigabytes: Range;
  };
}

/** Nodes of a pool: at least its minimum, at most its maximum, in between what its pods need. */
export function poolNodes({ pool, moments }: PoolCapacity): Range {
  const needed = (name: string) => moments.find(({ moment }) => moment === name)?.nodesForAnyOrder ?? pool.maximum;
  const within = (nodes: number) => Math.max(pool.minimum, Math.min(pool.maximum, nodes));
  const floor = within(needed("minimum"));
  const expected = Math.max(floor, within(needed("expected")));
  return { floor, expected, ceiling: pool.maximum };
}

/** Everything that a stack on AWS is billed for. */
export function cloudItems(
  pools: readonly PoolCapacity[],
  footprints: readonly Footprint[],
  shape: CloudShape,
): CostItem[] {
  const nodes = pools.map((one) => ({ pool: one.pool, count: poolNodes(one) }));
  const nodesAt = (of: keyof Range) => nodes.reduce((sum, { count }) => sum + count[of], 0);
  const nodeDisks = mapRange(
    { floor: nodesAt("floor"), expected: nodesAt("expected"), ceiling: nodesAt("ceiling") },
    (count) => count * shape.nodeDiskGibibytes,
  );
  const { traffic } = shape;
  return [
    { layer: "cluster", what: "EKS control plane", price: { name: "eksCluster" }, quantity: always(allMonth(1)) },
    { layer: "cluster", what: "KMS keys", price: { name: "kmsKey" }, quantity: always(shape.kmsKeys) },
    {
      layer: "cluster",
      what: "Images of the services",
      price: { name: "imageStorage" },
      quantity: traffic.imageGigabytes,
    },
    ...nodes.map(({ pool, count }): CostItem => ({
      layer: "nodes",
      what: `Nodes of pool ${pool.name}`,
      price: { machine: pool.instanceType ?? "unknown machine" },
      quantity: mapRange(count, allMonth),
    })),
    { layer: "nodes", what: "Nodes' own disks", price: { name: "blockStorage" }, quantity: nodeDisks },
    {
      layer: "network",
      what: "NAT gateways",
      price: { name: "natGateway" },
      quantity: always(allMonth(shape.natGateways)),
    },
    {
      layer: "network",
      what: "Public addresses of NAT gateways",
      price: { name: "publicAddress" },
      quantity: always(allMonth(shape.natGateways)),
    },
    {
      layer: "network",
      what: "Traffic through NAT gateways",
      price: { name: "natTraffic" },
      quantity: traffic.natGigabytes,
    },
    {
      layer: "network",
      what: "Interface endpoints",
      price: { name: "interfaceEndpoint" },
      quantity: always(allMonth(shape.interfaceEndpoints * shape.zones)),
    },
    {
      layer: "network",
      what: "Traffic through endpoints",
      price: { name: "endpointTraffic" },
      quantity: traffic.endpointGigabytes,
    },
    {
      layer: "network",
      what: "Load balancers",
      price: { name: "loadBalancer" },
      quantity: always(allMonth(shape.loadBalancers)),
    },
    {
      layer: "network",
      what: "Load balancers' capacity units, one each",
      price: { name: "loadBalancerUnit" },
      quantity: always(allMonth(shape.loadBalancers)),
    },
    {
      layer: "network",
      what: "Traffic to the internet",
      price: { name: "internetTraffic" },
      quantity: traffic.internetGigabytes,
    },
    // Paid on both ends.
    {
      layer: "network",
      what: "Traffic between zones",
      price: { name: "zoneTraffic" },
      quantity: mapRange(traffic.zoneGigabytes, (gigabytes) => 2 * gigabytes),
    },
    { layer: "storage", what: "Volumes of pods", price: { name: "blockStorage" }, quantity: volumes(footprints) },
    {
      layer: "storage",
      what: "Snapshots, one of each volume",
      price: { name: "snapshot" },
      quantity: volumes(footprints),
    },
    {
      layer: "storage",
      what: "Shared claims",
      price: { name: "sharedStorage" },
      quantity: { floor: 0, expected: shape.sharedGibibytes / 2, ceiling: shape.sharedGibibytes },
    },
    {
      layer: "observability",
      what: "Logs taken in by CloudWatch",
      price: { name: "logIngestion" },
      quantity: traffic.logGigabytes,
    },
    {
      layer: "observability",
      what: "Logs kept by CloudWatch",
      price: { name: "logStorage" },
      quantity: traffic.logGigabytes,
    },
    {
      layer: "observability",
      what: "Objects: backups and logs",
      price: { name: "objectStorage" },
      quantity: traffic.objectGigabytes,
    },
  ];
}

/** Gibibytes of the pods' own volumes. */
function volumes(footprints: readonly Footprint[]): Range {
  const at = (moment: "minimum" | "expected" | "maximum") =>
    footprints.reduce((sum, footprint) => {
      const pods = podsAt(footprint, moment);
      const own = footprint.volumes.reduce(
        (all, { sizeMebibytes, per }) => all + sizeMebibytes * (per === "pod" ? pods : 1),
        0,
      );
      return sum + own / 1024;
    }, 0);
  return { floor: at("minimum"), expected: at("expected"), ceiling: at("maximum") };
}
