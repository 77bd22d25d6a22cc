export {
  type CalendarEntry,
  hashPartitionName,
  partitionCalendar,
  type PartitionState,
  periodStart,
  rangePartitionName,
} from "./calendar";
export { maintenance, mostPartitions, volumeShare } from "./limits";
export { horizonMetrics, horizonQuery, insertErrorMetric, partitionAlerts } from "./metrics";
export { partitionPlan, type PartitionPlan, planJson, type PlannedTable, planSql } from "./plan";
export { partitionProblems } from "./problems";
export { partitionSizes, type PartitionSizes } from "./sizes";
