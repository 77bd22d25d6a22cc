/** Words that by themselves name a secret. */
const secretWords: ReadonlySet<string> = new Set([
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "token",
  "apikey",
  "credential",
  "credentials",
  "privatekey",
  "secretkey",
  "accesskey",
  "authtoken",
]);
/** Words that make a `key` a secret one. A bare `key` names anything. */
const keyQualifiers: ReadonlySet<string> = new Set([
  "api",
  "access",
  "auth",
  "encryption",
  "master",
  "private",
  "secret",
  "shared",
  "signing",
]);
/** Last words after which the value is about a secret, and not the secret. */
const descriptiveWords: ReadonlySet<string> = new Set([
  ...["algorithm", "attempts", "audience", "class", "count", "dir", "directory", "driver", "enabled", "endpoint"],
  ...["expiration", "expires", "expiry", "field", "file", "filename", "files", "format", "header", "host", "id", "ids"],
  ...[
    "interval",
    "issuer",
    "issuers",
    "kind",
    "label",
    "length",
    "lifetime",
    "limit",
    "limits",
    "max",
    "method",
    "min",
  ],
  ...[
    "minutes",
    "mode",
    "mount",
    "name",
    "names",
    "namespace",
    "path",
    "paths",
    "policy",
    "port",
    "prefix",
    "provider",
  ],
  ...["ref", "reference", "refs", "required", "retries", "rotation", "rounds", "schema", "scope", "scopes", "seconds"],
  ...["selector", "size", "source", "store", "strength", "suffix", "timeout", "ttl", "type", "url", "uri", "user"],
  ...["username", "validity", "version", "window", "days", "hours", "ms", "age", "rate", "budget", "usage", "per"],
  ...[
    "backend",
    "bucket",
    "capacity",
    "column",
    "encoder",
    "engine",
    "grant",
    "hasher",
    "hashing",
    "manager",
    "message",
  ],
  ...["pattern", "prompt", "property", "queue", "regex", "service", "strategy", "table", "title", "topic", "validator"],
  ...["hash", "checksum", "digest", "fingerprint", "rotations", "generation", "hint"],
  // Files of programs.
  ...["lua", "py", "sh", "sql"],
  // Which one it is.
  "encryption",
]);
/** Last words of names whose values are long random texts without being secret. */
const fingerprintWords: ReadonlySet<string> = new Set([
  ...["checksum", "commit", "digest", "etag", "fingerprint", "hash", "integrity", "revision", "sha", "sha1", "sha256"],
  ...["sha512", "sum", "thumbprint", "uid", "uuid", "urn", "arn", "id", "image", "tag", "version"],
]);

/** `metricsApiKey`, `METRICS_API_KEY`, `metrics.api-key` → metrics, api, key. */
export function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Names repeat in every object; the answer for each is kept. More than this are data, not names. */
const longestMemory = 5000;
const known = new Map<string, boolean>();

/** Whether a property of this name holds a secret: `DB_PASSWORD` does, `secretName` and `TOKEN_TTL` do not. */
export function namesSecret(name: string): boolean {
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const answer = decideName(name);
  if (known.size < longestMemory) known.set(name, answer);
  return answer;
}

/** A host, such as the one before the claim in a condition of IAM: `token.actions.githubusercontent.com:sub`. */
const hostName = /^(?:[a-z0-9-]+\.)+(?:com|net|org)$/;

function decideName(name: string): boolean {
  if (hostName.test(name)) return false;
  const parts = words(name);
  const last = parts[parts.length - 1];
  if (last === undefined || descriptiveWords.has(last)) return false;
  if (parts.some((word) => secretWords.has(word))) return true;
  return parts.some((word, index) => word === "key" && keyQualifiers.has(parts[index - 1] ?? ""));
}

/** Whether a property of this name holds a password, which may be a number too. */
export function namesPassword(name: string): boolean {
  return words(name).some((word) => /^(?:passw(?:or)?d|pwd|passphrase|pin)$/.test(word));
}

/** Whether a property of this name holds a fingerprint: long and random, but public. */
export function namesFingerprint(name: string): boolean {
  return words(name).some((word) => fingerprintWords.has(word));
}
