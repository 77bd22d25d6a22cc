import { closeSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPONENTS } from "../control-plane";
import { layoutOf } from "../control-plane/layout";
import { tailOf } from "../control-plane/logs";
import { UsageError } from "../engine/arguments";
import { controlPlaneFolder } from "../paths";
import { type Command, parse, refuseExtra } from "./command";
import { nearest } from "./nearest";

const usage = "logs [component] [--follow] [--lines <number>]";

/** The API server's record of who did what; no process of its own. */
const AUDIT = "audit";
const NAMES: readonly string[] = [...COMPONENTS, AUDIT];

/** Lines of one component, and of each when all are shown. */
const LINES = 100;
const LINES_OF_ALL = 15;
/** Bytes read for them; lines of an audit log have some 1000. */
const TAIL = 1024 * 1024;
/** Milliseconds between two looks at the files. */
const FOLLOW_INTERVAL = 250;

interface Source {
  file: string;
  prefix: string;
}

function sourcesOf(component: string | undefined): Source[] {
  const layout = layoutOf(controlPlaneFolder());
  const fileOf = (name: string): string => {
    const known = COMPONENTS.find((each) => each === name);
    return known === undefined ? layout.auditLog : layout.log(known);
  };
  return component === undefined
    ? COMPONENTS.map((name) => ({ file: fileOf(name), prefix: `[${name}] ` }))
    : [{ file: fileOf(component), prefix: "" }];
}

function print(source: Source, lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${source.prefix}${line}\n`).join(""));
}

/** The part of the file after the offset; from its beginning when it has been cut since. */
function readFrom(file: string, offset: number): { text: string; end: number } {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const start = size < offset ? 0 : offset;
  if (size === start) {
    return { text: "", end: size };
  }
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(size - start);
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    return { text: buffer.toString("utf8", 0, read), end: start + read };
  } finally {
    closeSync(descriptor);
  }
}

/** Prints what is added until the process is interrupted. */
async function follow(sources: readonly Source[]): Promise<never> {
  const states = sources.map((source) => ({
    source,
    end: statSync(source.file, { throwIfNoEntry: false })?.size ?? 0,
    partial: "",
  }));
  for (;;) {
    for (const state of states) {
      const { text, end } = readFrom(state.source.file, state.end);
      const lines = (state.partial + text).split("\n");
      state.partial = lines.pop() ?? "";
      state.end = end;
      print(state.source, lines);
    }
    await sleep(FOLLOW_INTERVAL);
  }
}

/** Shows logs of the control plane. */
export const logs: Command = {
  summary: "show the logs of a component, or the end of all",
  usage: `${usage}

  component        ${NAMES.join(", ")}
  -f, --follow     go on until interrupted
  --lines <number> how many lines from the end; default ${LINES}, or ${LINES_OF_ALL} of each component`,
  run: async (args) => {
    const { values, positionals } = parse(usage, args, {
      follow: { type: "boolean", short: "f", default: false },
      lines: { type: "string" },
    });
    refuseExtra(usage, positionals, 1);
    const [component] = positionals;
    if (component !== undefined && !NAMES.includes(component)) {
      throw new UsageError(
        `There is no component "${component}"${nearest(component, NAMES)} There are ${NAMES.join(", ")}.`,
      );
    }
    const count = Number(values.lines ?? (component === undefined ? LINES_OF_ALL : LINES));
    if (!Number.isInteger(count) || count < 0) {
      throw new UsageError(`--lines is "${values.lines ?? ""}"; give a whole number, 0 or more.`);
    }
    const sources = sourcesOf(component);
    const present = sources.filter(({ file }) => statSync(file, { throwIfNoEntry: false }) !== undefined);
    if (present.length === 0) {
      process.stderr.write('There are no logs: nothing has run yet. "npm start" starts the sandbox.\n');
      return 1;
    }
    for (const source of present) {
      const lines = tailOf(source.file, TAIL).trimEnd().split("\n");
      print(source, count === 0 ? [] : lines.slice(-count).filter((line) => line !== ""));
    }
    return values.follow ? await follow(sources) : 0;
  },
};
