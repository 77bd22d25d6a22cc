import { type DatabaseForm } from "../../model/database/platform-database";
import { databaseObjects } from "../../model/database/names";
import { planJson } from "../../model/database/partitions";
import { type Footprint } from "../../model/footprint";
import { type Manifest } from "../../model/manifest";
import { type PgbouncerArgs } from "../pgbouncer/args";
import { pgbouncerFootprint, pgbouncerObjects } from "../pgbouncer/specs/objects";
import { objectLabels } from "../shared/labels";
import { type ListedObject, manifestsOf } from "../shared/object-list";
import { type PostgresqlArgs } from "./args";
import { cloudNativePg } from "./cloud-native-pg";
import { exporterFootprint, exporterObjects } from "./exporter";
import { external } from "./external";
import { type Form } from "./form";
import { jobFootprints } from "./jobs/footprint";
import { migrationObjects } from "./jobs/migrations";
import { scheduledObjects } from "./jobs/scheduled";
import { plain } from "./plain";

const forms: Readonly<Record<DatabaseForm["kind"], Form>> = { plain, cloudNativePg, external };

/** The form that the arguments ask for. */
export function formOf({ database }: Pick<PostgresqlArgs, "database">): Form {
  return forms[database.form.kind];
}

/** Everything but the pooler: servers, migrations, jobs, exporter, in the order in which they are made. */
export function postgresqlObjects(args: PostgresqlArgs): ListedObject[] {
  const form = formOf(args);
  return [
    ...form.objects(args),
    partitionPlan(args),
    ...migrationObjects(args, form),
    ...scheduledObjects(args, form),
    ...exporterObjects(args, form),
  ];
}

function partitionPlan(args: PostgresqlArgs): ListedObject {
  const name = databaseObjects.partitions;
  return {
    suffix: "partitions",
    manifest: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: args.namespace, labels: objectLabels(name, args) },
      data: { "plan.json": planJson(args.database.definition.tables) },
    },
  };
}

/** The pooler's arguments; `undefined` where the form brings its own. */
export function poolerArgs(args: PostgresqlArgs): PgbouncerArgs | undefined {
  const form = formOf(args);
  if (form.bringsPooler) return undefined;
  const { images, pooler } = args.database;
  return {
    namespace: args.namespace,
    partOf: args.partOf,
    ...(args.labels ? { labels: args.labels } : {}),
    plan: pooler,
    images: { pooler: images.pooler, exporter: images.pgbouncerExporter, tools: form.clientImage(args) },
    server: form.address(args),
    serverAuthority: form.authority?.(args),
    certificateSecret: args.certificateSecret,
    passwordsSecret: args.passwordsSecret,
    passwordGenerations: args.passwordGenerations,
    pool: args.pool,
    priorityClassName: args.priorityClassNames.servers,
  };
}

/** All objects as manifests, the pooler's last: the services' connections are what comes last. */
export function postgresqlManifests(args: PostgresqlArgs): Manifest[] {
  const pooler = poolerArgs(args);
  return manifestsOf([...postgresqlObjects(args), ...(pooler ? pgbouncerObjects(pooler) : [])]);
}

/** What servers, poolers, exporter and jobs take from a cluster; nothing is registered. */
export function postgresqlFootprints(args: PostgresqlArgs): Footprint[] {
  const pooler = poolerArgs(args);
  return [
    ...formOf(args).footprints(args),
    ...(pooler ? [pgbouncerFootprint(pooler)] : []),
    exporterFootprint(args),
    ...jobFootprints(args),
  ];
}
