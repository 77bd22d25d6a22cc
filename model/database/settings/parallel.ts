import { type Computed, clamp, setting, type Sizing } from "./sizing";

/** Parallel workers of all queries together: one for each core, and none where there is less than a second core. */
export function parallelWorkers({ cpus }: Pick<Sizing, "cpus">): number {
  return cpus < 2 ? 0 : Math.floor(cpus);
}

/** Workers that are no parallel ones: the logical replication launcher with its default 4, and one of an extension. */
const otherWorkers = 6;

/** Parallel queries: no more processes than there are cores. */
export function parallelSettings(size: Sizing): Computed[] {
  const { cpus, words } = size;
  const workers = parallelWorkers(size);
  const besideLeader = clamp(Math.floor(cpus) - 1, 0, 2);
  const few = `with ${words.cpus} a second process would only take turns with the first`;
  return [
    setting(
      "max_worker_processes",
      Math.max(8, workers + otherWorkers),
      `${workers} parallel workers and ${otherWorkers} others (replication launcher and its workers, extensions); not below the default 8.`,
    ),
    setting("max_parallel_workers", workers, workers === 0 ? `None: ${few}.` : `One for each core of ${words.cpus}.`),
    setting(
      "max_parallel_workers_per_gather",
      besideLeader,
      besideLeader === 0
        ? `None: ${few}.`
        : `The leader works too: with ${words.cpus} that many beside it, and 2 at most, so that one report leaves cores to others.`,
    ),
    setting(
      "max_parallel_maintenance_workers",
      besideLeader,
      besideLeader === 0 ? `None: ${few}.` : "For index builds, bounded as those of queries.",
    ),
  ];
}
