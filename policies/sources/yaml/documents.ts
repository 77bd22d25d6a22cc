import {
  boolYaml11Tag,
  constructFromEvents,
  CORE_SCHEMA,
  defineScalarTag,
  type Event,
  EVENT_ID,
  intYaml11Tag,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  YAMLException,
} from "js-yaml";

/**
 * Kubernetes reads YAML 1.1 without its base-60 numbers and dates: `0644` is a file mode, `yes` is true, `1:30` is text.
 * It takes the octal form of YAML 1.2 too.
 */
const schema = CORE_SCHEMA.withTags(
  boolYaml11Tag,
  defineScalarTag<number>("tag:yaml.org,2002:int", {
    ...intYaml11Tag,
    resolve: (source, explicit, tag) => {
      if (source.includes(":")) return NOT_RESOLVED;
      return /^0o[0-7]+$/.test(source) ? Number(source) : intYaml11Tag.resolve(source, explicit, tag);
    },
  }),
  mergeTag,
);

/** Levels of lists and objects in each other; the parser's own limit, which aliases would get around. */
const deepest = 100;
/**
 * Values of a document with all aliases followed. From this number on kubectl's parser, too, refuses documents that
 * consist mostly of aliases (alias_ratio_range_low in decode.go of go-yaml v2).
 */
const mostValues = 400_000;

/** One document of a YAML stream. */
export interface YamlDocument {
  readonly value: unknown;
  /** The text that it was read from, for finding lines. */
  readonly text: string;
  /** Place among the documents of that text, from 0. */
  readonly index: number;
  /** Line of the file on which the text begins, from 1. */
  readonly firstLine: number;
  /** Line of the file on which the value begins. */
  readonly line: number;
}

/** A document that cannot be used. */
export interface YamlProblem {
  readonly line: number;
  /** A sentence without its full stop. */
  readonly why: string;
  /** The document's text. */
  readonly text: string;
}

/** Reads a YAML stream document by document, so that a malformed one takes no other with it. */
export function* readDocuments(stream: string): Generator<YamlDocument | YamlProblem> {
  for (const { text, firstLine } of splitDocuments(stream)) {
    try {
      const events = eventsOf(text);
      const values = constructFromEvents(events, { source: text, schema });
      const starts = events.flatMap(({ type }, index) => (type === EVENT_ID.DOCUMENT ? [events[index + 1]] : []));
      for (const [index, value] of values.entries()) {
        const line = firstLine + countBreaks(text, startOf(starts[index]) ?? 0);
        const why = tooMuch(value);
        yield why === undefined ? { value, text, index, firstLine, line } : { line, why, text };
      }
    } catch (error) {
      yield { ...explain(error, firstLine), text };
    }
  }
}

export function isProblem(document: YamlDocument | YamlProblem): document is YamlProblem {
  return "why" in document;
}

/** What the parser met in a text, with positions. @throws YAMLException when it is no YAML. */
export function eventsOf(text: string): Event[] {
  return parseEvents(text, { maxDepth: deepest });
}

/**
 * Cuts a stream at its document marks. A line that starts with `---` or `...` and a blank is a mark wherever it stands,
 * in block scalars too, so that nobody needs to parse for it (YAML 1.2.2, 9.1.2 "c-forbidden").
 */
function* splitDocuments(stream: string): Generator<{ text: string; firstLine: number }> {
  const marks = /(?:^|\n|\r)(---|\.\.\.)(?=[ \t\r\n]|$)/g;
  let start = 0;
  let firstLine = 1;
  const cut = (end: number) => {
    const piece = { text: stream.slice(start, end), firstLine };
    firstLine += countBreaks(piece.text);
    start = end;
    return piece;
  };
  for (const match of stream.matchAll(marks)) {
    const mark = match[1] ?? "";
    const at = match.index + match[0].length - mark.length;
    if (mark === "---") {
      // Directives belong to the document that the mark begins.
      if (at > start && !isDirectives(stream.slice(start, at))) yield cut(at);
    } else {
      const newline = stream.indexOf("\n", at);
      yield cut(newline < 0 ? stream.length : newline + 1);
    }
  }
  if (start < stream.length) yield cut(stream.length);
}

function isDirectives(text: string): boolean {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.every((line) => line.startsWith("%"));
}

/** Where the text of an event begins. */
export function startOf(event: Event | undefined): number | undefined {
  if (!event) return undefined;
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) return event.start;
  return event.type === EVENT_ID.ALIAS ? event.anchorStart : undefined;
}

/** Line breaks before `end`, as YAML counts them. */
function countBreaks(text: string, end = text.length): number {
  let breaks = 0;
  for (let index = 0; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) breaks += 1;
  }
  return breaks;
}

function explain(error: unknown, firstLine: number): Pick<YamlProblem, "line" | "why"> {
  if (error instanceof YAMLException && error.mark) {
    return { line: firstLine + error.mark.line, why: `${error.reason} (column ${error.mark.column + 1})` };
  }
  return { line: firstLine, why: error instanceof Error ? error.message : String(error) };
}

/** Why a value cannot be walked through: aliases can make a short text endless. */
function tooMuch(root: unknown): string | undefined {
  const sizes = new Map<object, { size: number; depth: number } | "open">();
  const visit = (value: unknown, level: number): { size: number; depth: number } => {
    if (typeof value !== "object" || value === null) return { size: 1, depth: 0 };
    const known = sizes.get(value);
    if (known === "open") throw new Excess("an alias stands inside what it means");
    if (known) return known;
    if (level > deepest) throw new Excess(`lists and objects are nested more than ${deepest} deep`);
    sizes.set(value, "open");
    let size = 1;
    let depth = 0;
    for (const child of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
      const below = visit(child, level + 1);
      size += below.size;
      depth = Math.max(depth, below.depth);
    }
    if (size > mostValues) throw new Excess(`with its aliases followed it has more than ${mostValues} values`);
    if (depth >= deepest) throw new Excess(`with its aliases followed it is nested more than ${deepest} deep`);
    const total = { size, depth: depth + 1 };
    sizes.set(value, total);
    return total;
  };
  try {
    visit(root, 1);
    return undefined;
  } catch (error) {
    if (error instanceof Excess) return error.message;
    throw error;
  }
}

class Excess extends Error {}
