import { type Problem } from "../../problem";
import { booleanOf } from "./amounts";
import { type Overrides } from "./compute";
import { overrideKey } from "./name-problems";
import { preloaded } from "./statistics";

/** Something that a server could be set to, and that a platform must not. */
interface Unsafe {
  readonly name: string;
  readonly unsafe: (value: string) => boolean;
  readonly why: string;
  readonly remedy: string;
}

const isOff = (value: string) => booleanOf(value) === false;
const isOneOf =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value.toLowerCase());

const unsafe: readonly Unsafe[] = [
  {
    name: "fsync",
    unsafe: isOff,
    why: "A killed node then leaves files that no recovery can repair: everything is lost, not the last seconds.",
    remedy: "Leave it on; for bulk loads, an unlogged table or COPY in one transaction saves as much.",
  },
  {
    name: "full_page_writes",
    unsafe: isOff,
    why: "A page that was half written when its node died stays broken; volumes of clouds write 4 kB at once, the server 8.",
    remedy: "Leave it on; wal_compression and a larger log volume make it cheaper.",
  },
  {
    name: "synchronous_commit",
    unsafe: isOff,
    why: "Callers would be told that something is saved before it is, for every transaction of every service.",
    remedy: "Leave it on, and let those transactions say SET LOCAL synchronous_commit = off that may be lost.",
  },
  {
    name: "autovacuum",
    unsafe: isOff,
    why: "Tables of jobs grow without end, and after two thousand million transactions the server stops taking any.",
    remedy: "Leave it on; storage parameters of a table set its thresholds.",
  },
  {
    name: "track_counts",
    unsafe: isOff,
    why: "Autovacuum works by these counts, and does nothing without them.",
    remedy: "Leave it on.",
  },
  {
    name: "wal_level",
    unsafe: isOneOf("minimal"),
    why: "Neither the archive nor a replica can follow such a log: no restore to a point in time, no failover.",
    remedy: "Use replica, or logical for logical decoding.",
  },
  {
    name: "password_encryption",
    unsafe: isOneOf("md5"),
    why: "The rules of pg_hba.conf ask for scram-sha-256, and a role with an md5 password could not log in.",
    remedy: "Leave it at scram-sha-256.",
  },
  {
    name: "ssl_min_protocol_version",
    unsafe: isOneOf("", "tlsv1", "tlsv1.1"),
    why: "TLS below 1.2 is broken (RFC 8996).",
    remedy: "Use TLSv1.3, or TLSv1.2 for an old driver.",
  },
  {
    name: "shared_preload_libraries",
    unsafe: (value) => !preloaded.every((library) => value.split(",").some((name) => name.trim() === library)),
    why: `Without ${preloaded.join(" and ")} nobody sees which statements are slow (ALT-DB-012), and their settings are refused.`,
    remedy: `Begin the list with ${preloaded.join(",")}.`,
  },
  {
    name: "log_min_duration_statement",
    unsafe: (value) => Number.parseFloat(value) < 0,
    why: "Slow statements would not be logged (ALT-DB-012).",
    remedy: "Give a time, such as 500ms.",
  },
];

/** Overrides that the server would take and a platform cannot. */
export function safetyProblems(overrides: Overrides): Problem[] {
  return unsafe.flatMap(({ name, unsafe: isUnsafe, why, remedy }): Problem[] => {
    const value = overrides[name];
    return value !== undefined && isUnsafe(value) ? [{ setting: overrideKey(name), value, why, remedy }] : [];
  });
}
