/** What a partition holds, as `pg_get_expr(relpartbound)` tells it. */
export type Bound =
  | { readonly kind: "range"; readonly from: string; readonly to: string }
  | { readonly kind: "list" }
  | { readonly kind: "hash"; readonly modulus: number; readonly remainder: number }
  | { readonly kind: "default" };

/** Reads the bound of a partition; of several columns in a range the first counts. */
export function readBound(text: string): Bound {
  if (text === "DEFAULT") return { kind: "default" };
  const [, from, to] = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/s.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { kind: "range", from: firstValue(from), to: firstValue(to) };
  const [, modulus, remainder] = /^FOR VALUES WITH \(modulus (\d+), remainder (\d+)\)$/i.exec(text) ?? [];
  return modulus === undefined
    ? { kind: "list" }
    : { kind: "hash", modulus: Number(modulus), remainder: Number(remainder) };
}

function firstValue(list: string): string {
  const [quoted] = /^'(?:[^']|'')*'/.exec(list) ?? [];
  return quoted === undefined ? (list.split(",")[0] ?? "").trim() : quoted.slice(1, -1).replaceAll("''", "'");
}

/** Seconds since 1970 of a date or time as the server writes it in UTC; infinite for MINVALUE and MAXVALUE. */
export function readMoment(text: string): number | undefined {
  if (text === "MINVALUE" || text === "-infinity") return -Infinity;
  if (text === "MAXVALUE" || text === "infinity") return Infinity;
  const [, day, time = "00:00:00"] = /^(\d{4,}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?))?(?:\+00)?$/.exec(text) ?? [];
  const moment = day === undefined ? NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(moment) ? undefined : moment / 1000;
}

/** A moment as the server reads it, in UTC. */
export function writeMoment(seconds: number, type: string): string {
  const text = new Date(seconds * 1000).toISOString();
  if (type === "date") return text.slice(0, 10);
  const time = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
  return type === "timestamp without time zone" ? time : `${time}+00`;
}

const day = 86_400;

/** The end of the period that follows one from `from` to `to`: months stay months, whatever their length. */
export function nextEnd(from: number, to: number): number {
  const [start, end] = [new Date(from * 1000), new Date(to * 1000)];
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  const whole = to - from >= 28 * day && start.getUTCDate() === end.getUTCDate() && from % day === to % day;
  if (!whole || months < 1) return to + (to - from);
  return (
    Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + months, end.getUTCDate()) / 1000 + (((to % day) + day) % day)
  );
}
