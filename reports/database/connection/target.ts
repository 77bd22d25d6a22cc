import { userInfo } from "node:os";

/** How TLS is used, as libpq's `sslmode` says it. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** A server to be reached. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly role: string;
  /** Absent where PGPASSWORD or a password file has it; never printed. */
  readonly password: string | undefined;
  readonly sslMode: SslMode;
  /** Files: of those who may have signed the server's certificate, of our own one, and of its key. */
  readonly certificates: { readonly authority?: string; readonly own?: string; readonly key?: string };
}

const example = "postgresql://role@host:5432/database";
/** Parameters of the URL that are understood; the client library passes over others without a word. */
const parameters = [
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "host",
  "port",
  "user",
  "password",
  "dbname",
  "application_name",
];

/** Reads a URL as libpq writes them; a sentence, without any password, where it cannot be read. */
export function readTarget(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): Target | { readonly error: string } {
  const shown = maskUrl(url);
  const [, authority = "", path = "", query = ""] =
    /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url) ?? [];
  if (!/^postgres(ql)?:\/\//.test(url)) return { error: `${shown} is no PostgreSQL URL. Write it as ${example}.` };
  const at = authority.lastIndexOf("@");
  const place = /^(\[[^\]]*\]|[^:,@]*)(?::(\d+))?$/.exec(authority.slice(at + 1));
  // A password with such a character in it ends early: what follows would be taken for a host, a database or a parameter.
  if (!place || url.includes("#") || `${path}${query}`.includes("@")) {
    return {
      error: `${shown} cannot be read: special characters of a password must be written as %xx, and there is one host. Write it as ${example}.`,
    };
  }
  const given = new URLSearchParams(query);
  const unknown = [...given.keys()].find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    return { error: `The URL's parameter ${unknown} is not understood; known are ${parameters.join(", ")}.` };
  }
  const [user = "", password] = (at < 0 ? "" : authority.slice(0, at)).split(/:(.*)/s);
  try {
    const host = given.get("host") ?? decodeURIComponent((place[1] ?? "").replace(/^\[(.*)\]$/, "$1"));
    const port = Number(given.get("port") ?? place[2] ?? environment.PGPORT ?? 5432);
    const sslMode = (given.get("sslmode") ?? environment.PGSSLMODE ?? "prefer") as SslMode;
    if (!sslModes.includes(sslMode))
      return { error: `sslmode=${sslMode} is not known; it is one of ${sslModes.join(", ")}.` };
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      return { error: `The URL's port must be from 1 to 65535.` };
    const role = given.get("user") ?? (decodeURIComponent(user) || (environment.PGUSER ?? systemUser()));
    return {
      host: host || (environment.PGHOST ?? "localhost"),
      port,
      role,
      database: given.get("dbname") ?? (decodeURIComponent(path) || (environment.PGDATABASE ?? role)),
      password: given.get("password") ?? (password === undefined ? undefined : decodeURIComponent(password)),
      sslMode,
      certificates: present({
        authority: given.get("sslrootcert") ?? environment.PGSSLROOTCERT,
        own: given.get("sslcert") ?? environment.PGSSLCERT,
        key: given.get("sslkey") ?? environment.PGSSLKEY,
      }),
    };
  } catch {
    return { error: `${shown} cannot be read: a % in it must be written as %25. Write it as ${example}.` };
  }
}

function present<Files extends Record<string, string | undefined>>(files: Files): { [Name in keyof Files]?: string } {
  return Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined)) as {
    [Name in keyof Files]?: string;
  };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return "postgres";
  }
}

/** Where it is, for sentences. */
export function describeTarget({ host, port, database, role }: Target): string {
  return `${host.startsWith("/") ? `${host} (port ${port})` : `${host}:${port}`}, database ${database}, as ${role}`;
}

/** A URL with everything that may be a password replaced. */
export function maskUrl(url: string): string {
  return (
    url
      .replace(/^([a-z+]*:\/\/[^:/?#@]*):.*@/is, "$1:***@")
      .replace(/([?&](?:password|sslpassword)=)[^&#]*/gi, "$1***")
      // A URL that is broken may hold its password where none is expected.
      .replace(/^(?!\w+:\/\/).*@/s, "***@")
  );
}

/** A text without a secret, however the secret is written in it. */
export function maskSecret(text: string, secret: string | undefined): string {
  if (secret === undefined || secret === "") return text;
  return [secret, encodeURIComponent(secret)].reduce((masked, form) => masked.replaceAll(form, "***"), text);
}
