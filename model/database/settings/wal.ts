import { formatBytes } from "./amounts";
import { type Computed, clamp, setting, type Sizing } from "./sizing";

const mebibyte = 2 ** 20;
/** Size of a segment, as initdb makes it; the log is kept, recycled and archived in them. */
const segment = 16 * mebibyte;

/** Shares of the log's volume. Checkpoints and slots together take half; half is left to what waits for the archive. */
const shares = { checkpoints: 1 / 6, slots: 1 / 3, kept: 1 / 12 } as const;

/** Largest part of the log's volume that settings may fill by themselves; alerts begin at 70 %. */
export const walShare = 0.7;

/** Senders: each replica, once more while it comes back before its old one is timed out, and two base backups with their log. */
export function walSenders({ replicas }: Pick<Sizing, "replicas">): number {
  return 4 + 2 * replicas;
}

/** Bytes of log in memory: what the server would choose, a 32nd of its buffers and one segment at most. */
export function walBuffers(sharedBuffers: number): number {
  return clamp(sharedBuffers / 32, mebibyte, segment);
}

/** The write-ahead log, bounded by its volume, and checkpoints. */
export function walSettings(size: Sizing): Computed[] {
  const { walVolume, words, replicas, memory } = size;
  const largest = Math.min(segments(walVolume * shares.checkpoints), 16 * 1024 * mebibyte);
  const senders = walSenders(size);
  return [
    setting("wal_level", "replica", "Archive and streaming replicas need it; nothing here decodes the log."),
    setting(
      "max_wal_senders",
      senders,
      `${replicas} replicas, twice while one comes back, and two base backups with their log.`,
    ),
    setting(
      "max_replication_slots",
      Math.max(10, senders),
      "One for each sender, so that no replica waits for one; an unused slot costs nothing.",
    ),
    setting("wal_compression", "lz4", "Half the full pages for little CPU; the official images have it."),
    setting(
      "wal_buffers",
      formatBytes(walBuffers(memory / 4)),
      "A 32nd of shared_buffers, one segment at most, as the server would choose; said here so that memory can be reckoned.",
    ),
    setting(
      "max_wal_size",
      formatBytes(largest),
      `A sixth of ${words.walVolume}, 16GB at most: log between two checkpoints; more of it means fewer full pages and a longer recovery.`,
    ),
    setting(
      "min_wal_size",
      formatBytes(clamp(segments(largest / 4), 2 * segment, 1024 * mebibyte)),
      "A quarter of max_wal_size, 1GB at most: segments that are kept for use again, in place of made anew.",
    ),
    setting(
      "max_slot_wal_keep_size",
      formatBytes(segments(walVolume * shares.slots)),
      `A third of ${words.walVolume}: a replica that is away for longer is built anew, in place of filling the primary's disk.`,
    ),
    setting(
      "wal_keep_size",
      formatBytes(Math.min(segments(walVolume * shares.kept), 1024 * mebibyte)),
      `A twelfth of ${words.walVolume}, 1GB at most: for a base backup or replica without a slot.`,
    ),
    setting("idle_replication_slot_timeout", "1d", "A slot that nobody used for a day keeps no log any more."),
    setting(
      "wal_log_hints",
      "on",
      "A primary that was replaced can follow the new one by pg_rewind, in place of a new copy.",
    ),
    setting(
      "checkpoint_timeout",
      "15min",
      "Full pages are written once a checkpoint; each further minute of recovery costs a few seconds only.",
    ),
    setting("checkpoint_completion_target", 0.9, "Spreads the writes over the time between two checkpoints."),
  ];
}

/** Whole segments within an amount, two at least. */
function segments(amount: number): number {
  return Math.max(2, Math.floor(amount / segment)) * segment;
}
