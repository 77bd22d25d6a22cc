import { type Problem } from "../../problem";
import { type Bytes, bytes } from "../../quantity";
import { type PartitionedTable } from "../partitioned-table";
import { hashPartitionName, rangePartitionName, shortestPeriodDays } from "./calendar";
import { fewestAhead, longestName, maintenance, mostPartitions, volumeShare } from "./limits";
import { sizeProblems } from "./size-problems";
import { partitionSizes } from "./sizes";
import { formatSize } from "./text";

/** Where the tables are written; a problem's setting begins with it. */
const place = "stacks/altlas/database";

/**
 * What is wrong with partitioned tables: keys, horizon, retention, numbers and sizes of partitions, and whether all of them
 * fit on the volume of the data. Without problems, `partitioning.maintain` keeps every table within what was proven.
 *
 * @param volume absent where it is somebody else's, who sees to its size
 */
export function partitionProblems(tables: readonly PartitionedTable[], volume?: Bytes): Problem[] {
  const ofTables = tables.flatMap((table, index) => {
    const earlier = tables.slice(0, index).some(({ schema, name }) => schema === table.schema && name === table.name);
    return [...(earlier ? [twice(table)] : []), ...tableProblems(table)].map((problem) => ({
      ...problem,
      setting: `${place}: ${table.schema}.${table.name}.${problem.setting}`,
    }));
  });
  // What a volume must hold follows from the numbers; with wrong ones it would only be a second, puzzling sentence.
  return ofTables.length > 0 || volume === undefined ? ofTables : volumeProblems(tables, volume);
}

function twice({ schema, name }: PartitionedTable): Problem {
  return {
    setting: "name",
    value: name,
    why: `The table ${schema}.${name} is planned twice; one plan would overwrite the other.`,
    remedy: "Keep one of the two.",
  };
}

function tableProblems(table: PartitionedTable): Problem[] {
  const wrongNumbers = numberProblems(table);
  return [
    ...keyProblems(table),
    ...nameProblems(table),
    ...wrongNumbers,
    ...(wrongNumbers.length > 0 ? [] : spanProblems(table)),
  ];
}

function keyProblems({ key, primaryKey, uniqueKeys = [] }: PartitionedTable): Problem[] {
  const keys = [
    { setting: "primaryKey", columns: primaryKey, what: "primary key" },
    ...uniqueKeys.map((columns, index) => ({ setting: `uniqueKeys[${index}]`, columns, what: "unique key" })),
  ];
  return keys
    .filter(({ columns }) => !columns.includes(key))
    .map(({ setting, columns, what }) => ({
      setting,
      value: columns,
      why: `The ${what} does not contain the partition key ${key}. Each partition checks only its own rows, so the server refuses such a key.`,
      remedy: `Add ${key} to the ${what}, or partition by one of ${columns.length === 0 ? "its future columns" : columns.join(", ")}.`,
    }));
}

function nameProblems({ name, method }: PartitionedTable): Problem[] {
  const longest =
    method.kind === "range"
      ? rangePartitionName(name, new Date(0))
      : hashPartitionName(name, Math.max(1, Math.min(mostPartitions, method.modulus)), 0);
  const length = Buffer.byteLength(longest);
  if (length <= longestName) return [];
  return [
    {
      setting: "name",
      value: name,
      why: `Names of its partitions, such as ${longest}, have ${length} bytes; the server cuts off after ${longestName}, and two partitions would have one name.`,
      remedy: `Shorten the table's name by ${length - longestName} bytes.`,
    },
  ];
}

/** Numbers that the arithmetic needs to be what they are called. */
function numberProblems({ method, growth }: PartitionedTable): Problem[] {
  const whole = (setting: string, value: number, least: number, why: string): Problem[] =>
    Number.isInteger(value) && value >= least
      ? []
      : [{ setting, value, why, remedy: `Give a whole number, ${least} or more.` }];
  const growthProblems = (["rowsPerDay", "bytesPerRow"] as const)
    .filter((of) => !(Number.isFinite(growth[of]) && growth[of] > 0))
    .map((of) => ({
      setting: `growth.${of}`,
      value: growth[of],
      why: "Without growth nothing can be said about the size of partitions and the volume.",
      remedy: "Give what is measured or expected, above 0, and where it comes from.",
    }));
  if (method.kind === "hash") {
    const why = "With fewer than two remainders nothing is spread.";
    return [...whole("method.modulus", method.modulus, 2, why), ...growthProblems];
  }
  return [
    ...whole("method.premake", method.premake, 0, "Partitions that are made ahead are counted."),
    ...whole(
      "method.retain",
      method.retain,
      1,
      "Without a whole period besides the present one, a row that was under way when a period ended would find no partition.",
    ),
    ...whole(
      "method.graceDays",
      method.graceDays,
      1,
      "Without a grace period a partition is dropped as soon as it is detached, and a wrong plan or clock is found too late.",
    ),
    ...growthProblems,
  ];
}

