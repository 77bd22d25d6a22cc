import { type Grant } from "../../../model/database/access";
import { systemRoles } from "../../../model/database/names";
import { type PlatformDatabase } from "../../../model/database/platform-database";

/** One right of one role on one object, as the server's catalogs tell it. */
export interface WantedGrant {
  readonly database: string;
  readonly role: string;
  readonly type: "DATABASE" | "SCHEMA" | "TABLE" | "FUNCTION";
  /** `null` for a database. */
  readonly schema: string | null;
  readonly name: string;
  readonly privilege: "CONNECT" | "USAGE" | "EXECUTE" | "SELECT" | "INSERT" | "UPDATE" | "DELETE";
}

const maintenance: readonly Grant[] = [
  { schema: "platform", object: "refresh_view", privileges: "execute" },
  // SELECT, because the drill also reads when the last one was.
  { schema: "platform", object: "restore_drills", privileges: ["insert", "select"] },
];

const monitoring: readonly Grant[] = [
  { schema: "platform", object: "restore_drills", privileges: ["select"] },
  { schema: "platform", object: "jobs_daily", privileges: ["select"] },
  { schema: "migrations", object: "applied", privileges: ["select"] },
];

const lookup: readonly Grant[] = [{ schema: "pgbouncer", object: "user_lookup", privileges: "execute" }];

/**
 * The operator's own exporter, a role that it makes itself. By default it enters databases as PUBLIC, which is taken away
 * here; without a right of its own every one of its queries would be refused.
 */
const operatorExporter = "cnpg_metrics_exporter";

/**
 * Every right that a role has besides what it owns. The schema `partitioning` is not among them: its rights are part of
 * the procedures there.
 */
export function wantedGrants(database: PlatformDatabase): WantedGrant[] {
  const own = database.definition.name;
  const all = [own, ...database.ownDatabases.map(({ name }) => name)];
  return [
    ...database.roles.flatMap(({ name, access }) =>
      access.rights === "owner" ? [] : roleGrants(access.database, name, access.rights),
    ),
    ...roleGrants(own, systemRoles.maintenance, maintenance),
    ...roleGrants(own, systemRoles.monitoring, monitoring),
    ...all.flatMap((name) => [
      // The extensions' views, in each database that the report looks at.
      ...roleGrants(name, systemRoles.monitoring, []),
      { ...usage(name, systemRoles.monitoring, "public") },
      ...roleGrants(name, systemRoles.pooler, lookup),
    ]),
    ...(database.form.kind === "cloudNativePg"
      ? [...all.map((name) => connect(name, operatorExporter)), connect(own, operatorExporter, "postgres")]
      : []),
  ].filter((grant, index, list) => list.findIndex((other) => same(other, grant)) === index);
}

/** What a role needs for its grants: to enter the database and each schema, and the grants themselves. */
function roleGrants(database: string, role: string, grants: readonly Grant[]): WantedGrant[] {
  const schemas = [...new Set(grants.map(({ schema }) => schema))];
  return [
    connect(database, role),
    ...schemas.map((schema) => usage(database, role, schema)),
    ...grants.flatMap(({ schema, object, privileges }): WantedGrant[] =>
      privileges === "execute"
        ? [{ database, role, type: "FUNCTION", schema, name: object, privilege: "EXECUTE" }]
        : privileges.map((privilege) => ({
            database,
            role,
            type: "TABLE",
            schema,
            name: object,
            privilege: privilege.toUpperCase() as Uppercase<typeof privilege>,
          })),
    ),
  ];
}

/** `name`: another database than the one in which the right is given. */
function connect(database: string, role: string, name = database): WantedGrant {
  return { database, role, type: "DATABASE", schema: null, name, privilege: "CONNECT" };
}

function usage(database: string, role: string, schema: string): WantedGrant {
  return { database, role, type: "SCHEMA", schema, name: schema, privilege: "USAGE" };
}

function same(one: WantedGrant, other: WantedGrant): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
