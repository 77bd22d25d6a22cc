import { systemRoles } from "../../../model/database/names";
import { type SecretDefinition } from "../../../model/secret";

const { administrator, maintenance, monitoring, pooler, replication } = systemRoles;

/** What each role without a service is for; the owner has no password, because nobody comes as it. */
const reasons: Readonly<Record<string, string>> = {
  [administrator]: "The migration Job makes roles, schema and partitions with it; nobody else comes as superuser.",
  [maintenance]: "Makes and drops partitions, refreshes views, writes down restore drills.",
  [monitoring]: "Exporters read statistics with it, and no rows.",
  [pooler]: "PgBouncer looks up the password of whoever connects.",
  [replication]: "Replicas and base backups read the write-ahead log.",
};

/** Passwords of the database's roles that belong to no service. 32 letters and digits are 190 bits. */
export const databaseSecrets: readonly SecretDefinition[] = Object.entries(reasons).map(([role, why]) => ({
  name: `database-${role.replaceAll("_", "-")}-password`,
  kind: "generated",
  length: 32,
  role,
  why,
}));
