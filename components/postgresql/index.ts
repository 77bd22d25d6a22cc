import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { Pgbouncer } from "../pgbouncer";
import { registerObjects } from "../shared/register";
import { type PostgresqlArgs } from "./args";
import { suffixes } from "./cloud-native-pg";
import { migrationJob } from "./jobs/migrations";
import { poolerArgs, postgresqlFootprints, postgresqlObjects } from "./objects";

export { type PostgresqlArgs } from "./args";

function present(resource: Resource | undefined): Resource[] {
  return resource ? [resource] : [];
}

/** PostgreSQL with everything around it: servers in one of three forms, pooler, schema, jobs, exporters. */
export class Postgresql extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprints: readonly Footprint[];
  /** What is there when services may connect: their roles and tables, and the pooler. */
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresqlArgs, options?: ComponentResourceOptions) {
    super("platform:data:Postgresql", name, {}, options);
    const objects = registerObjects(name, postgresqlObjects(args), { parent: this });
    const migrated = present(objects.get(migrationJob));
    const pooler = poolerArgs(args);
    this.ready = [
      ...migrated,
      ...(pooler
        ? // After the migrations: it asks by a function that they make.
          [new Pgbouncer("pgbouncer", pooler, { parent: this, dependsOn: migrated })]
        : present(objects.get(suffixes.pooler))),
    ];
    this.footprints = postgresqlFootprints(args);
    this.registerOutputs({ footprints: this.footprints });
  }
}
