import { databaseFolders, postgresqlPort, systemRoles } from "../../../model/database/names";
import { type ServerSetting } from "../../../model/database/server";
import { archiveSettings } from "../../postgresql-backup/specs/server";
import { type PostgresqlArgs } from "../args";
import { plainNames, serverFolders } from "../defaults";
import { backupArgs } from "./backup";
import { prepareScript } from "./prepare";

const { configuration, run, certificate } = serverFolders;

/** Who connects as whom over the socket: only this container has it, so that whoever is there runs as the server's user. */
const identityMap = "container";

/** Files of the ConfigMap that servers mount. */
export function configurationFiles(args: PostgresqlArgs): Record<string, string> {
  return {
    "postgresql.conf": settingsFile(args),
    "pg_hba.conf": accessFile(args),
    "pg_ident.conf": `# Map, user of the operating system, role.\n${identityMap} /^.*$ ${systemRoles.administrator}\n`,
    "prepare.sh": prepareScript,
  };
}

/** Settings that follow from where the server runs; nothing computes them, and the stack cannot override them. */
export function ownSettings(args: PostgresqlArgs): ServerSetting[] {
  const { certificateSecret } = args;
  const backup = backupArgs(args);
  const tls = certificateSecret === undefined ? run : certificate;
  const setting = (name: string, value: string, why: string): ServerSetting => ({ name, value, why, restart: true });
  return [
    setting("data_directory", serverFolders.data, "On a volume of its own."),
    setting("hba_file", `${configuration}/pg_hba.conf`, "Beside this file, so that no server has rules of its own."),
    setting("ident_file", `${configuration}/pg_ident.conf`, "Beside this file."),
    setting("listen_addresses", "*", "Network policies say who reaches it, pg_hba.conf who may come in."),
    setting("unix_socket_directories", run, "The probes' way in; in memory, because the root is read-only."),
    setting("ssl", "on", "Passwords and rows never cross the network in the clear."),
    setting("ssl_cert_file", `${tls}/tls.crt`, "The stack's, or one that the server makes for itself at each start."),
    setting("ssl_key_file", `${tls}/tls.key`, "Beside the certificate."),
    setting("allow_alter_system", "off", "What a server is set to stands here; ALTER SYSTEM would win over it unseen."),
    setting("log_destination", "stderr", "The container's log is what gets collected."),
    setting("logging_collector", "off", "It would write to files that nobody collects and that fill the volume."),
    setting(
      "recovery_init_sync_method",
      "syncfs",
      "One call for a volume before recovery, not one for each of many thousand files.",
    ),
    setting("lc_messages", "C", "English: alerts look for sentences in the log."),
    setting("timezone", "UTC", "Partitions, logs and jobs reckon in one time."),
    setting("log_timezone", "UTC", "As above."),
    ...(backup ? archiveSettings(backup.plan) : []),
  ];
}

function settingsFile(args: PostgresqlArgs): string {
  const own = ownSettings(args);
  const fixed = new Set(own.map(({ name }) => name));
  const computed = args.database.settings.filter(({ name }) => !fixed.has(name));
  return [
    "# Written by the program: a change here is lost with the next update. The port is PGPORT, which clients inside read too.",
    ...[...own, ...computed].flatMap(({ name, value, why }) => [`# ${why}`, `${name} = '${quoted(value)}'`]),
    "# What differs between primary and replicas; made at each start.",
    `include = '${run}/instance.conf'`,
    "",
  ].join("\n");
}

function quoted(value: string): string {
  return value.replaceAll("'", "''");
}

/** One line for each role and database that belong together, and nothing for anybody else. */
function accessFile({ database }: PostgresqlArgs): string {
  const { administrator, maintenance, monitoring, pooler, replication } = systemRoles;
  const encrypted = (databases: string, role: string) => `hostssl ${databases} ${role} all scram-sha-256`;
  return [
    "# The first line that fits decides. A password never crosses the network in the clear, nor is it stored so.",
    `local all ${administrator} peer map=${identityMap}`,
    encrypted("all", administrator),
    encrypted("replication", replication),
    // It asks in whichever database a client wants.
    encrypted("all", pooler),
    encrypted("all", monitoring),
    encrypted(database.definition.name, maintenance),
    ...database.roles.map(({ name, access }) => encrypted(access.database, name)),
    "local all all reject",
    "host all all all reject",
    "host replication all all reject",
    "",
  ].join("\n");
}

/** Address of the primary and the rest that its replicas must know, as environment of the container that prepares. */
export function prepareEnvironment(args: PostgresqlArgs, primary: string): Record<string, string> {
  const ordinal = args.primaryOrdinal ?? 0;
  const others = Array.from({ length: args.database.instances }, (_, each) => each).filter((each) => each !== ordinal);
  return {
    PGDATA: serverFolders.data,
    WAL_FOLDER: serverFolders.log,
    RUN_FOLDER: run,
    PASSWORDS_FOLDER: databaseFolders.passwords,
    PRIMARY: `host=${primary} port=${postgresqlPort}`,
    PRIMARY_ORDINAL: String(ordinal),
    PEERS: others.map((each) => `${primary}-${each}.${plainNames.nodes}:${postgresqlPort}`).join(" "),
    // Empty where the stack gives a certificate.
    CERTIFICATE_NAME: args.certificateSecret === undefined ? primary : "",
  };
}
