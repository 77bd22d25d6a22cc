import { type PostgresqlArgs } from "../../components/postgresql/args";
import { systemRoles } from "../../model/database/names";
import { type PlatformDatabase } from "../../model/database/platform-database";
import { type Manifest } from "../../model/manifest";
import { type NodePool } from "../../model/node-pool";
import { somePlatformDatabase } from "./platform-database";

const pool: NodePool = {
  name: "memory",
  allocatable: { cpu: "4", memory: "14Gi", pods: 58 },
  minimum: 3,
  maximum: 6,
  taints: [{ key: "altlas.io/pool", value: "memory", effect: "NoSchedule" }],
  zones: ["a", "b", "c"],
};

/** Arguments of the component as a stack would make them; `database` replaces parts of what is to run. */
export function somePostgresqlArgs({
  database,
  ...changes
}: Omit<Partial<PostgresqlArgs>, "database"> & { readonly database?: Partial<PlatformDatabase> } = {}): PostgresqlArgs {
  return {
    namespace: "altlas-data",
    partOf: "whole",
    labels: { "altlas.io/owner": "platform" },
    database: somePlatformDatabase(database),
    pool,
    priorityClassNames: { servers: "altlas-data", jobs: "altlas-batch" },
    storageClassName: "altlas-block-retained",
    passwordsSecret: "postgresql-roles",
    apiServerNetworks: ["10.0.0.0/16"],
    ...changes,
  };
}

/** The password of a role in {@link passwordsSecret}. */
export function passwordOf(role: string): string {
  return `${role.replaceAll("_", "")}Password1`;
}

/** The Secret that the arguments name, with a password for each role that logs in. */
export function passwordsSecret({ namespace, passwordsSecret: name, database }: PostgresqlArgs): Manifest {
  const roles = [...Object.values(systemRoles), ...database.roles.map((role) => role.name)];
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    stringData: Object.fromEntries(roles.map((role) => [role, passwordOf(role)])),
  };
}
