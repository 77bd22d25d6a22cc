import { type Computed, setting } from "./sizing";

/** What the planner knows and may do. */
export function plannerSettings(): Computed[] {
  return [
    setting(
      "default_statistics_target",
      200,
      "Tenants and states are spread unevenly: twice the default's samples find the rare ones.",
    ),
    setting(
      "enable_partitionwise_join",
      "on",
      "Joins month by month where both sides have the same partitions; off by default for planning time only.",
    ),
    setting(
      "enable_partitionwise_aggregate",
      "on",
      "Sums within each partition first; off by default for planning time only.",
    ),
    setting("jit", "off", "Compiling takes longer than the short queries of services run."),
  ];
}
