import { defineCheck, type Finding, type Severity } from "../check";
import { formatSeconds } from "../format";
import sql from "./settings.sql";

/** A row of `settings.sql`. */
export interface SettingRow {
  readonly name: string;
  readonly setting: string;
  readonly unit: string;
  readonly pendingRestart: boolean;
  /** `postmaster`: a new value waits for a restart. */
  readonly context: string;
}

interface Unwise {
  readonly value: string;
  readonly severity: Severity;
  readonly why: string;
  /** The value to set, as `ALTER SYSTEM` takes it. */
  readonly better: string;
}

/** Settings with a value that is told, and why. */
const unwise: Readonly<Record<string, Unwise>> = {
  fsync: {
    value: "off",
    severity: "high",
    better: "on",
    why: "A crash of the machine destroys every database of the server.",
  },
  full_page_writes: {
    value: "off",
    severity: "high",
    better: "on",
    why: "A page half written at a crash stays broken.",
  },
  autovacuum: {
    value: "off",
    severity: "high",
    better: "on",
    why: "Dead rows stay, statistics age, and at the end the server stops writing to prevent transaction ID wraparound.",
  },
  track_counts: {
    value: "off",
    severity: "high",
    better: "on",
    why: "Autovacuum knows of no changes without the counts, and neither does this report.",
  },
  password_encryption: {
    value: "md5",
    severity: "medium",
    better: "scram-sha-256",
    why: "Passwords set from now on are stored as MD5, which is broken and deprecated; each has to be set anew afterwards.",
  },
  idle_in_transaction_session_timeout: {
    value: "0",
    severity: "low",
    better: "60s",
    why: "A client that forgets its transaction keeps its locks, and vacuum from removing rows, for as long as it lives.",
  },
  log_lock_waits: {
    value: "off",
    severity: "low",
    better: "on",
    why: "Who waited for whose lock is in no log after it is over.",
  },
  log_min_duration_statement: {
    value: "-1",
    severity: "low",
    better: "500ms",
    why: "Slow statements are in no log with their parameters and time of day.",
  },
  track_io_timing: {
    value: "off",
    severity: "low",
    better: "on",
    why: "EXPLAIN and pg_stat_statements cannot tell time spent reading from time spent computing.",
  },
};

/** Tells settings that lose data or hide what happens, and values that wait for a restart. */
export function settingFindings(rows: readonly SettingRow[]): Finding[] {
  return rows.flatMap(({ name, setting, pendingRestart, context }): Finding[] => {
    const rule = unwise[name];
    const found: Finding[] = [];
    if (rule?.value === setting) {
      found.push({
        kind: "settings.unwise",
        severity: rule.severity,
        objects: [name],
        what: `${name} is ${setting}.`,
        numbers: {},
        why: rule.why,
        remedy: `Set it to ${rule.better}${context === "postmaster" ? " and restart the server" : ""}; a managed server has it in its provider's parameters, where ALTER SYSTEM is refused.`,
        sql: [`ALTER SYSTEM SET ${name} = '${rule.better}';`, "SELECT pg_reload_conf();"],
      });
    }
    if (pendingRestart) {
      found.push({
        kind: "settings.pendingRestart",
        severity: "low",
        objects: [name],
        what: `A new value of ${name} waits for a restart of the server; ${setting} is in force.`,
        numbers: {},
        why: "The next restart, planned or not, changes how the server behaves.",
        remedy: "Restart the server at a time of your choosing, or take the new value back.",
        sql: [`ALTER SYSTEM RESET ${name};`, "SELECT pg_reload_conf();"],
      });
    }
    return found;
  });
}

export const settingsCheck = defineCheck<SettingRow>({
  name: "settings",
  title: "Server",
  sql,
  read: (rows, { facts }) => ({
    findings: settingFindings(rows),
    notes: [
      `PostgreSQL ${facts.version}, ${facts.inRecovery ? "a standby" : "a primary"}, up for ${formatSeconds(facts.uptimeSeconds)}, use counted for ${formatSeconds(facts.statisticsSeconds)}; database ${facts.database}, asked as ${facts.role}.`,
      `Extensions: ${Object.keys(facts.extensions).sort().join(", ")}.`,
    ],
    tables: [
      {
        title: "Settings that matter",
        columns: [{ title: "setting" }, { title: "value", align: "right" }, { title: "unit" }],
        rows: rows.map(({ name, setting, unit }) => [name, setting, unit]),
      },
    ],
  }),
});
