import { type SecretDefinition } from "../../model/secret";
import { database } from "./database";
import { databaseSecrets } from "./database/secrets";

type ConnectionSecret = Extract<SecretDefinition, { kind: "connection" }>;

/** 32 letters and digits are 190 bits; longer than any hash that stores them. Without signs, so that addresses hold them as they are. */
const passwordLength = 32;

/** Every secret that a service reads or that an address contains; no value ever stands here. */
export const secrets: readonly SecretDefinition[] = [
  {
    name: "jwt-secret",
    kind: "generated",
    // HS256 needs a key of 256 bits at least (RFC 7518, 3.2); 64 letters and digits have 381.
    length: 64,
    why: "Signs the gateway's tokens. A new one ends every session at once.",
  },
  {
    name: "metrics-api-key",
    kind: "generated",
    length: passwordLength,
    why: "Prometheus shows it to the gateway's /metrics in the header x-api-key.",
  },
  { name: "cache-password", kind: "generated", length: passwordLength, why: "Password of the cache." },
  {
    name: "cache-url",
    kind: "connection",
    scheme: "redis",
    password: "cache-password",
    endpoint: "cache",
    port: 6379,
    why: "The gateway reads no other cache setting than this address.",
  },
  {
    name: "archive-database-password",
    kind: "generated",
    length: passwordLength,
    role: "archive",
    why: "Password of the archive's database user.",
  },
  databaseUrl("archive", "archive", "atlas_db", "Where the archive keeps its tables, under its target contract."),
  {
    ...databaseUrl("archive", "archive", "atlas_db", ""),
    name: "archive-migration-url",
    endpoint: "postgresql",
    why: "Where the archive migrates its tables: past the pooler, which gives no lock that outlives a transaction.",
  },
  ...platformDatabase("gateway", "api_gateway", "the gateway"),
  ...platformDatabase("segmentation", "segmentation", "segmentation"),
  ...platformDatabase("runner", "runner", "the runner"),
  ...platformDatabase("orchestrator", "ai_orchestrator", "the orchestrator"),
  ...databaseSecrets,
  {
    name: "archive-nats-password",
    kind: "generated",
    length: passwordLength,
    why: "Password of the NATS user that may subscribe to last.files.",
  },
  {
    name: "archive-nats-url",
    kind: "connection",
    scheme: "nats",
    user: "archive",
    password: "archive-nats-password",
    endpoint: "nats",
    port: 4222,
    why: "Where the archive hears of new .last files, under its target contract.",
  },
  {
    name: "runner-nats-password",
    kind: "generated",
    length: passwordLength,
    why: "Password of the NATS user that may publish to last.files.",
  },
  {
    name: "runner-nats-url",
    kind: "connection",
    scheme: "nats",
    user: "runner",
    password: "runner-nats-password",
    endpoint: "nats",
    port: 4222,
    why: "Where the runner announces .last files, under its target contract.",
  },
  { name: "smtp-user", kind: "foreign", needs: "mail", why: "Account at the mail server." },
  { name: "smtp-password", kind: "foreign", needs: "mail", why: "Its password." },
];

/**
 * Address of a database through the pooler. The archive's is the name compiled into the service today. Encryption is
 * written out, because the drivers' defaults differ between versions and a plain connection would go unnoticed.
 */
function databaseUrl(prefix: string, role: string, name: string, why: string): ConnectionSecret {
  return {
    name: `${prefix}-database-url`,
    kind: "connection",
    scheme: "postgresql",
    user: role,
    password: `${prefix}-database-password`,
    endpoint: "pgbouncer",
    port: 5432,
    path: `${name}?sslmode=require`,
    why,
  };
}

/** Password and address of a service's own role in the platform's database. */
function platformDatabase(prefix: string, role: string, who: string): SecretDefinition[] {
  return [
    {
      name: `${prefix}-database-password`,
      kind: "generated",
      length: passwordLength,
      role,
      why: `Password of the role ${role} in the platform's database.`,
    },
    databaseUrl(prefix, role, database.name, `Where ${who} reaches jobs and records, under its target contract.`),
  ];
}
