import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { Pgbouncer } from "../pgbouncer";
import { registerObjects } from "../shared/register";
import { type PostgresqlArgs } from "./args";
import { migrationJob } from "./jobs/migrations";
import { poolerArgs, postgresqlFootprints, postgresqlObjects } from "./objects";

export { type PostgresqlArgs } from "./args";

/** PostgreSQL with everything around it: servers in one of three forms, pooler, schema, jobs, exporters. */
export class Postgresql extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprints: readonly Footprint[];
  /** What is there when services may connect: their roles and tables, and the pooler. */
  readonly ready: readonly Resource[];

  constructor(name: string, args: PostgresqlArgs, options?: ComponentResourceOptions) {
    super("platform:data:Postgresql", name, {}, options);
    const objects = registerObjects(name, postgresqlObjects(args), { parent: this });
    const migrated = [objects.get(migrationJob)].filter((each) => each !== undefined);
    const pooler = poolerArgs(args);
    // After the migrations: it asks by a function that they make.
    const made = pooler ? [new Pgbouncer("pgbouncer", pooler, { parent: this, dependsOn: migrated })] : [];
    this.ready = [...migrated, ...made];
    this.footprints = postgresqlFootprints(args);
    this.registerOutputs({ footprints: this.footprints });
  }
}
