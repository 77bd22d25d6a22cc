import { databaseObjects } from "../../model/database/names";
import { type Concern } from "../../model/endpoint";
import { type Footprint, type HardSpread } from "../../model/footprint";
import { namespaces } from "./namespaces";
import { componentRows } from "./reservation-components";
import { daemonRows, systemRows } from "./reservation-system";

/** A component that a later layer builds: what it will take, so that capacity and cost reckon with it today. */
export interface Reservation {
  /** Whose part it is in reports. */
  readonly concern: Concern | "system" | "mesh";
  readonly footprint: Footprint;
  /** Where the figures come from; "assumed" where nobody has measured, with the reason. */
  readonly source: string;
}

/** Names of the namespaces of concerns that the platform does not make yet. */
const otherNamespaces = { system: "kube-system", mesh: "linkerd" } as const;

/** Components of which most members must be there: those whose members vote, and servers whose commits wait for a replica. */
export const quorumNames: readonly string[] = [
  databaseObjects.server,
  ...componentRows.filter(({ quorum }) => quorum).map(({ name }) => name),
];

/** Where the reservations go. */
export interface ReservationOptions {
  /** `available`: several of each, as beta and prod run them; `single`: one of each. */
  readonly form: "available" | "single";
  /** Factor on CPU and memory of `single`, as the stack scales its services. */
  readonly factor: number;
  /** Names of the stack's pools; what would go to a pool that it has not goes to its first. */
  readonly pools: readonly string[];
  /** Pools that always have a node in each zone, so that being spread over zones is a must there. */
  readonly spreadPools: readonly string[];
  /** Whether the cluster is EKS, with its own daemons. */
  readonly aws: boolean;
}

/** What decides which form a stack reserves, and where. */
export interface ReservingStack {
  readonly environment: string;
  /** Factor of the stack's scale on CPU and memory. */
  readonly factor: number;
  readonly pools: readonly { readonly name: string; readonly zones: readonly string[]; readonly minimum: number }[];
  readonly aws: boolean;
}

/** The reservations of a stack. */
export function stackReservations({ environment, factor, pools, aws }: ReservingStack): Reservation[] {
  return reservations({
    form: environment === "dev" ? "single" : "available",
    factor,
    pools: pools.map(({ name }) => name),
    spreadPools: pools
      .filter(({ zones, minimum }) => zones.length >= 2 && minimum >= zones.length)
      .map(({ name }) => name),
    aws,
  });
}

/** Every component that does not exist yet, as a stack would run it. */
export function reservations({ form, factor, pools, spreadPools, aws }: ReservationOptions): Reservation[] {
  const scale = form === "single" ? factor : 1;
  const pool = (wanted: string) => (pools.includes(wanted) ? wanted : (pools[0] ?? wanted));
  return [
    ...[...systemRows, ...componentRows].map(
      ({ name, concern, replicas, volume, quorum, source, ...row }): Reservation => {
        const count = form === "single" ? 1 : replicas;
        const inPool = pool(row.pool ?? "general");
        const spread: HardSpread = {
          ...(quorum && form === "available" ? { alone: "node" } : {}),
          ...(spreadPools.includes(inPool) ? { zoneSkew: 1 } : {}),
        };
        return {
          concern,
          source,
          footprint: {
            kind: "replicated",
            name,
            namespace: namespaceOf(concern),
            pool: inPool,
            pods: { minimum: count, expected: count, maximum: count },
            // Members of stateful sets are replaced one by one; others are made one by one before old ones go.
            surgePercent: volume === undefined && form === "available" ? 25 : 0,
            spread,
            pod: podOf(row, scale),
            volumes:
              volume === undefined
                ? []
                : [{ name: "data", sizeMebibytes: volume * 1024, per: "pod", storageClass: "block", zonal: aws }],
          },
        };
      },
    ),
    ...daemonRows
      .filter((daemon) => aws || !daemon.aws)
      .map(({ name, concern, source, ...row }): Reservation => ({
        concern,
        source,
        footprint: { kind: "perNode", name, namespace: namespaceOf(concern), pools, pod: podOf(row, 1), volumes: [] },
      })),
  ];
}

function namespaceOf(concern: Reservation["concern"]): string {
  return concern === "system" || concern === "mesh" ? otherNamespaces[concern] : namespaces[concern];
}

function podOf({ cpu, memory }: { cpu: number; memory: number }, scale: number): Footprint["pod"] {
  const requests = {
    cpuMillicores: Math.ceil(cpu * scale),
    memoryMebibytes: Math.ceil(memory * scale),
    ephemeralMebibytes: 0,
  };
  return {
    requests,
    limits: { ...requests, cpuMillicores: 2 * requests.cpuMillicores, memoryMebibytes: 2 * requests.memoryMebibytes },
  };
}
