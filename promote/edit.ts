import { isDeepStrictEqual } from "node:util";
import { load } from "js-yaml";
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parse,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** Keys and places from the document's root to a value. */
export type Path = readonly (string | number)[];

/** A text that is to stand at a place of a document; what is missing on the way is made. */
export interface Assignment {
  readonly path: Path;
  readonly value: string;
}

/** The text cannot be changed by a program without touching what somebody wrote; the message says where and why. */
export class EditError extends Error {
  public override readonly name = "EditError";
}

/**
 * Sets texts in a YAML document and leaves every other byte as it is: comments, order, quotes, empty lines.
 *
 * @throws EditError when a place is written in a way that cannot be changed alone, such as an alias.
 */
export function edit(text: string, assignments: readonly Assignment[]): string {
  const expected = assignments.reduce<unknown>((data, { path, value }) => withValue(data, path, value), read(text));
  const edited = assignments.reduce(assign, text);
  // Whoever reads the file reads it with another library; both must see the same, or nothing is written.
  if (!isDeepStrictEqual(read(edited), expected) || !isDeepStrictEqual(parse(edited), expected)) {
    throw new EditError("The change cannot be made without touching something else; make it by hand.");
  }
  return edited;
}

function read(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): EditError {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return new EditError(`The file cannot be read: ${reason}.`);
}

function withValue(data: unknown, [key, ...rest]: Path, value: string): unknown {
  if (key === undefined) return value;
  if (typeof key === "number") {
    const list: unknown[] = Array.isArray(data) ? [...(data as unknown[])] : [];
    list[key] = withValue(list[key], rest, value);
    return list;
  }
  const object = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  return { ...object, [key]: withValue(object[key], rest, value) };
}

function assign(text: string, { path, value }: Assignment): string {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw unreadable(error);
  let place: Place = { path: [], node: document.contents };
  for (const [depth, key] of path.entries()) {
    refuseShared(place);
    const next = placeBelow(place, key);
    if (!next) return insert(text, place, nest(path.slice(depth), value));
    place = next;
  }
  refuseShared(place);
  return replace(text, place, value);
}

/** A node and how it was reached. */
interface Place {
  readonly path: Path;
  readonly node: Node | null;
  /** Where its key ends, when it is a map's value. */
  readonly keyEnd?: number | undefined;
}

/** What is below `key`; `undefined` when there is nothing yet. */
function placeBelow({ node, path }: Place, key: string | number): Place | undefined {
  const below = [...path, key];
  if (isMap(node) && typeof key === "string") {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair) return { path: below, node: pair.value as Node | null, keyEnd: (pair.key as Node).range?.[1] };
    if (node.items.some((item) => isScalar(item.key) && item.key.value === "<<")) {
      throw new EditError(`${show(path)} takes over another map (<<); write it out.`);
    }
    return undefined;
  }
  if (isSeq(node) && typeof key === "number") {
    const item = node.items[key] as Node | null | undefined;
    return item === undefined ? undefined : { path: below, node: item };
  }
  if (isEmpty(node)) return undefined;
  const what = isScalar(node) ? "one text" : "another kind of value";
  throw new EditError(`${show(path)} is written as ${what}; write it out.`);
}

