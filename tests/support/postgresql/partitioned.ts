import { partitioningSql } from "../../../components/postgresql/partitioning";
import { systemRoles } from "../../../model/database/names";
import { planSql } from "../../../model/database/partitions";
import { type PartitionedTable } from "../../../model/database/partitioned-table";
import { database } from "../../../stacks/altlas/database";
import { type Server } from "./server";

/** Roles that the migration Job makes before anything else; nobody has a password here. */
export async function makeRoles(server: Server): Promise<void> {
  const { owner, maintenance, monitoring } = systemRoles;
  await server.psql(
    `CREATE ROLE ${owner}; CREATE ROLE ${maintenance} LOGIN; CREATE ROLE ${monitoring} LOGIN IN ROLE pg_monitor; CREATE ROLE service LOGIN;`,
  );
}

/** A database with the platform's schema, the procedure and the plan of `tables`, and no partition yet. */
export async function makePlatform(server: Server, name: string, tables: readonly PartitionedTable[]): Promise<void> {
  await server.psql(`CREATE DATABASE ${name}`);
  const asOwner = (sql: string) => `SET ROLE ${systemRoles.owner};\n${sql}\nRESET ROLE;`;
  await server.psql(
    [
      `CREATE SCHEMA ${database.schema} AUTHORIZATION ${systemRoles.owner};`,
      partitioningSql,
      ...database.migrations.map(({ sql }) => asOwner(sql)),
      planSql(tables),
    ].join("\n"),
    { database: name },
  );
}
