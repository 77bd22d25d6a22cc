import { type PartitionedTable } from "../partitioned-table";
import { longestPeriodDays, shortestPeriodDays } from "./calendar";
import { reckonedDays } from "./limits";

/** What a partitioned table comes to, at its most. */
export interface PartitionSizes {
  /** Partitions attached to the table. */
  readonly partitions: number;
  readonly bytesPerDay: number;
  /** Bytes of a full partition; of a hash, after {@link reckonedDays}. */
  readonly bytesPerPartition: number;
  /** Bytes on the volume, detached partitions included. */
  readonly bytesKept: number;
  /** Days ahead for which there are partitions at least; absent for a hash. */
  readonly horizonDays?: number;
  /** Days back for which there are rows at least; absent for a hash, which keeps everything. */
  readonly retentionDays?: number;
}

/** What a partitioned table comes to. */
export function partitionSizes({ method, growth }: PartitionedTable): PartitionSizes {
  const bytesPerDay = growth.rowsPerDay * growth.bytesPerRow;
  if (method.kind === "hash") {
    const bytesKept = bytesPerDay * reckonedDays;
    return { partitions: method.modulus, bytesPerDay, bytesPerPartition: bytesKept / method.modulus, bytesKept };
  }
  const { interval, premake, retain, graceDays } = method;
  const bytesPerPartition = bytesPerDay * longestPeriodDays[interval];
  // Detached, and not yet dropped: those of the grace period, and one that a run is about to drop.
  const detached = Math.ceil(graceDays / shortestPeriodDays[interval]);
  return {
    partitions: retain + 1 + premake,
    bytesPerDay,
    bytesPerPartition,
    bytesKept: bytesPerPartition * (retain + 1 + detached),
    horizonDays: premake * shortestPeriodDays[interval],
    retentionDays: retain * shortestPeriodDays[interval],
  };
}
