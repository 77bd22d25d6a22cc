import { type Problem } from "../../problem";
import { bytes } from "../../quantity";
import { formatSize } from "../partitions/text";
import { type ServerSize } from "../server";
import { booleanOf, bytesOf, formatBytes, numberOf } from "./amounts";
import { type Overrides, serverSettings } from "./compute";
import { overrideKey } from "./name-problems";
import { parameterOf } from "./parameters";
import { memoryProblems } from "./memory-problems";
import { walShare } from "./wal";

/** Two or more settings that cannot hold together, as those of a stack. */
export function relationProblems(size: ServerSize, overrides: Overrides): Problem[] {
  const settings = serverSettings(size, overrides);
  const values = new Map(settings.map(({ name, value }) => [name, value]));
  const text = (name: string) => values.get(name) ?? parameterOf(name, size.major)?.default ?? "";
  const number = (name: string) => withParameter(name, size, (parameter) => numberOf(text(name), parameter));
  const amount = (name: string) => withParameter(name, size, (parameter) => bytesOf(text(name), parameter));
  /** The first of the names that the stack overrides, as the place where to mend it. */
  const at = (...names: readonly string[]) => {
    const name = names.find((candidate) => candidate in overrides) ?? names[0] ?? "";
    return { setting: overrideKey(name), value: text(name) };
  };
  return [
    ...memoryProblems(size, overrides),
    ...walProblems(size, { at, amount }),
    ...workerProblems({ at, number }, size.major),
    ...senderProblems(size, { at, number, text }),
    ...(amount("effective_cache_size") > bytes(size.resources.limits.memory)
      ? [
          {
            ...at("effective_cache_size"),
            why: `The planner would count on more cache than the limit of ${size.resources.limits.memory} allows, buffers included.`,
            remedy: "Set it to three quarters of the limit or less.",
          },
        ]
      : []),
    ...(amount("temp_file_limit") < 0 || amount("temp_file_limit") > bytes(size.volume) / 2
      ? [
          {
            ...at("temp_file_limit"),
            why: `One query could fill half of the ${size.volume} volume and more with temporary files, and stop every writer.`,
            remedy: `Set it to ${formatBytes(bytes(size.volume) / 2)} or less.`,
          },
        ]
      : []),
  ];
}

type At = (...names: readonly string[]) => Pick<Problem, "setting" | "value">;
type Reader = (name: string) => number;

function withParameter(
  name: string,
  { major }: ServerSize,
  read: (parameter: NonNullable<ReturnType<typeof parameterOf>>) => number | undefined,
): number {
  const parameter = parameterOf(name, major);
  return (parameter && read(parameter)) ?? Number.NaN;
}

function walProblems({ walVolume }: ServerSize, { at, amount }: { at: At; amount: Reader }): Problem[] {
  const names = ["max_wal_size", "max_slot_wal_keep_size", "wal_keep_size"] as const;
  const [largest, slots, kept] = [amount(names[0]), amount(names[1]), amount(names[2])];
  const volume = bytes(walVolume);
  const room = walShare * volume;
  const smallest = amount("min_wal_size");
  const problems: Problem[] = [];
  if (slots < 0) {
    problems.push({
      ...at("max_slot_wal_keep_size"),
      why: "Without a bound one dead replica fills the volume of the log, and the primary stops (ALT-DB-007).",
      remedy: `Set it to a third of the ${walVolume} volume (${formatBytes(volume / 3)}) or so.`,
    });
  } else if (largest + Math.max(slots, kept) > room) {
    problems.push({
      ...at(...names),
      why:
        `max_wal_size ${formatSize(largest)} and the larger of max_slot_wal_keep_size ${formatSize(slots)} and wal_keep_size ${formatSize(kept)} come to ` +
        `${formatSize(largest + Math.max(slots, kept))}, more than ${walShare * 100} % of the ${walVolume} volume of the log (${formatSize(room)}); when it is full the server stops.`,
      remedy: `Lower them, or set altlas:database.walVolume to ${Math.ceil((largest + Math.max(slots, kept)) / walShare / 2 ** 30)}Gi or more.`,
    });
  }
  if (smallest > largest) {
    problems.push({
      ...at("min_wal_size", "max_wal_size"),
      why: `min_wal_size ${formatSize(smallest)} is more than max_wal_size ${formatSize(largest)}.`,
      remedy: "Set min_wal_size to a quarter of max_wal_size.",
    });
  }
  return problems;
}

/** Names of which the first may not be more than the second; the major that knows both. */
const orders: readonly {
  readonly less: string;
  readonly more: string;
  readonly why: string;
  readonly since: number;
}[] = [
  {
    less: "max_parallel_workers",
    more: "max_worker_processes",
    why: "Parallel workers are taken from the processes.",
    since: 15,
  },
  {
    less: "max_parallel_workers_per_gather",
    more: "max_parallel_workers",
    why: "A query takes its workers from those of all.",
    since: 15,
  },
  {
    less: "max_parallel_maintenance_workers",
    more: "max_parallel_workers",
    why: "An index build takes its workers from those of all.",
    since: 15,
  },
  {
    less: "autovacuum_max_workers",
    more: "autovacuum_worker_slots",
    why: "A worker without a slot never starts.",
    since: 18,
  },
];

function workerProblems({ at, number }: { at: At; number: Reader }, major: number): Problem[] {
  const out = orders.filter(({ since }) => since <= major).filter(({ less, more }) => number(less) > number(more));
  const found = out.map(({ less, more, why }): Problem => ({
    ...at(less, more),
    why: `${why} ${less} is ${number(less)}, ${more} only ${number(more)}.`,
    remedy: `Set ${less} to ${number(more)} or less, or ${more} to ${number(less)} or more.`,
  }));
  const users = ["max_parallel_workers", "max_logical_replication_workers"].map(
    (name) => [name, number(name)] as const,
  );
  // The launcher of logical replication is a process too.
  const needed = users.reduce((sum, [, count]) => sum + count, 1);
  const processes = number("max_worker_processes");
  if (processes >= needed || out.some(({ less }) => less === "max_parallel_workers")) return found;
  return [
    ...found,
    {
      ...at("max_worker_processes", "max_parallel_workers", "max_logical_replication_workers"),
      why: `Its users want ${needed} processes (${users.map(([name, count]) => `${name} ${count}`).join(", ")}, 1 launcher); whoever starts last gets none, without a word.`,
      remedy: `Set max_worker_processes to ${needed} or more.`,
    },
  ];
}

function senderProblems(
  { replicas }: ServerSize,
  { at, number, text }: { at: At; number: Reader; text: (name: string) => string },
): Problem[] {
  const needed = replicas + 2;
  const why = (what: string) => `${what}: ${replicas} replicas and a base backup with its log need ${needed}.`;
  const remedy = (name: string) => `Set ${name} to ${needed} or more.`;
  const low = ["max_wal_senders", "max_replication_slots"].filter((name) => number(name) < needed);
  const hints = replicas > 0 && booleanOf(text("wal_log_hints")) === false;
  return [
    ...low.map((name) => ({ ...at(name), why: why(`${name} is ${number(name)}`), remedy: remedy(name) })),
    ...(hints
      ? [
          {
            ...at("wal_log_hints"),
            why: "A primary that was replaced could not follow the new one; CloudNativePG refuses it with more than one server.",
            remedy: "Leave it on.",
          },
        ]
      : []),
  ];
}
