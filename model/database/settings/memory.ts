import { formatBytes, wholeMegabytes } from "./amounts";
import { commitment, type MemoryUse } from "./commitment";
import { parallelWorkers } from "./parallel";
import { type Computed, clamp, setting, type Sizing } from "./sizing";
import { statements } from "./statistics";
import { autovacuumWorkers } from "./vacuum";
import { walBuffers, walSenders } from "./wal";

const mebibyte = 2 ** 20;

/** What a hash may take of `work_mem`; the server's default since 15. */
const hashMultiplier = 2;

/** Bounds of `work_mem`: below, sorting a page of results goes to disk; above, one query with many sorts takes the rest. */
export const workMemoryBounds = { least: 512 * 1024, most: 64 * mebibyte } as const;

/**
 * Bytes for sorts and hashes of one connection when all work at once; below the bounds where memory is too small.
 *
 * @param use what else takes memory; by default what the settings make of the size, before anything is rounded.
 */
export function workMemory(size: Sizing, use: MemoryUse = memoryUse(size)): number {
  const left = size.memory - commitment({ ...use, workMemory: 0 }, size.memory).total;
  return Math.min(workMemoryBounds.most, left / ((use.connections + use.parallelWorkers) * use.hashMultiplier));
}

/** The value of `work_mem`; 64kB is the least that the server takes. */
export function workMemoryText(size: Sizing, use?: MemoryUse): string {
  return formatBytes(Math.max(64 * 1024, workMemory(size, use)));
}

function memoryUse(size: Sizing): MemoryUse {
  const { sharedBuffers, maintenance } = memoryShares(size);
  return {
    sharedBuffers,
    walBuffers: walBuffers(sharedBuffers),
    workMemory: 0,
    hashMultiplier,
    maintenance,
    autovacuum: maintenance / 2,
    autovacuumWorkers: autovacuumWorkers(size),
    connections: size.maxConnections,
    parallelWorkers: parallelWorkers(size),
    walSenders: walSenders(size),
    statements,
  };
}

/** The parts that are shares of the limit, before they are rounded. */
function memoryShares({ memory }: Sizing): { readonly sharedBuffers: number; readonly maintenance: number } {
  return { sharedBuffers: memory / 4, maintenance: clamp(memory / 20, 16 * mebibyte, 1024 * mebibyte) };
}

/** Memory: shares of the limit, and what they leave to the connections. */
export function memorySettings(size: Sizing): Computed[] {
  const { memory, words, maxConnections } = size;
  const { sharedBuffers, maintenance } = memoryShares(size);
  const workers = autovacuumWorkers(size);
  const sorting = maxConnections + parallelWorkers(size);
  return [
    setting(
      "shared_buffers",
      formatBytes(sharedBuffers),
      `A quarter of ${words.memory}; the rest is the kernel's cache, which counts in it too.`,
    ),
    setting(
      "effective_cache_size",
      formatBytes(wholeMegabytes(memory * 0.7)),
      `70 % of ${words.memory}: buffers and the kernel's cache together, which makes the planner trust in indexes.`,
    ),
    setting(
      "work_mem",
      workMemoryText(size),
      `What ${words.memory} leaves beside buffers, maintenance and processes, over ${maxConnections} connections and ${sorting - maxConnections} parallel workers that each hash with ${hashMultiplier} times as much; 64MB at most.`,
    ),
    setting("hash_mem_multiplier", hashMultiplier, "Hashes suffer more from too little memory than sorts do."),
    setting(
      "maintenance_work_mem",
      formatBytes(wholeMegabytes(maintenance)),
      `5 % of ${words.memory}, between 16MB and 1GB, for one index build at a time.`,
    ),
    setting(
      "autovacuum_work_mem",
      formatBytes(wholeMegabytes(maintenance / 2)),
      `Half of maintenance_work_mem for each of ${workers} workers.`,
    ),
    setting("huge_pages", "off", "The pod asks for no huge pages, and looking for them at each start helps nobody."),
    setting(
      "temp_file_limit",
      formatBytes(wholeMegabytes(size.volume / 10)),
      `A tenth of ${words.volume}: one query with a wrong join must not fill the data's volume with temporary files.`,
    ),
    setting(
      "max_locks_per_transaction",
      128,
      'A statement without a partition key locks each partition and each of its indexes; the default 64 ends it with "out of shared memory".',
    ),
  ];
}
