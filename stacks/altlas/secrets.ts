import { type SecretDefinition } from "../../model/secret";

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
    why: "Password of the archive's database user.",
  },
  {
    name: "archive-database-url",
    kind: "connection",
    scheme: "postgresql",
    user: "archive",
    password: "archive-database-password",
    endpoint: "postgresql",
    port: 5432,
    // The database's name is the one compiled into the service today. Written out, because the driver's defaults for
    // encryption differ between versions and a plain connection would go unnoticed.
    path: "atlas_db?sslmode=require",
    why: "Where the archive keeps its tables, under its target contract.",
  },
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
