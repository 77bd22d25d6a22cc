import { z } from "zod";
import { type Footprint } from "../../../model/footprint";
import { isBytes, isCpu, mebibytes, millicores } from "../../../model/quantity";
import { poolSetting } from "../node-pools";

const cpu = z.string().refine(isCpu, "must be a CPU amount such as 500m or 2");
const memory = z.string().refine(isBytes, "must be an amount such as 512Mi or 16Gi");

const pool = poolSetting.extend({
  instanceType: z.string().optional().describe("machine type, where the cloud makes the nodes"),
  allocatable: z
    .strictObject({ cpu, memory, pods: z.int().min(1) })
    .optional()
    .describe("what pods may ask for on one node; computed where the machine type is known"),
  zonal: z.boolean().default(false).describe("whether each zone has a node group of its own"),
});

const reservedRow = z.strictObject({
  name: z.string().min(1).describe("not counted where a workload of that name is among the objects"),
  pool: z.string().optional().describe("pool that its pods go to; absent: one pod on every node"),
  pods: z.int().min(0).default(0),
  cpu,
  memory,
  surgePercent: z.number().min(0).default(0).describe("pods that an update makes before it removes old ones"),
  alone: z.enum(["node", "zone"]).optional().describe("at most one pod on a node, or in a zone"),
  zoneSkew: z.int().min(1).optional().describe("largest difference in pods between two zones"),
  volume: memory.optional().describe("size of the volume of each pod"),
  zonalVolume: z.boolean().default(false).describe("whether that volume cannot leave its zone"),
});

/** Settings of the rules that reckon with room: pools, and pods that are not among the objects. */
export const roomSettings = z.strictObject({
  pools: z
    .array(pool)
    .default([])
    .describe("node pools of the cluster; bounds and machines of node groups among the resources win over these"),
  reserved: z
    .array(reservedRow)
    .default([])
    .describe("pods that are not among the objects: of components to come, of add-ons, of what operators make"),
  sidecars: z
    .array(z.strictObject({ workload: z.string().min(1), cpu, memory }))
    .default([])
    .describe("workloads (Kind/namespace/name) whose pods get a container that is not in their template yet"),
});

export type RoomSettings = z.infer<typeof roomSettings>;
export type RoomPool = RoomSettings["pools"][number];

/** A pool and a reserved row, as a stack's settings hand them over. */
export type GivenPool = z.input<typeof pool>;
export type GivenReservation = z.input<typeof reservedRow>;

/** A reserved row as what it takes from the cluster. */
export function reservedFootprint(row: RoomSettings["reserved"][number], pools: readonly string[]): Footprint {
  const requests = {
    cpuMillicores: millicores(row.cpu),
    memoryMebibytes: mebibytes(row.memory),
    ephemeralMebibytes: 0,
  };
  const common = {
    name: row.name,
    namespace: "",
    pod: { requests, limits: requests },
    volumes:
      row.volume === undefined
        ? []
        : [{ name: "data", sizeMebibytes: mebibytes(row.volume), per: "pod" as const, zonal: row.zonalVolume }],
  };
  if (row.pool === undefined) return { ...common, kind: "perNode", pools };
  return {
    ...common,
    kind: "replicated",
    pool: row.pool,
    pods: { minimum: row.pods, expected: row.pods, maximum: row.pods },
    surgePercent: row.surgePercent,
    spread: {
      ...(row.alone === undefined ? {} : { alone: row.alone }),
      ...(row.zoneSkew === undefined ? {} : { zoneSkew: row.zoneSkew }),
    },
  };
}
