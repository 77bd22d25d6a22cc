import { connectSeconds } from "./defaults";
import { type PostgresqlArgs } from "./args";
import { type Form } from "./form";

/** Where the authority's certificate is mounted. */
export const authorityFolder = "/etc/postgresql-authority";

/** Who connects. */
export interface Login {
  readonly role: string;
  readonly database: string;
  /** What the server shows of it in its log and in pg_stat_activity. */
  readonly application: string;
}

/** Environment by which psql and every other program of PostgreSQL finds the primary; all but the password. */
export function connectionEnvironment(
  args: PostgresqlArgs,
  form: Form,
  { role, database, application }: Login,
): Record<string, string> {
  const { host, port } = form.address(args);
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: role,
    PGDATABASE: database,
    PGAPPNAME: application,
    PGCONNECT_TIMEOUT: String(connectSeconds),
    ...tlsEnvironment(args, form),
  };
}

/** Encrypted always; with an authority the server must also be who it says. */
function tlsEnvironment(args: PostgresqlArgs, form: Form): Record<string, string> {
  const authority = form.authority?.(args);
  if (authority === undefined) return { PGSSLMODE: "require" };
  return { PGSSLMODE: "verify-full", PGSSLROOTCERT: `${authorityFolder}/${authority.key}` };
}

/** Volume with the authority's certificate and its mount; nothing where there is none. */
export function authorityVolumes(args: PostgresqlArgs, form: Form) {
  const authority = form.authority?.(args);
  if (authority === undefined) return { volumes: [], mounts: [] };
  const { secretName, key } = authority;
  return {
    volumes: [{ name: "authority", secret: { secretName, items: [{ key, path: key }] } }],
    mounts: [{ name: "authority", mountPath: authorityFolder, readOnly: true }],
  };
}
