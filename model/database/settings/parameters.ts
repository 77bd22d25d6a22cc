import { type ServerSize } from "../server";
import table from "./parameters.json";

/** A parameter of the server as `pg_settings` tells it. */
export interface Parameter {
  readonly name: string;
  readonly type: "bool" | "enum" | "integer" | "real" | "string";
  /** Of a number that stands alone: `kB`, `8kB`, `MB`, `B`, `ms`, `s` or `min`; absent for plain numbers. */
  readonly unit?: string;
  /** Whether a new value waits for a restart. */
  readonly restart: boolean;
  /** Bounds of numbers, in the unit. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Values of an enumeration. */
  readonly values: readonly string[];
  /** What the server has by itself, in the unit. */
  readonly default: string;
}

/** Majors that settings are written for. 19 has another set of I/O workers and no release with fixes yet. */
export const majors = { first: 15, last: 18 } as const;

const rows: Readonly<Record<string, string>> = table.parameters;
const before18: Readonly<Record<string, string>> = table.before18;
const since = new Map(
  Object.entries(table.since).flatMap(([major, names]) => names.map((name) => [name, Number(major)] as const)),
);

/** The parameter as servers of a major know it; `undefined` where they refuse the name. */
export function parameterOf(name: string, major: ServerSize["major"]): Parameter | undefined {
  if ((since.get(name) ?? 0) > major) return undefined;
  const row = (major < 18 ? before18[name] : undefined) ?? rows[name];
  return row === undefined ? undefined : read(name, row);
}

/** First major that knows the parameter; `undefined` for names that none knows. */
export function firstMajor(name: string): number | undefined {
  return name in rows ? (since.get(name) ?? majors.first) : undefined;
}

/** Names that servers of a major know. */
export function parameterNames(major: ServerSize["major"]): string[] {
  return Object.keys(rows).filter((name) => (since.get(name) ?? 0) <= major);
}

function read(name: string, row: string): Parameter {
  const [type = "", unit = "", context = "", least = "", most = "", ...rest] = row.split("|");
  const isNumber = type === "integer" || type === "real";
  return {
    name,
    type: type as Parameter["type"],
    ...(unit === "" ? {} : { unit }),
    restart: context === "postmaster",
    ...(isNumber ? { minimum: Number(least), maximum: Number(most) } : {}),
    values: type === "enum" ? least.split(",") : [],
    default: rest.join("|"),
  };
}
