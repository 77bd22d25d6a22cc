import { EVENT_ID, type Event, getScalarValue } from "js-yaml";
import { eventsOf, startOf, type YamlDocument } from "./documents";

/** A property path's keys: `a.b[0]["x.y/z"]` → a, b, 0, x.y/z. The reverse of `joinPath`. */
export function splitPath(path: string): (string | number)[] {
  const keys: (string | number)[] = [];
  for (const [, name, index, quoted] of path.matchAll(/\.?([A-Za-z_$][\w$-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)) {
    if (name !== undefined) keys.push(name);
    else if (index !== undefined) keys.push(Number(index));
    else if (quoted !== undefined) keys.push(JSON.parse(quoted) as string);
  }
  return keys;
}

/** Documents whose positions are kept; findings come by severity, and so visit the same documents again and again. */
const keptDocuments = 200;

/** Finds lines in documents. */
export class LineFinder {
  private readonly kept = new Map<YamlDocument, Positions>();

  /** Line of the file on which a property of a document stands, or the nearest thing above it that is there. */
  public lineOf(document: YamlDocument, keys: readonly (string | number)[]): number {
    if (keys.length === 0) return document.line;
    return this.positionsOf(document).lineOf(keys);
  }

  private positionsOf(document: YamlDocument): Positions {
    const known = this.kept.get(document);
    if (known) return known;
    const positions = new Positions(document);
    this.kept.set(document, positions);
    const [oldest] = this.kept.keys();
    if (this.kept.size > keptDocuments && oldest) this.kept.delete(oldest);
    return positions;
  }
}

interface Child {
  /** Where it begins; of an object's property the key. */
  readonly offset: number;
  /** The event of its value. */
  readonly value: number;
}

/** Made of the parser's events, and each level only when it is asked for: of most documents nobody asks. */
class Positions {
  private readonly events: readonly Event[];
  private readonly lineStarts: readonly number[];
  private readonly children = new Map<number, ReadonlyMap<string, Child>>();

  public constructor(private readonly document: YamlDocument) {
    this.events = readEvents(document.text);
    this.lineStarts = lineStartsOf(document.text);
  }

  public lineOf(keys: readonly (string | number)[]): number {
    let { line } = this.document;
    let at = this.documentStart() + 1;
    for (const key of keys) {
      const child = this.childrenOf(at).get(String(key));
      if (!child) break;
      line = this.document.firstLine + this.breaksBefore(child.offset);
      at = child.value;
    }
    return line;
  }

  private documentStart(): number {
    let left = this.document.index;
    return this.events.findIndex(({ type }) => type === EVENT_ID.DOCUMENT && left-- === 0);
  }

  private childrenOf(at: number): ReadonlyMap<string, Child> {
    const known = this.children.get(at);
    if (known) return known;
    const found = new Map<string, Child>();
    const type = this.events[at]?.type;
    const isObject = type === EVENT_ID.MAPPING;
    if (isObject || type === EVENT_ID.SEQUENCE) {
      for (let next = at + 1; next < this.events.length && this.events[next]?.type !== EVENT_ID.POP;) {
        const event = this.events[next];
        const value = isObject ? this.after(next) : next;
        if (!isObject) found.set(String(found.size), { offset: startOf(event) ?? 0, value });
        else if (event?.type === EVENT_ID.SCALAR) {
          found.set(getScalarValue(this.document.text, event), { offset: event.valueStart, value });
        }
        next = this.after(value);
      }
    }
    this.children.set(at, found);
    return found;
  }

  /** The event after a value and all in it. */
  private after(at: number): number {
    let open = 0;
    for (let index = at; index < this.events.length; index += 1) {
      const type = this.events[index]?.type;
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) open += 1;
      else if (type === EVENT_ID.POP) open -= 1;
      if (open <= 0) return index + 1;
    }
    return this.events.length;
  }

  private breaksBefore(offset: number): number {
    let [low, high] = [0, this.lineStarts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Offsets at which lines begin, but the first. */
function lineStartsOf(text: string): number[] {
  return [...text.matchAll(/\r\n|\n|\r/g)].map((match) => match.index + match[0].length);
}

/** A document that only a JSON parser could read has no positions. */
function readEvents(text: string): readonly Event[] {
  try {
    return eventsOf(text);
  } catch {
    return [];
  }
}
