import { type Problem } from "../../problem";
import { type PartitionedTable } from "../partitioned-table";
import { largestPartition, mostPartitions, smallestPartition } from "./limits";
import { partitionSizes } from "./sizes";
import { formatSize } from "./text";

const longer = { day: "week", week: "month", month: undefined } as const;
const shorter = { day: undefined, week: "day", month: "week" } as const;

/** Whether a full partition is too large to be worked on at once, or too small to be one. */
export function sizeProblems(table: PartitionedTable): Problem[] {
  const { bytesPerPartition } = partitionSizes(table);
  const size = formatSize(bytesPerPartition);
  if (bytesPerPartition > largestPartition) {
    const why = `A full partition would have ${size}, more than ${formatSize(largestPartition)}: vacuum and REINDEX take one at a time, and would run for minutes.`;
    return [{ ...place(table), why, remedy: spreadFurther(table) }];
  }
  const remedy = bytesPerPartition < smallestPartition ? spreadLess(table) : undefined;
  if (remedy === undefined) return [];
  const why = `A full partition would have ${size}, less than ${formatSize(smallestPartition)}: its files, locks and plans cost more than it saves.`;
  return [{ ...place(table), why, remedy }];
}

function place({ method }: PartitionedTable): Pick<Problem, "setting" | "value"> {
  return method.kind === "hash"
    ? { setting: "method.modulus", value: method.modulus }
    : { setting: "method.interval", value: method.interval };
}

function spreadFurther(table: PartitionedTable): string {
  const { method } = table;
  if (method.kind === "hash") {
    const needed = 2 ** Math.ceil(Math.log2(partitionSizes(table).bytesKept / largestPartition));
    return needed <= mostPartitions
      ? `Set modulus to ${needed}.`
      : `Archive rows within the year: not even ${mostPartitions} partitions would be small enough.`;
  }
  const next = shorter[method.interval];
  return next === undefined
    ? "Split the table by a second key (a hash below each day), or write less to it; a day is the shortest interval."
    : `Partition by ${next}, and give retain and premake in that unit.`;
}

/** Nothing where the partitions cannot be fewer: a month is the longest interval, 2 the smallest modulus. */
function spreadLess(table: PartitionedTable): string | undefined {
  const { method } = table;
  if (method.kind === "range") {
    const next = longer[method.interval];
    return next && `Partition by ${next}, and give retain and premake in that unit.`;
  }
  if (method.modulus <= 2) return undefined;
  const enough = 2 ** Math.max(1, Math.floor(Math.log2(partitionSizes(table).bytesKept / smallestPartition)));
  return `Set modulus to ${enough}.`;
}
