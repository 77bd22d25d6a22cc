import { z } from "zod";
import { judgePools } from "../../../model/capacity/pools";
import { type Estimate, estimate } from "../../../model/cost/estimate";
import { cloudItems } from "../../../model/cost/items";
import { priceTables } from "../../../model/cost/prices";
import { type Graph } from "../../graph/graph";
import { parseQuantity } from "../../graph/quantity";
import { inputsOf } from "../aws";
import { roomTaken } from "./footprints";
import { knownPools } from "./pools";
import { roomSettings } from "./settings";

const range = z
  .strictObject({ floor: z.number().min(0), expected: z.number().min(0), ceiling: z.number().min(0) })
  .default({ floor: 0, expected: 0, ceiling: 0 });

/** Settings of a rule that reckons what a month costs. */
export const monthSettings = roomSettings.extend({
  region: z.string().default("eu-central-1").describe("region whose prices are taken"),
  loadBalancers: z.number().min(0).default(0).describe("balancers that controllers make, and so no resource is"),
  nodeDiskGibibytes: z.number().min(0).default(0).describe("disk of a node"),
  traffic: z
    .strictObject({
      natGigabytes: range,
      endpointGigabytes: range,
      internetGigabytes: range,
      zoneGigabytes: range,
      logGigabytes: range,
      objectGigabytes: range,
      imageGigabytes: range,
    })
    .prefault({})
    .describe("what no resource says: gigabytes in a month, at least, as expected and at most"),
});
export type MonthSettings = z.infer<typeof monthSettings>;

/** What the resources cost in a month, by the arithmetic of the cost report. @throws UnknownValue when a size is not known. */
export function monthOf(graph: Graph, options: MonthSettings): Estimate {
  const known = knownPools(graph, options.pools);
  const pools = known.map(({ read }) => read()).filter((pool) => pool !== undefined);
  const { placed, reserved, doubts } = roomTaken(graph, known, options);
  const [first] = doubts;
  if (first) throw first.doubt;
  const footprints = [...placed.map(({ footprint }) => footprint), ...reserved];
  const { loadBalancers, nodeDiskGibibytes, traffic, region } = options;
  const items = cloudItems(judgePools(pools, footprints), footprints, {
    zones: Math.max(1, ...pools.map(({ zones }) => zones.length)),
    natGateways: inputsOf(graph, "ec2/natGateway:NatGateway").length,
    interfaceEndpoints: inputsOf(graph, "ec2/vpcEndpoint:VpcEndpoint").filter(
      ({ root }) => root.at("vpcEndpointType").text() === "Interface",
    ).length,
    kmsKeys: inputsOf(graph, "kms/key:Key").length,
    sharedGibibytes: sharedGibibytes(graph),
    loadBalancers,
    nodeDiskGibibytes,
    traffic,
  });
  return estimate(items, region, priceTables[region]);
}

/** Claims that several pods write: on AWS they lie on a shared file system. */
function sharedGibibytes(graph: Graph): number {
  return graph
    .ofKind("PersistentVolumeClaim")
    .filter(({ spec }) =>
      spec
        .at("accessModes")
        .items()
        .some((mode) => mode.text() === "ReadWriteMany"),
    )
    .reduce((sum, { spec }) => {
      const size = spec.at("resources", "requests", "storage").numberOrText() ?? 0;
      return sum + Number((parseQuantity(size) ?? 0n) / 1_000_000_000n) / 2 ** 30;
    }, 0);
}
