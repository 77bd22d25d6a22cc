import { quoteName } from "../statements";
import { maskSecret, describeTarget, type Target } from "./target";

/** An error of the client library, of the socket below it, or of the server (five characters of SQLSTATE). */
export interface Failure {
  readonly code?: string;
  readonly message: string;
}

/** Takes what can be told out of whatever was thrown; several addresses of one host fail together, the first stands for all. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AggregateError && error.errors.length > 0) return failureOf(error.errors[0]);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { message: typeof message === "string" ? message : String(error), ...(typeof code === "string" && { code }) };
}

type Sentence = (target: Target, message: string) => string;

const where = ({ host, port }: Target) =>
  host.startsWith("/") ? `the socket in ${host} for port ${port}` : `${host}:${port}`;
const timedOut: Sentence = (target) =>
  `${where(target)} did not answer in time: a firewall or network policy may drop what is sent to it. Check host and port, and that this machine may reach them.`;
const unreachable: Sentence = (target) =>
  `There is no way from here to ${where(target)}. Check the network, and whether a VPN or port-forward is needed.`;

const byCode: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: (target) => `Nothing listens at ${where(target)}. Check host and port, and that the server runs.`,
  ENOENT: (target, message) =>
    message.includes("open")
      ? `A certificate file cannot be read (${message.replace(/^ENOENT: /, "")}). Check sslrootcert, sslcert and sslkey.`
      : `There is ${where(target)} no more, or it never was. Check the folder, and that the server runs on this machine.`,
  ENOTFOUND: ({ host }) =>
    `The host name ${host} is not known. Check how it is written; names of a cluster are known only within it.`,
  EAI_AGAIN: ({ host }) =>
    `The host name ${host} could not be looked up. Check how it is written, and the machine's name servers.`,
  ETIMEDOUT: timedOut,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ECONNRESET: (target) =>
    `${where(target)} closed the connection. Is it a PostgreSQL server, and does it take TLS as sslmode=${target.sslMode} asks for it?`,
  "28P01": ({ role }) => `The password of ${role} is wrong. Set PGPASSWORD, a line in ~/.pgpass, or the URL's.`,
  "28000": ({ role, database }, message) =>
    `The server does not let ${role} into ${database} from here (${message}). Check the role's LOGIN right and pg_hba.conf.`,
  "3D000": ({ database, host, port }) =>
    `There is no database ${database} at ${host}:${port}. List them with psql --list, and put one behind the URL's last slash.`,
  "42501": ({ role, database }, message) =>
    `${role} may not do that in ${database} (${message}). GRANT CONNECT ON DATABASE and the role pg_monitor are enough.`,
  "53300": ({ role }) =>
    `The server has no connection left for ${role}. Ask as a role with pg_use_reserved_connections, or when others have gone.`,
  "57P03": (target) =>
    `The server at ${where(target)} is starting up, shutting down or recovering. Ask again in a moment.`,
  "57P01": (target) =>
    `The server at ${where(target)} ended the connection: it is shutting down, or an administrator ended the session.`,
};

const byMessage: readonly (readonly [RegExp, Sentence])[] = [
  [/timeout expired|connection timeout/i, timedOut],
  [
    /password must be a (non-empty )?string|no password|SASL.*password/i,
    ({ role }) => `The server asks ${role} for a password, and none was given. Set PGPASSWORD or a line in ~/.pgpass.`,
  ],
  [
    /does not support SSL/i,
    (target) =>
      `${where(target)} speaks no TLS, and sslmode=${target.sslMode} insists on it. Use sslmode=prefer only where nobody can listen on the way.`,
  ],
  [
    /certificate|self-signed|altnames|verify-ca/i,
    (target, message) =>
      `The server's certificate is not trusted under sslmode=${target.sslMode} (${message.replace(/^.*WARNING: /, "")}). Give the file of its authority as sslrootcert, and the name that the certificate is for.`,
  ],
  [
    /Connection terminated|establishing an SSL connection|ended unexpectedly|Unknown authenticationOk|ECONNRESET|socket disconnected/i,
    (target) =>
      `${where(target)} closed the connection. Is it a PostgreSQL server, and does it take TLS as sslmode=${target.sslMode} asks for it?`,
  ],
];

/** One sentence on why the server could not be asked, and what to do; without any password. */
export function explain(error: unknown, target: Target): string {
  const { code, message } = failureOf(error);
  // Our own words hold nothing secret; what others say may repeat what they were told.
  const first = maskSecret(message.split("\n")[0] ?? "", target.password);
  const known =
    (code === undefined ? undefined : byCode[code]) ?? byMessage.find(([pattern]) => pattern.test(first))?.[1];
  return known
    ? known(target, first)
    : `${describeTarget(target)} could not be asked: ${first}${code === undefined ? "" : ` (${code})`}. Try the same URL with psql.`;
}

/** Why one question stayed without an answer, and what to do; the report goes on without it. */
export function explainLeftOut(error: unknown, target: Target): string {
  const { code, message } = failureOf(error);
  const first = maskSecret(message.split("\n")[0] ?? "", target.password);
  if (code === "57014")
    return "It took longer than the time allowed for one question: give it more with --timeout, or ask at a quieter hour.";
  if (code === "55P03")
    return "Somebody holds an exclusive lock on what it looks at: ask again when they are done; the section on locks may name them.";
  const [, schema] = /^permission denied for schema (.*)$/.exec(first) ?? [];
  if (schema !== undefined) {
    return `The role ${target.role} may not look into schema ${schema}: GRANT USAGE ON SCHEMA ${quoteName(schema)} TO ${quoteName(target.role)}.`;
  }
  if (code === "42501") return `The role ${target.role} may not see it (${first}): GRANT pg_monitor to it.`;
  return `The server refused it: ${first}${code === undefined ? "" : ` (${code})`}.`;
}

/** Why a server is not looked at. */
export function tooOld(version: string, oldest: number): string {
  return `The server is PostgreSQL ${version}; the report needs ${oldest} or newer, whose statistics it reads. Upgrade it: versions older than that get no security fixes, or soon none.`;
}
