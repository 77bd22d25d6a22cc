import { z } from "zod";
import { alertsSetting, hasAlert } from "../checks/database/alerts";
import {
  boundsLocks,
  isSuspended,
  maintenanceCalls,
  maintenanceJobs,
  routineBoundsLocks,
  wordsOf,
} from "../checks/database/jobs";
import { partitionPlans } from "../checks/database/plans";
import { type Graph } from "../graph/graph";
import { attempt } from "../graph/selection";
import { workloads } from "../graph/subjects";
import { type Workload } from "../graph/workload";
import { aspects, defineRule, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  calls: z
    .array(z.string().min(1))
    .default([...maintenanceCalls])
    .describe("procedures that make and drop partitions, as the jobs' arguments name them"),
  alerts: alertsSetting,
});
type Settings = z.infer<typeof settings>;

const job = (spec: Record<string, unknown>, args: readonly string[]) =>
  object("batch/v1", "CronJob", "partitions", {
    spec: {
      schedule: "10 * * * *",
      ...spec,
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: 600,
          template: { spec: { containers: [{ name: "psql", image: "docker.io/library/postgres:18.4", args }] } },
        },
      },
    },
  });
const alert = object("monitoring.coreos.com/v1", "PrometheusRule", "partitions", {
  spec: {
    groups: [
      {
        rules: [{ alert: "PartitionMaintenanceLate", expr: "time() - partition_maintenance_last_run_seconds > 7200" }],
      },
    ],
  },
});

export const rule = defineRule<Settings>({
  id: "ALT-DB-006",
  slug: "postgresql-maintenance-job-is-bounded",
  title:
    "Partitions are made by a CronJob that ends, never overlaps, waits for no lock for long, and whose absence is told",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "To attach a partition takes a lock on its table. A run that waits for one behind a long query makes every later query " +
    "wait behind itself, and a second run waits behind the first. A job that has not run for weeks is noticed when the " +
    "last partition is full and inserts fail.",
  fix: "Set deadlines and concurrencyPolicy: Forbid, set lock_timeout for its session, and alert on the time since its last run.",
  planSteps: ["3.5.4"],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "an hourly run with bounds, and an alert",
      manifests: [
        job({ concurrencyPolicy: "Forbid", startingDeadlineSeconds: 900 }, [
          "psql",
          "-c",
          "SET lock_timeout = '2s'; CALL partitioning.maintain(now())",
        ]),
        alert,
      ],
    },
    fail: { title: "a schedule alone", manifests: [job({}, ["psql", "-c", "CALL partitioning.maintain(now())"])] },
  },
  parts: [
    part(
      ({ graph, settings: { calls } }) => {
        const jobs = attempt(() => maintenanceJobs(graph, calls));
        return workloads(graph).filter(({ read }) => Array.isArray(jobs) && jobs.includes(read()));
      },
      (workload, { graph, settings: options }) =>
        aspects(
          () => checkRuns(workload),
          () => checkLocks(workload, graph, options),
          () => checkAlert(workload, graph, options),
        ),
    ),
    part(
      ({ graph }) => partitionPlans(graph),
      function* ({ path, tables }, { graph, settings: { calls } }) {
        const ranges = tables.filter(({ table }) => table.method.kind === "range");
        if (ranges.length === 0 || maintenanceJobs(graph, calls).length > 0) return undefined;
        const problem = `plans partitions of ${ranges.map(({ name }) => name).join(", ")} that no CronJob makes`;
        yield { problem, path, fix: `run one that calls ${calls[0] ?? "their maintenance"}` };
        return undefined;
      },
    ),
  ],
});

function* checkRuns(workload: Workload): Generator<Failure, undefined> {
  const { spec } = workload.object;
  return yield* aspects(
    function* () {
      const policy = spec.at("concurrencyPolicy");
      if (policy.text() === "Forbid") return;
      const problem = `may start a run beside one that still runs (concurrencyPolicy ${policy.text() ?? "Allow"})`;
      yield { problem, path: policy.path, fix: "set it to Forbid" };
    },
    function* () {
      const deadline = spec.at("jobTemplate", "spec", "activeDeadlineSeconds");
      if (deadline.exists) return;
      yield { problem: "may run for ever", path: deadline.path, fix: "set it to the longest that a run may take" };
    },
    function* () {
      const start = spec.at("startingDeadlineSeconds");
      if (start.exists) return;
      const problem = "is not started again after 100 missed runs";
      yield { problem, path: start.path, fix: "set it to less than the time between two runs" };
    },
    function* () {
      if (!isSuspended(workload)) return;
      yield { problem: "is suspended and makes no partitions", path: spec.at("suspend").path, fix: "let it run" };
    },
  );
}

function* checkLocks(workload: Workload, graph: Graph, { calls }: Settings): Generator<Failure> {
  if (boundsLocks(wordsOf(workload)) || routineBoundsLocks(graph, calls)) return;
  const problem = "waits for locks without end, and every query behind it";
  const { path } = workload.podSpec.at("containers");
  yield { problem, path, fix: "set lock_timeout in its session or its procedure" };
}

function* checkAlert(workload: Workload, graph: Graph, { alerts }: Settings): Generator<Failure> {
  if (hasAlert("maintenance", alerts, graph)) return;
  const { path } = workload.object.spec.at("schedule");
  yield { problem: "may stop running without anybody being told", path, fix: "alert on the time since its last run" };
}
