import { z } from "zod";
import { type Backups, operatedBackups, plainBackups, restoreDrills } from "../checks/database/backups";
import { isSuspended } from "../checks/database/jobs";
import { databaseServers } from "../checks/database/servers";
import { settingsOf } from "../checks/database/settings";
import { longestPause } from "../checks/schedules";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { aspects, defineRule, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  backupDays: z.int().min(1).default(7).describe("days between two base backups at most"),
  encryptedBuckets: z
    .array(z.string().min(1))
    .default([])
    .describe("buckets that are made elsewhere, of which somebody has made sure that they encrypt"),
  drillDays: z.int().min(1).default(31).describe("days between two restore drills at most"),
});
type Settings = z.infer<typeof settings>;

const saved = [
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: {
      plugins: [
        {
          name: "barman-cloud.cloudnative-pg.io",
          isWALArchiver: true,
          parameters: { barmanObjectName: "postgresql" },
        },
      ],
    },
  }),
  object("barmancloud.cnpg.io/v1", "ObjectStore", "postgresql", {
    spec: {
      configuration: {
        destinationPath: "s3://backups/postgresql",
        data: { encryption: "aws:kms" },
        wal: { encryption: "aws:kms" },
      },
    },
  }),
  object("postgresql.cnpg.io/v1", "ScheduledBackup", "postgresql", {
    spec: { schedule: "0 0 2 * * *", cluster: { name: "postgresql" }, method: "plugin" },
  }),
];
const drill = object("batch/v1", "CronJob", "postgresql-restore-drill", {
  spec: { schedule: "0 4 * * 6", jobTemplate: { spec: { template: { spec: { containers: [] } } } } },
});

export const rule = defineRule<Settings>({
  id: "ALT-DB-008",
  slug: "postgresql-server-has-proven-backups",
  title:
    "A database is saved on a schedule, its log archived outside the cluster and encrypted, and restored each month to see",
  severity: "critical",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "Without an archive of the log, whatever was written since the last backup is lost; in the same cluster, backups are lost " +
    "with it. A backup that nobody has restored is a hope: wrong keys and missing segments show at the restore only.",
  fix:
    "Schedule base backups, archive the log to an encrypted bucket, and let a CronJob restore the last backup every " +
    "31 days at most.",
  planSteps: ["3.4.5"],
  peers: ["awsguard rds-automatic-backups", "checkov CKV_AWS_133"],
  settings,
  examples: {
    pass: {
      title: "backups every night in an encrypted bucket, a drill every week",
      manifests: [...saved, drill],
    },
    fail: { title: "nobody has ever restored one", manifests: saved },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      (server, { graph, settings: options }) => {
        const read = () =>
          server.form === "plain"
            ? plainBackups(server, settingsOf(server, graph), graph)
            : operatedBackups(server, graph, options.encryptedBuckets);
        return aspects(
          () => checkSchedule(read(), options),
          () => checkPlace(read()),
          () => checkDrill(server.object.namespace, graph, options),
        );
      },
    ),
  ],
});

function* checkSchedule({ jobs, path }: Backups, { backupDays }: Settings): Generator<Failure> {
  const running = jobs.filter(({ suspended }) => !suspended);
  if (running.length === 0) {
    const [first] = jobs;
    const problem = first ? `is saved by ${first.name}, which is suspended` : "is saved by no schedule";
    yield { problem, path, fix: `schedule a base backup every ${backupDays} days at most` };
    return;
  }
  const often = running.filter(({ schedule }) => isWithin(schedule, backupDays));
  if (often.length > 0) return;
  const [job] = running;
  if (!job) return;
  const problem = `is saved by ${job.name} ${howOften(job.schedule)}`;
  yield { problem, path, fix: `let it run every ${backupDays} days at most` };
}

function* checkPlace({ archived, place, path }: Backups): Generator<Failure> {
  if (!archived) {
    const problem = "archives no log, so that all since the last backup is lost with its volume";
    yield { problem, path, fix: "archive the write-ahead log to object storage" };
  }
  if (place === undefined) {
    const problem = "has backups of which nothing here says where they are";
    yield { problem, path, fix: "name an object store that is among the manifests" };
    return;
  }
  if (place.inside !== undefined) {
    const problem = `loses its backups together with the cluster: ${place.inside}`;
    yield { problem, path: place.path, fix: "keep them in object storage outside" };
  }
  if (!place.encrypted) {
    const problem = `keeps its backups in ${place.name}, and nothing says that they are encrypted there`;
    yield { problem, path: place.path, fix: "set encryption for data and log, or register the bucket with a key" };
  }
}

function* checkDrill(namespace: string, graph: Graph, { drillDays }: Settings): Generator<Failure> {
  const drills = restoreDrills(namespace, graph).filter((drill_) => !isSuspended(drill_));
  const [first] = drills;
  const fix = `let a CronJob restore the last backup every ${drillDays} days at most`;
  if (first === undefined) {
    yield { problem: "has backups that nobody restores to see whether they are good", path: "spec", fix };
    return;
  }
  const schedules = drills.map(({ object: { spec } }) => spec.at("schedule"));
  if (schedules.some((schedule) => isWithin(schedule, drillDays))) return;
  const problem = `is restored for a test by CronJob ${first.object.name} ${howOften(first.object.spec.at("schedule"))}`;
  yield { problem, path: "spec", fix };
}

function isWithin(schedule: Field, days: number): boolean {
  return (longestPause(schedule.text() ?? "") ?? Infinity) <= days;
}

function howOften(schedule: Field): string {
  const text = schedule.text() ?? "";
  const days = longestPause(text);
  if (days === undefined) return `at "${text}", which is no schedule`;
  return days === Infinity ? `at "${text}", which never comes` : `every ${days} days at the longest ("${text}")`;
}
