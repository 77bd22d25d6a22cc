import { type Problem } from "../../problem";
import { formatMebibytes } from "../../quantity";
import { formatSize } from "../partitions/text";
import { type ServerSize } from "../server";
import { workMemory, workMemoryBounds } from "./memory";
import { majors } from "./parameters";
import { smallest } from "./search";
import { type Sizing, sizing } from "./sizing";

const [mebibyte, gibibyte] = [2 ** 20, 2 ** 30];

/** Least of each: what a server needs that holds nothing. */
const least = { memory: 256 * mebibyte, cpus: 0.1, volume: gibibyte, walVolume: gibibyte, maxConnections: 20 } as const;

/** What is too small of a server, or of a major that settings are not written for. */
export function sizeProblems(size: ServerSize): Problem[] {
  const numbers = sizing(size);
  const { memory, cpus, volume, walVolume, maxConnections } = numbers;
  const { limits } = size.resources;
  const small = (setting: string, value: unknown, why: string, remedy: string): Problem => ({
    setting: `altlas:database.${setting}`,
    value,
    why,
    remedy,
  });
  const found = [
    ...majorProblems(size.major),
    ...(memory < least.memory
      ? [
          small(
            "resources.memory",
            limits.memory,
            "A server with its background processes and 20 connections takes 256 MiB.",
            "Set it to 256Mi or more.",
          ),
        ]
      : []),
    ...(cpus < least.cpus
      ? [
          small(
            "resources.cpu",
            limits.cpu,
            `Its limit is ${cpus} CPU; with less than 0.1 probes fail while a checkpoint is written.`,
            "Set it to 50m or more; the limit is twice that.",
          ),
        ]
      : []),
    ...(volume < least.volume
      ? [
          small(
            "volume",
            size.volume,
            "An empty server with its databases and temporary files wants 1 GiB.",
            "Set it to 1Gi or more.",
          ),
        ]
      : []),
    ...(walVolume < least.walVolume
      ? [
          small(
            "walVolume",
            size.walVolume,
            "Half of it is for log between checkpoints and for replicas, half for what waits for the archive; below 1 GiB that is a minute of load.",
            "Set it to 1Gi or more.",
          ),
        ]
      : []),
    ...(maxConnections < least.maxConnections
      ? [
          small(
            "maxConnections",
            maxConnections,
            "Jobs, exporters and the reserve alone take 17.",
            "Set it to 20 or more.",
          ),
        ]
      : []),
  ];
  return found.length > 0 ? found : connectionProblems(size, numbers);
}

function majorProblems(major: number): Problem[] {
  if (major >= majors.first && major <= majors.last) return [];
  const newer = major > majors.last;
  return [
    {
      setting: "images.postgresql",
      value: major,
      why: newer
        ? `Settings are written for PostgreSQL ${majors.first} to ${majors.last}: 19 replaces io_workers by a pair of bounds, and other names may be gone.`
        : `Settings are written for PostgreSQL ${majors.first} to ${majors.last}; older ones get no fixes or soon none.`,
      remedy: newer
        ? `Stay with ${majors.last}; for a newer one, add its rows to model/database/settings/parameters.json and a branch to its groups.`
        : `Use ${majors.last}.`,
    },
  ];
}

/** Mebibytes that a server must be allowed so that its connections can sort; 256 at least. */
export function leastMemory(size: ServerSize): number {
  const numbers = sizing(size);
  return smallest(least.memory / mebibyte, 2 ** 22, (count) => {
    return workMemory({ ...numbers, memory: count * mebibyte }) >= workMemoryBounds.least;
  });
}

/** Connections that memory does not carry: each takes some MiB before it sorts anything. */
function connectionProblems(size: ServerSize, numbers: Sizing): Problem[] {
  const work = workMemory(numbers);
  if (work >= workMemoryBounds.least) return [];
  const fits = (change: Partial<Sizing>) => workMemory({ ...numbers, ...change }) >= workMemoryBounds.least;
  const fewer = smallest(least.maxConnections, numbers.maxConnections, (count) => !fits({ maxConnections: count })) - 1;
  const lower = fewer >= least.maxConnections ? `, or maxConnections to ${fewer} or less` : "";
  return [
    {
      setting: "altlas:database.maxConnections",
      value: size.maxConnections,
      why:
        `With ${numbers.words.memory}, buffers, maintenance and the processes of ${size.maxConnections} connections leave ` +
        `${work <= 0 ? "nothing" : formatSize(work)} to each for sorts and hashes; below ${formatSize(workMemoryBounds.least)} a page of results is sorted on disk.`,
      remedy: `Set altlas:database.resources.memory to ${formatMebibytes(leastMemory(size))} or more${lower}.`,
    },
  ];
}
