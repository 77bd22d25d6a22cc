import { type Parameter } from "./parameters";

const memory: Readonly<Record<string, number>> = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };
const milliseconds: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** Block that `8kB` parameters count. */
const blockBytes = 8192;

/** Units that a value of the parameter may have; none where it is a plain number. */
export function unitsOf({ unit }: Parameter): string[] {
  if (unit === undefined) return [];
  return Object.keys(unit in milliseconds ? milliseconds : memory);
}

/** A number in the parameter's own unit; `undefined` where the server would refuse the text. */
export function numberOf(text: string, parameter: Parameter): number | undefined {
  const match = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)\s*$/.exec(text);
  if (!match) return undefined;
  const amount = Number(match[1]);
  const given = match[2] ?? "";
  const scaled = given === "" ? amount : scale(amount, given, parameter.unit);
  if (scaled === undefined) return undefined;
  // The server rounds to whole numbers of the unit.
  return parameter.type === "integer" ? Math.round(scaled) : scaled;
}

/** Bytes of a memory parameter's value, such as `64MB` or `8192` of a parameter in blocks; negative numbers stay. */
export function bytesOf(text: string, parameter: Parameter): number {
  const amount = numberOf(text, parameter) ?? Number.NaN;
  return amount < 0 ? amount : amount * (unitBytes(parameter.unit) ?? 1);
}

/** Writes bytes as the server does, rounded down: the largest unit that divides them. */
export function formatBytes(bytes: number): string {
  const kilobytes = Math.floor(bytes / 1024);
  if (kilobytes % 2 ** 20 === 0 && kilobytes > 0) return `${kilobytes / 2 ** 20}GB`;
  return kilobytes % 2 ** 10 === 0 && kilobytes > 0 ? `${kilobytes / 2 ** 10}MB` : `${kilobytes}kB`;
}

/** Whole megabytes at most, and not less than `least`. */
export function wholeMegabytes(bytes: number, least = 1): number {
  return Math.max(least, Math.floor(bytes / 2 ** 20)) * 2 ** 20;
}

/** Whether a text is a yes or no, and which; `undefined` where it is neither. */
export function booleanOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (["on", "true", "yes", "1", "t", "y"].includes(word)) return true;
  return ["off", "false", "no", "0", "f", "n"].includes(word) ? false : undefined;
}

function scale(amount: number, given: string, unit: string | undefined): number | undefined {
  if (unit === undefined) return undefined;
  const time = milliseconds[unit];
  if (time !== undefined) return given in milliseconds ? (amount * (milliseconds[given] ?? 0)) / time : undefined;
  return given in memory ? (amount * (memory[given] ?? 0)) / (unitBytes(unit) ?? 1) : undefined;
}

function unitBytes(unit: string | undefined): number | undefined {
  return unit === "8kB" ? blockBytes : memory[unit ?? ""];
}