function spanProblems(table: PartitionedTable): Problem[] {
  return [...horizonProblems(table), ...countProblems(table), ...modulusProblems(table), ...sizeProblems(table)];
}

function horizonProblems({ method }: PartitionedTable): Problem[] {
  if (method.kind === "hash") return [];
  const { interval, premake } = method;
  const periodHours = shortestPeriodDays[interval] * 24;
  const twoRuns = Math.ceil((2 * maintenance.intervalHours) / periodHours);
  const needed = Math.max(fewestAhead, twoRuns);
  if (premake >= needed) return [];
  return [
    {
      setting: "method.premake",
      value: premake,
      why:
        `The horizon is ${premake * shortestPeriodDays[interval]} days (${premake} × ${interval}); it must be ${fewestAhead} periods and ` +
        `${2 * maintenance.intervalHours} hours (two runs of maintenance) at least, because inserts fail where no partition is.`,
      remedy: `Set premake to ${needed} or more.`,
    },
  ];
}

function countProblems(table: PartitionedTable): Problem[] {
  const { partitions } = partitionSizes(table);
  const { method } = table;
  if (partitions <= mostPartitions) return [];
  if (method.kind === "hash") {
    return [
      {
        setting: "method.modulus",
        value: method.modulus,
        why: `The table would have ${partitions} partitions; a statement without its key plans and locks each of them, and one run makes ${maintenance.creationsPerRun} at most.`,
        remedy: `Set modulus to ${mostPartitions} or less.`,
      },
    ];
  }
  const longer = { day: "week", week: "month", month: undefined }[method.interval];
  return [
    {
      setting: method.premake > method.retain ? "method.premake" : "method.retain",
      value: Math.max(method.premake, method.retain),
      why: `The table would have ${partitions} partitions (${method.retain} kept, the present one, ${method.premake} ahead), more than ${mostPartitions}; a statement without its key plans and locks each of them, and one run makes ${maintenance.creationsPerRun} at most.`,
      remedy: `Keep retain + premake at ${mostPartitions - 1} or less${longer ? `, or partition by ${longer}` : ""}.`,
    },
  ];
}

function modulusProblems({ method }: PartitionedTable): Problem[] {
  if (method.kind === "range" || Number.isInteger(Math.log2(method.modulus)) || method.reason !== undefined) return [];
  const [below, above] = [2 ** Math.floor(Math.log2(method.modulus)), 2 ** Math.ceil(Math.log2(method.modulus))];
  return [
    {
      setting: "method.modulus",
      value: method.modulus,
      why: "It is no power of two. A table is later spread further by splitting each partition in two; from another number, every row moves.",
      remedy: `Set modulus to ${below} or ${above}, or say in \`reason\` why it is ${method.modulus}.`,
    },
  ];
}

function volumeProblems(tables: readonly PartitionedTable[], volume: Bytes): Problem[] {
  const sizes = tables.map((table) => ({ table, ...partitionSizes(table) }));
  const total = sizes.reduce((sum, { bytesKept }) => sum + bytesKept, 0);
  const room = bytes(volume) * volumeShare;
  if (total <= room) return [];
  const byKept = [...sizes].sort((a, b) => b.bytesKept - a.bytesKept);
  const parts = byKept.map(({ table, bytesKept }) => `${table.schema}.${table.name} ${formatSize(bytesKept)}`);
  const [largest] = byKept;
  return [
    {
      setting: "altlas:database.volume",
      value: volume,
      why: `What the tables keep comes to ${formatSize(total)} (${parts.join(", ")}); ${volumeShare * 100} % of the volume are ${formatSize(room)}.`,
      remedy: `${[
        `Set the volume to ${Math.ceil(total / volumeShare / 2 ** 30)}Gi or more`,
        ...(largest ? shorterRetention(largest.table, total - room) : []),
      ].join(", or ")}.`,
    },
  ];
}

/** How many periods fewer of a table would make everything fit; nothing where no number does. */
function shorterRetention(table: PartitionedTable, excess: number): string[] {
  const { method } = table;
  if (method.kind === "hash") return [`archive rows of ${table.schema}.${table.name} within the year`];
  const retain = method.retain - Math.ceil(excess / partitionSizes(table).bytesPerPartition);
  return retain >= 1 ? [`keep ${retain} periods of ${table.schema}.${table.name} in place of ${method.retain}`] : [];
}
