import { type Computed, clamp, setting, type Sizing } from "./sizing";

/** Two workers for each core: they sleep most of the time, and share one cost limit. */
export function autovacuumWorkers({ cpus }: Pick<Sizing, "cpus">): number {
  return clamp(Math.ceil(cpus * 2), 2, 6);
}

/** Slots for workers; more workers than that need a restart (18). */
export const autovacuumSlots = 16;

/** Vacuum: sooner and in smaller steps than by default, so that tables of jobs do not bloat. */
export function vacuumSettings(size: Sizing): Computed[] {
  return [
    setting(
      "autovacuum_max_workers",
      autovacuumWorkers(size),
      `Two for each core of ${size.words.cpus}, between 2 and 6.`,
    ),
    setting("autovacuum_worker_slots", autovacuumSlots, "Room for more workers without a restart."),
    setting("autovacuum_naptime", "20s", "Tables of jobs change in every minute; the default looks once in one."),
    setting(
      "autovacuum_vacuum_scale_factor",
      0.05,
      "At 5 % dead rows, in place of 20 %: smaller tables and shorter runs.",
    ),
    setting(
      "autovacuum_vacuum_insert_scale_factor",
      0.05,
      "Events and audit only grow: without it their pages are frozen all at once, late.",
    ),
    setting(
      "autovacuum_analyze_scale_factor",
      0.02,
      "New months change what the planner must know; at 2 % it learns it within hours.",
    ),
    setting(
      "autovacuum_vacuum_max_threshold",
      5_000_000,
      "However large a table is, five million dead rows are enough (18's default: a hundred million).",
    ),
    setting("autovacuum_vacuum_cost_limit", 2000, "Ten times the default, which is made for rotating disks."),
    setting("autovacuum_vacuum_cost_delay", "2ms", "Between two steps, so that queries come first."),
  ];
}
