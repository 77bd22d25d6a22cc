import { type Context, defineCheck, type Finding } from "../check";
import { numberSetting } from "../facts";
import { formatBytes, formatSeconds, plural } from "../format";
import { quoteText } from "../statements";
import logSql from "./log.sql";
import sql from "./replication.sql";

/** A row of `replication.sql`. */
export interface ReplicationRow {
  readonly kind: "standby" | "slot" | "replay" | "archiver";
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  readonly active: boolean;
  /** Behind what was written; absent for the archiver. */
  readonly bytes: number | null;
  /** Behind; for an inactive slot since when; for the archiver since its last success. */
  readonly seconds: number | null;
}

/** Tells standbys and slots that are behind, log that cannot be archived, and slots that may fill the disk. */
export function replicationFindings(rows: readonly ReplicationRow[], { facts, thresholds }: Context): Finding[] {
  const unbounded = numberSetting(facts, "max_slot_wal_keep_size") === -1;
  const slots = rows.filter(({ kind }) => kind === "slot");
  const found = rows.flatMap((row) => {
    const behind = (row.bytes ?? 0) >= thresholds.replicationBytes;
    if (row.kind === "slot") return slotFinding(row, behind, unbounded);
    if (row.kind === "standby" || row.kind === "replay")
      return behind || late(row, thresholds.replicationSeconds) ? [lagging(row)] : [];
    return row.state === "failing" ? [failing(row)] : [];
  });
  if (!unbounded || slots.length === 0) return found;
  return [
    ...found,
    {
      kind: "replication.unboundedSlots",
      severity: "medium",
      objects: slots.map(({ name }) => name),
      what: `max_slot_wal_keep_size is -1 while there ${slots.length === 1 ? "is a replication slot" : `are ${slots.length} replication slots`}.`,
      numbers: { slots: slots.length },
      why: "A slot whose consumer is gone keeps all log from then on, until the disk is full and the server stops.",
      remedy:
        "Set a bound below the room of the log's volume: a consumer that is further behind has to be set up anew, and the server lives on.",
      sql: ["ALTER SYSTEM SET max_slot_wal_keep_size = '8GB';", "SELECT pg_reload_conf();"],
    },
  ];
}

/** A standby that has replayed everything has no lag, however long ago the last transaction was. */
function late({ kind, seconds, bytes }: ReplicationRow, most: number): boolean {
  return (seconds ?? 0) >= most && !(kind === "replay" && bytes === 0);
}

function slotFinding(
  { name, state, detail, active, bytes, seconds }: ReplicationRow,
  behind: boolean,
  unbounded: boolean,
): Finding[] {
  const drop = [`SELECT pg_drop_replication_slot(${quoteText(name)});`];
  const numbers = {
    ...(bytes !== null && { bytes }),
    ...(seconds !== null && { inactiveSeconds: Math.round(seconds) }),
  };
  if (state === "lost" || state === "unreserved") {
    return [
      {
        kind: "replication.lostSlot",
        severity: state === "lost" ? "high" : "medium",
        objects: [name],
        what: `The ${detail} slot ${name} is ${state}: log that its consumer has not read ${state === "lost" ? "is gone" : "goes at the next checkpoint"}.`,
        numbers,
        why: "Its consumer cannot go on from where it was.",
        remedy: "Set the consumer up anew (a standby from a base backup), and drop the slot.",
        sql: active ? [] : drop,
      },
    ];
  }
  if (!behind) return [];
  return [
    {
      kind: active ? "replication.slotBehind" : "replication.inactiveSlot",
      severity: active ? "medium" : "high",
      objects: [name],
      what: `The ${detail} slot ${name} keeps ${formatBytes(bytes ?? 0)} of log${active ? "" : ` and nobody reads from it${seconds === null ? "" : `, for ${formatSeconds(seconds)} now`}`}.`,
      numbers,
      why: unbounded
        ? "The log grows until the disk is full and the server stops."
        : "At max_slot_wal_keep_size its consumer loses its place.",
      remedy: active
        ? "Look at what holds up its consumer."
        : "Bring its consumer back, or drop the slot when there is none any more.",
      sql: active ? [] : drop,
    },
  ];
}

function lagging({ name, state, bytes, seconds }: ReplicationRow): Finding {
  return {
    kind: "replication.lag",
    severity: "medium",
    objects: [name],
    what: `${name} (${state}) is ${formatBytes(bytes ?? 0)}${seconds === null ? "" : ` and ${formatSeconds(seconds)}`} behind.`,
    numbers: { ...(bytes !== null && { bytes }), ...(seconds !== null && { seconds }) },
    why: "What is read there is old, and what is not there yet is lost if the primary is lost now.",
    remedy:
      "Compare its disk and network with the primary's; a long query there holds replay up for max_standby_streaming_delay.",
    sql: state === "paused" ? ["SELECT pg_wal_replay_resume();"] : [],
  };
}

function failing({ name, seconds }: ReplicationRow): Finding {
  return {
    kind: "replication.archiving",
    severity: "high",
    objects: ["archive_command"],
    what: `Archiving of the log fails at segment ${name}; ${seconds === null ? "none was ever archived" : `the last success was ${formatSeconds(seconds)} ago`}.`,
    numbers: { ...(seconds !== null && { lastSuccessSeconds: Math.round(seconds) }) },
    why: "Nothing since then can be restored, and the log is kept until the disk is full.",
    remedy:
      "The server's log has what archive_command or archive_library answered: rights, room and network of the archive.",
    sql: [],
  };
}

export const replicationCheck = defineCheck<ReplicationRow>({
  name: "replication",
  title: "Replication and write-ahead log",
  sql,
  read: (rows, context) => {
    return {
      findings: replicationFindings(rows, context),
      notes: rows.length === 0 ? ["No standby, no slot, no archiving."] : [],
      tables:
        rows.length === 0
          ? []
          : [
              {
                title: "Who reads the log",
                columns: [
                  { title: "kind" },
                  { title: "name", wrap: true },
                  { title: "state" },
                  { title: "detail" },
                  { title: "bytes behind", align: "right" },
                  { title: "time", align: "right" },
                ],
                rows: rows.map(({ kind, name, state, detail, bytes, seconds }) => [
                  kind,
                  name,
                  state,
                  detail,
                  bytes === null ? "" : formatBytes(bytes),
                  seconds === null ? "" : formatSeconds(seconds),
                ]),
              },
            ],
    };
  },
});

export const logCheck = defineCheck<{ readonly bytes: number; readonly segments: number }>({
  name: "log",
  title: "Replication and write-ahead log",
  // Alone, because a role without pg_monitor may not ask it.
  sql: logSql,
  read: ([log]) => ({
    findings: [],
    notes: log
      ? [`The write-ahead log on disk has ${formatBytes(log.bytes)} in ${plural(log.segments, "segment")}.`]
      : [],
  }),
});