function refuseShared({ node, path }: Place): void {
  if (isAlias(node)) throw new EditError(`${show(path)} is an alias; write out what it stands for.`);
  if (node && "anchor" in node && node.anchor !== undefined) {
    throw new EditError(`${show(path)} has an anchor, so that it stands in other places too; write it out there.`);
  }
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function show(path: Path): string {
  const [first, ...rest] = path[0] === "config" ? path.slice(1) : path;
  if (first === undefined) return "The file";
  return rest.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${part}`),
    String(first),
  );
}

/** `["a", 0, "b"]` and `x` are `{ a: [{ b: x }] }`. */
function nest(path: Path, value: string): unknown {
  return path.reduceRight<unknown>((inner, key) => (typeof key === "number" ? [inner] : { [key]: inner }), value);
}

function replace(text: string, place: Place, value: string): string {
  const { node, path } = place;
  if (isEmpty(node)) return fill(text, place, writeText(value, undefined));
  if (!isScalar(node) || !node.range) throw new EditError(`${show(path)} is no single text; write it as one.`);
  if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:str") {
    throw new EditError(`${show(path)} has a type of its own (${node.tag}); write it as a plain text.`);
  }
  const [start, end] = node.range;
  const block = node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL;
  const written = writeText(value, node.type);
  const ended = block && text.slice(start, end).endsWith("\n");
  return splice(text, start, end, ended ? `${written}${newline(text)}` : written);
}

/** Gives a key without a value one, in its own line. */
function fill(text: string, { node, path, keyEnd }: Place, content: string): string {
  // `key: ~` and `key: null` have something to put it in the place of.
  if (isScalar(node) && node.source !== undefined && node.source !== "" && node.range) {
    return splice(text, node.range[0], node.range[1], content);
  }
  const colon = keyEnd === undefined ? -1 : text.indexOf(":", keyEnd);
  if (colon < 0) throw new EditError(`${show(path)} has no place in the file; write it out.`);
  return splice(text, colon + 1, colon + 1, ` ${content}`);
}

/** A text as YAML, in the quotes that it had; in double ones where either version of YAML would read something else. */
function writeText(value: string, type: Scalar.Type | undefined): string {
  if (type === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  if (type === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  const plain = /^[\w./:@-]+$/.test(value) && !/:$|^[-:]/.test(value);
  const same = plain && parse(value) === value && parse(value, { version: "1.1" }) === value;
  return same ? value : JSON.stringify(value);
}

/** Puts a new entry behind the last one of a map or list. */
function insert(text: string, place: Place, content: unknown): string {
  const { node, path } = place;
  if (!isMap(node) && !isSeq(node)) return fill(text, place, flow(content));
  if (node.flow) return insertFlow(text, node, content);
  const first = node.items[0];
  const start = isPair(first) ? (first.key as Node).range?.[0] : node.range?.[0];
  if (start === undefined) throw new EditError(`${show(path)} has no place in the file; write it out.`);
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  const lines = stringify(writable(content), { lineWidth: 0 }).trimEnd().split("\n");
  const end = lineEnd(text, leafEnd(node));
  const missing = end > 0 && text[end - 1] !== "\n" ? newline(text) : "";
  const block = lines.map((line) => `${" ".repeat(column)}${line}${newline(text)}`).join("");
  return splice(text, end, end, missing + block);
}

function insertFlow(text: string, node: YAMLMap | YAMLSeq, content: unknown): string {
  // `{ a: b }` or `[a]`: what is between the brackets.
  const inner = flow(content).slice(1, -1).trim();
  if (node.items.length > 0) {
    const end = leafEnd(node, true);
    return splice(text, end, end, `, ${inner}`);
  }
  const [start = 0, end = 0] = node.range ?? [];
  return splice(text, start, end, isMap(node) ? `{ ${inner} }` : `[${inner}]`);
}

function flow(content: unknown): string {
  return stringify(writable(content), { collectionStyle: "flow", lineWidth: 0 }).trim();
}

/** The same content with texts that every reader of YAML takes for texts. */
function writable(content: unknown): unknown {
  if (typeof content === "string") {
    const scalar = new Scalar(content);
    scalar.type = writeText(content, undefined) === content ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
    return scalar;
  }
  if (Array.isArray(content)) return content.map(writable);
  return Object.fromEntries(Object.entries(content as object).map(([key, value]) => [key, writable(value)]));
}

/** Where the last value within a node ends, without what stands behind it. */
function leafEnd(node: Node, inside = false): number {
  if ((isMap(node) || isSeq(node)) && node.items.length > 0 && (inside || !node.flow)) {
    const last = node.items.at(-1);
    if (!isPair(last)) return last ? leafEnd(last as Node) : (node.range?.[1] ?? 0);
    const value = last.value as Node | null;
    return value?.range ? leafEnd(value) : leafEnd(last.key as Node);
  }
  return node.range?.[1] ?? 0;
}

/** Begin of the line after the one that `at` is on; the end of a text whose last line is not ended. */
function lineEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] === "\n") return at;
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function newline(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
