import { z } from "zod";
import { periods, horizonDays, partitionPlans, type PlannedTable } from "../checks/database/plans";
import { maintenanceCalls, maintenanceJobs } from "../checks/database/jobs";
import { tableFailures } from "../checks/database/planning";
import { longestPause } from "../checks/schedules";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  calls: z
    .array(z.string().min(1))
    .default([...maintenanceCalls])
    .describe("procedures that make and drop partitions, as the jobs' arguments name them"),
});
type Settings = z.infer<typeof settings>;

const plan = (premake: number) =>
  object("v1", "ConfigMap", "partitions", {
    data: {
      "plan.json": JSON.stringify({
        tables: [
          {
            schema: "platform",
            name: "jobs",
            key: "created_at",
            primaryKey: ["id", "created_at"],
            method: { kind: "range", interval: "day", premake, retain: 14, graceDays: 7 },
            bytesPerDay: 20_000_000,
          },
        ],
      }),
    },
  });

export const rule = defineRule<Settings>({
  id: "ALT-DB-002",
  slug: "postgresql-partitions-are-made-ahead",
  title: "Partitions are made two periods and two runs of maintenance ahead, and no run makes too many",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "Where no partition is, every insert fails. With a horizon of one period the first run that fails, or waits too long for " +
    "a lock, is an outage; with a monthly job and daily partitions it is one without anything failing. Thousands of " +
    "partitions in turn make every statement plan and lock all of them.",
  fix: "Raise premake, or run maintenance more often.",
  planSteps: ["3.5.4"],
  peers: [],
  settings,
  examples: {
    pass: { title: "two weeks of days ahead", manifests: [plan(14)] },
    fail: { title: "tomorrow alone", manifests: [plan(1)] },
  },
  parts: [
    part(
      ({ graph }) => partitionPlans(graph),
      ({ tables }, { graph, settings: options }) =>
        each(tables, (table) =>
          aspects(
            () => tableFailures(table, ["method.premake"]),
            () => checkRuns(table, graph, options),
          ),
        ),
    ),
  ],
});

/** The planner reckons with its own schedule; the job may have another. */
function* checkRuns(planned: PlannedTable, graph: Graph, { calls }: Settings): Generator<Failure> {
  const horizon = horizonDays(planned);
  if (horizon === undefined) return;
  for (const job of maintenanceJobs(graph, calls)) {
    const schedule = job.object.spec.at("schedule").text() ?? "";
    const pause = longestPause(schedule);
    if (pause !== undefined && horizon >= 2 * pause) continue;
    const runs =
      pause === undefined
        ? `whose schedule "${schedule}" cannot be read`
        : `which may pause ${pause} days ("${schedule}")`;
    const problem = `plans ${planned.name} ${horizon} days ahead (${periods(planned)}), less than two runs of CronJob ${job.object.name}, ${runs}`;
    yield { problem, path: planned.path, fix: "raise premake, or run it more often" };
  }
}
