import { databaseObjects, systemRoles } from "../../../model/database/names";
import { maintenance as partitionMaintenance } from "../../../model/database/partitions";
import { type Manifest } from "../../../model/manifest";
import { objectLabels } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { type PostgresqlArgs } from "../args";
import { type Form } from "../form";
import { refreshStatement } from "../migrations";
import { migrationJob } from "./migrations";
import { jobLabels, type JobRun, jobPod } from "./pod";

const { maintenance, refresh } = databaseObjects;

/** When a job runs and how long. */
interface Schedule {
  /** Name of the CronJob; its Jobs add 11 characters to it. */
  readonly name: string;
  /** Cron expression, UTC. */
  readonly schedule: string;
  readonly deadlineSeconds: number;
  /** A run that could not start within these seconds is left to the next one. */
  readonly startingDeadlineSeconds: number;
}

/** Seconds that a refresh may take: it reads what it sums up once, and readers go on with the old rows meanwhile. */
const refreshSeconds = 1800;

/** Partition maintenance and the refresh of each materialised view. */
export function scheduledObjects(args: PostgresqlArgs, form: Form): ListedObject[] {
  const { definition } = args.database;
  const { schedule, deadlineSeconds, intervalHours } = partitionMaintenance;
  return [
    account(maintenance, args),
    cronJob(
      maintenance,
      { name: maintenance, schedule, deadlineSeconds, startingDeadlineSeconds: (intervalHours * 3600) / 2 },
      // Each step has a bounded wait for its locks of its own.
      statement(maintenance, definition.name, "CALL partitioning.maintain(now())"),
      args,
      form,
    ),
    ...(definition.views.length > 0 ? [account(refresh, args)] : []),
    ...definition.views.map((view) => {
      const name = `${refresh}-${view.name.replaceAll("_", "-")}`;
      return cronJob(
        name,
        { name, schedule: view.schedule, deadlineSeconds: refreshSeconds, startingDeadlineSeconds: 600 },
        statement(refresh, definition.name, refreshStatement(view)),
        args,
        form,
      );
    }),
  ];
}

/** A run of one statement by the maintenance role; alone in its call, because it may begin transactions of its own. */
function statement(name: string, database: string, sql: string): JobRun {
  return {
    name,
    login: { role: systemRoles.maintenance, database, application: name },
    command: ["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", `--command=${sql}`],
  };
}

function account(name: string, args: PostgresqlArgs): ListedObject {
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  return {
    suffix: `${name}-account`,
    manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
  };
}

function cronJob(
  suffix: string,
  { name, schedule, deadlineSeconds, startingDeadlineSeconds }: Schedule,
  run: JobRun,
  args: PostgresqlArgs,
  form: Form,
): ListedObject {
  const labels = jobLabels(run.name, args, form);
  const manifest: Manifest = {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name, namespace: args.namespace, labels },
    spec: {
      schedule,
      timeZone: "Etc/UTC",
      // A second run would wait for the first one's locks.
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels },
        spec: { backoffLimit: 2, activeDeadlineSeconds: deadlineSeconds, template: jobPod(args, form, run) },
      },
    },
  };
  return { suffix, manifest, after: [`${run.name}-account`, migrationJob] };
}
