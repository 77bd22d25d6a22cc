import { horizonMetrics, horizonQuery } from "../../../model/database/partitions";

/**
 * What the exporter asks besides its own collectors: how far ahead partitions are, and how old the last good restore is.
 *
 * Upstream calls the option deprecated and has nothing in its place; a second exporter (sql_exporter) for two queries would
 * be a second program, image and scrape. The day that the option goes, this file moves there as it is.
 */
export const queries = {
  [horizonMetrics.name]: {
    query: horizonQuery,
    metrics: [
      ...horizonMetrics.labels.map((name) => ({
        [name]: { usage: "LABEL", description: "Of the partitioned table." },
      })),
      ...Object.entries(horizonMetrics.gauges).map(([name, description]) => gauge(name, description)),
    ],
  },
  restore_drills: {
    query: [
      "SELECT extract(epoch FROM now() - max(finished_at) FILTER (WHERE succeeded)) AS seconds_since_success,",
      "extract(epoch FROM now() - max(finished_at)) AS seconds_since_finish,",
      "coalesce((array_agg(NOT succeeded ORDER BY finished_at DESC))[1], false)::integer AS last_failed",
      "FROM platform.restore_drills",
    ].join(" "),
    metrics: [
      gauge("seconds_since_success", "Seconds since a backup was last restored and found whole; NaN when never."),
      gauge("seconds_since_finish", "Seconds since the last restore drill ended, however; NaN when never."),
      gauge("last_failed", "1 when the last restore drill failed."),
    ],
  },
};

function gauge(name: string, description: string) {
  return { [name]: { usage: "GAUGE", description } };
}
