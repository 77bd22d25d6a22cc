import { describe, expect, it } from "vitest";
import { horizonMetrics, insertErrorMetric, partitionAlerts } from "../../../model/database/partitions";
import { partitioningSql } from "../../../components/postgresql/partitioning";

const gauges = Object.keys(horizonMetrics.gauges).map((gauge) => `${horizonMetrics.name}_${gauge}`);

describe("partitionAlerts", () => {
  it.each(partitionAlerts)(
    "$name looks only at metrics that there are, and names only labels that these have",
    (alert) => {
      const metrics = alert.expression.match(/[a-z]+(_[a-z]+){2,}/g) ?? [];
      const functions = ["absent_over_time"];
      const known = [...gauges, insertErrorMetric.name, ...functions];
      expect(metrics.filter((metric) => !known.includes(metric))).toEqual([]);
      expect(metrics.length).toBeGreaterThan(0);
      const labels = [...`${alert.summary} ${alert.description}`.matchAll(/\$labels\.(\w+)/g)].map(
        ([, label]) => label,
      );
      expect(
        labels.filter((label) => !(horizonMetrics.labels as readonly (string | undefined)[]).includes(label)),
      ).toEqual([]);
      // Twice the interval of a scrape, or a minute for what cannot wait.
      expect(alert.forMinutes).toBeGreaterThanOrEqual(1);
    },
  );

  it("waits no longer with a short horizon than the shortest period, and calls maintenance late after two missed runs", () => {
    const of = (wanted: string) => partitionAlerts.find(({ name }) => name === wanted);
    expect(of("PartitionHorizonShort")).toMatchObject({
      expression: "partitioning_horizon_periods_ahead < 2",
      forMinutes: 60,
    });
    expect(of("PartitionMaintenanceLate")?.expression).toBe("partitioning_horizon_seconds_since_success > 43200");
  });

  it("have names of their own", () => {
    expect(new Set(partitionAlerts.map(({ name }) => name)).size).toBe(partitionAlerts.length);
  });
});

describe("insertErrorMetric", () => {
  it("counts the server's line, and no other that speaks of partitions", () => {
    const line = (text: string) => new RegExp(insertErrorMetric.pattern).test(text);
    expect(line('2026-11-26 15:00:00 UTC [7] ERROR:  no partition of relation "jobs" found for row')).toBe(true);
    const record = {
      error_severity: "ERROR",
      message: 'no partition of relation "jobs" found for row',
      query: "INSERT",
    };
    expect(line(JSON.stringify({ logger: "postgres", record }))).toBe(true);
    expect(line('2026-11-26 15:00:00 UTC [7] ERROR:  partition "jobs_p20261101" would overlap')).toBe(false);
    expect(line("STATEMENT:  SELECT 'no partition of relation \"jobs\" found for row'")).toBe(false);
  });
});

describe("partitioning.horizon", () => {
  it("has grants for whom the exporter comes as", () => {
    expect(partitioningSql).toMatch(/GRANT SELECT ON .*partitioning\.horizon TO monitoring;/);
  });
});
