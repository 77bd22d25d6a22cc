import { closest } from "fastest-levenshtein";
import { parseArgs } from "node:util";
import { severities, type Severity } from "./check";
import { defaultThresholds, readThreshold, type Thresholds } from "./thresholds";

/** What was asked for. */
export interface Arguments {
  readonly url: string;
  readonly poolerUrl: string | undefined;
  readonly form: "text" | "json" | "html";
  /** Where the HTML goes; standard output where absent. */
  readonly file: string | undefined;
  /** Severity from which the exit code is 1. */
  readonly failOn: Severity | undefined;
  readonly samples: 1 | 2;
  readonly intervalSeconds: number;
  /** Seconds after which the server ends a statement. */
  readonly timeoutSeconds: number;
  readonly exact: boolean;
  readonly thresholds: Thresholds;
}

const options = {
  url: { type: "string" },
  "pooler-url": { type: "string" },
  json: { type: "boolean" },
  html: { type: "string" },
  "fail-on": { type: "string" },
  samples: { type: "string" },
  interval: { type: "string" },
  timeout: { type: "string" },
  exact: { type: "boolean" },
  threshold: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

/** What `--help` prints. */
export const usage = `npm run report -- database --url postgresql://<role>@<host>:<port>/<database> [options]

  --url         the server and database to look at; the password comes from PGPASSWORD or ~/.pgpass, or stands here
  --json        findings and figures for machines
  --html        one HTML file with charts: to standard output, or --html <file>
  --fail-on     high, medium or low: exit code 1 when there is a finding as bad as that, or worse
  --exact       measure bloat with pgstattuple, which reads the tables, where it would be estimated
  --samples 2   look twice and tell growth between the two; --interval 30s apart
  --pooler-url  a PgBouncer in front of it: postgresql://<role>@<host>:<port>/pgbouncer
  --threshold   from which number on something is a finding: <name>=<number>, repeatable; the README lists them
  --timeout     how long one question may take (default 30s)
`;

const durations = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 } as const;

/** Seconds of `500ms`, `30s`, `5m`, `1h` or a bare number of seconds. */
export function readDuration(text: string): number | undefined {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * durations[unit as keyof typeof durations];
}

/** Reads the arguments behind `database`; a sentence where they cannot be read. Never repeats a URL. */
export function readArguments(
  given: readonly string[],
): Arguments | { readonly error: string } | { readonly help: true } {
  let values;
  try {
    const parsed = parseArgs({ args: withHtmlValue(given), options, allowPositionals: true, strict: true });
    values = parsed.values;
    if (parsed.positionals.length > 0) {
      return {
        error: `The report database takes options only; a server is named by --url. ${parsed.positionals.length} more given.`,
      };
    }
  } catch (error) {
    return { error: wrongOption(given, error as Error) };
  }
  if (values.help) return { help: true };
  const { url, html, samples = "1", "fail-on": failOn } = values;
  if (url === undefined) return { error: `Name the server: --url postgresql://role@host:5432/database.` };
  if (values.json && html !== undefined) return { error: "Either --json or --html, not both." };
  if (failOn !== undefined && !severities.some((known) => known === failOn)) {
    return { error: `--fail-on takes ${severities.join(", ")}; not ${failOn}.` };
  }
  if (samples !== "1" && samples !== "2") return { error: `--samples is 1 or 2; not ${samples}.` };
  const interval = readDuration(values.interval ?? "30s");
  if (interval === undefined || interval < 1)
    return { error: `--interval takes a duration from 1s, such as 30s or 5m; not ${values.interval ?? ""}.` };
  if (values.interval !== undefined && samples === "1")
    return { error: "--interval lies between two samples: add --samples 2." };
  const timeout = readDuration(values.timeout ?? "30s");
  if (timeout === undefined || timeout <= 0)
    return { error: `--timeout takes a duration such as 30s; not ${values.timeout ?? ""}.` };
  const thresholds: Record<string, number> = { ...defaultThresholds };
  for (const text of values.threshold ?? []) {
    const read = readThreshold(text);
    if (typeof read === "string") return { error: read };
    thresholds[read.name] = read.value;
  }
  return {
    url,
    poolerUrl: values["pooler-url"],
    form: values.json ? "json" : html === undefined ? "text" : "html",
    file: html === "-" ? undefined : html,
    failOn: failOn as Severity | undefined,
    samples: samples === "2" ? 2 : 1,
    intervalSeconds: interval,
    timeoutSeconds: timeout,
    exact: values.exact ?? false,
    thresholds: thresholds as Thresholds,
  };
}

/** `--html` alone is to standard output, which the parser of Node.js has no word for. */
function withHtmlValue(given: readonly string[]): string[] {
  return given.map((argument, index) => {
    const next = given[index + 1];
    return argument === "--html" && (next === undefined || (next.startsWith("-") && next !== "-"))
      ? "--html=-"
      : argument;
  });
}

function wrongOption(given: readonly string[], error: Error): string {
  const known = Object.keys(options).map((name) => `--${name}`);
  const unknown = given
    .map((argument) => argument.split("=")[0] ?? "")
    .find((name) => name.startsWith("-") && name !== "-h" && name !== "-" && !known.includes(name));
  if (unknown !== undefined) return `There is no option ${unknown}. Did you mean ${closest(unknown, known)}?`;
  // What Node.js says of an option without its value names the option alone.
  const [, name = ""] = /'(?:-\w, )?(--[\w-]+)/.exec(error.message) ?? [];
  const takes = options[name.slice(2) as keyof typeof options] as { type: string } | undefined;
  return takes?.type === "boolean" ? `${name} takes no value.` : `${name} needs a value.`;
}
