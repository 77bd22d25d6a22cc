import { type Failure } from "../../rule";
import { type PartitionBound, type SqlPartition } from "./sql";

type Range = SqlPartition & { readonly bound: Extract<PartitionBound, { kind: "range" }> };
type Hash = SqlPartition & { readonly bound: Extract<PartitionBound, { kind: "hash" }> };

const isRange = (partition: SqlPartition): partition is Range => partition.bound.kind === "range";
const isHash = (partition: SqlPartition): partition is Hash => partition.bound.kind === "hash";

/** Partitions of one table that leave a gap, overlap, or miss a remainder. */
export function* checkBounds(parent: string, partitions: readonly SqlPartition[]): Generator<Failure> {
  yield* checkRanges(parent, partitions.filter(isRange));
  yield* checkRemainders(parent, partitions.filter(isHash));
}

/** Bounds of several columns are compared by no order that the text tells, and are left out. */
function* checkRanges(parent: string, ranges: readonly Range[]): Generator<Failure> {
  const single = ranges.filter(({ bound }) => !bound.from.includes(",") && !bound.to.includes(","));
  const sorted = [...single].sort((a, b) => compare(a.bound.from, b.bound.from));
  for (const [index, later] of sorted.entries()) {
    const earlier = sorted[index - 1];
    if (earlier === undefined) continue;
    const order = compare(earlier.bound.to, later.bound.from);
    if (order === 0) continue;
    const between = order < 0 ? "leaves a gap between" : "lets overlap";
    const problem = `${between} partitions ${earlier.name} (to ${earlier.bound.to}) and ${later.name} (from ${later.bound.from}) of ${parent}`;
    yield { problem, path: later.path, fix: `let ${later.name} begin where ${earlier.name} ends` };
  }
}

function compare(a: string, b: string): number {
  const [left, right] = [order(a), order(b)];
  if (typeof left === "number" && typeof right === "number") return left - right;
  return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

/** A bound as something that can be ordered: numbers and days as numbers, everything else as its text. */
function order(bound: string): number | string {
  if (/^MINVALUE$/i.test(bound)) return -Infinity;
  if (/^MAXVALUE$/i.test(bound)) return Infinity;
  const text = bound.replace(/^(?:DATE|TIMESTAMPTZ?|TIMESTAMP)\s+/i, "").replace(/^'(.*)'(?:::.*)?$/, "$1");
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(withZone(text)) : Number.NaN;
  return Number.isNaN(time) ? text : time;
}

/** A time without a zone is taken for UTC, on every machine alike. */
function withZone(text: string): string {
  if (text.length <= 10) return text;
  const iso = text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
  return /(?:Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`;
}

function* checkRemainders(parent: string, hashes: readonly Hash[]): Generator<Failure> {
  const [first] = hashes;
  if (first === undefined) return;
  // Moduli may differ while a table is spread further; each is a multiple of the smaller ones.
  const largest = Math.max(...hashes.map(({ bound }) => bound.modulus));
  const missing = Array.from({ length: largest }, (_, remainder) => remainder).filter(
    (remainder) => !hashes.some(({ bound }) => remainder % bound.modulus === bound.remainder),
  );
  if (missing.length === 0) return;
  const problem = `has no partition of ${parent} for remainder ${missing.slice(0, 5).join(", ")} of modulus ${largest}`;
  yield { problem, path: first.path, fix: "make one for each remainder" };
}
