import { contentChecksum } from "../../../model/checksum";
import { databaseFolders, databaseObjects, systemRoles } from "../../../model/database/names";
import { type Manifest } from "../../../model/manifest";
import { objectLabels } from "../../shared/labels";
import { type ListedObject } from "../../shared/object-list";
import { type PostgresqlArgs } from "../args";
import { type Form } from "../form";
import { loginRoles, migrationCommand, migrationFiles } from "../migrations";
import { jobLabels, jobPod } from "./pod";

const { migrations } = databaseObjects;

/** Suffix of the Job; what needs roles or tables comes after it. */
export const migrationJob = "migrations";

/** Seconds that a run may take: the server's first start, the lock of another run, and building an index of a large table. */
const deadlineSeconds = 3600;

/** The migrations and what runs them. */
export function migrationObjects(args: PostgresqlArgs, form: Form): ListedObject[] {
  const { namespace } = args;
  const labels = objectLabels(migrations, args);
  const metadata = { name: migrations, namespace, labels };
  return [
    {
      suffix: `${migrationJob}-account`,
      manifest: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    },
    {
      suffix: `${migrationJob}-files`,
      manifest: { apiVersion: "v1", kind: "ConfigMap", metadata, data: migrationFiles(args.database) },
    },
    {
      suffix: migrationJob,
      manifest: job(args, form),
      after: [...form.ready, `${migrationJob}-account`, `${migrationJob}-files`],
      readySeconds: deadlineSeconds + 60,
    },
  ];
}

/**
 * The Job. A Job runs once, so its name says what it applies: other SQL, roles or passwords make another Job, and the same
 * ones none. It stays when it is done, as the record of what was applied; nothing would make it run again but its absence.
 */
function job(args: PostgresqlArgs, form: Form): Manifest {
  const template = jobPod(args, form, run(args));
  const applied = contentChecksum({
    ...migrationFiles(args.database),
    pod: JSON.stringify(template.spec),
    generations: JSON.stringify(Object.entries(args.passwordGenerations ?? {}).sort()),
  });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${migrations}-${applied.slice(0, 10)}`,
      namespace: args.namespace,
      labels: jobLabels(migrations, args, form),
    },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: deadlineSeconds,
      template,
    },
  };
}

function run(args: PostgresqlArgs) {
  const { form } = args.database;
  const external = form.kind === "external" ? form.administrator : undefined;
  const role = external?.user ?? systemRoles.administrator;
  return {
    name: migrations,
    login: { role, database: "postgres", application: migrations },
    command: migrationCommand({ administrator: role }),
    files: { configMap: migrations, folder: databaseFolders.migrations },
    passwords: passwordsOf(args),
    ...(external ? { ownPassword: external.password } : {}),
  };
}

/** Passwords that the Job sets, and its own. */
function passwordsOf({ database }: PostgresqlArgs): string[] {
  const own = database.form.kind === "external" ? [] : [systemRoles.administrator];
  return [...new Set([...own, ...loginRoles(database)])];
}
