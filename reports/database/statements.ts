/** Bytes of a name beyond which PostgreSQL cuts it (NAMEDATALEN - 1). */
const longestName = 63;

/** A name as SQL takes it, in quotes whatever it is: right for keywords, capitals, spaces and quotes in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL takes it, whatever `standard_conforming_strings` is. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? `E${quoted}` : quoted;
}

/** Cuts a text to a number of bytes in UTF-8, never within a character. */
export function cutBytes(text: string, bytes: number): string {
  let [cut, used] = ["", 0];
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut;
}

/** A name for a new object made of parts, as PostgreSQL would make one, that is none of those taken. */
export function newName(parts: readonly string[], ending: string, taken: ReadonlySet<string>): string {
  const base = parts.join("_");
  for (let number = 0; ; number += 1) {
    const tail = `_${ending}${number === 0 ? "" : number}`;
    const name = `${cutBytes(base, longestName - Buffer.byteLength(tail))}${tail}`;
    if (!taken.has(name)) return name;
  }
}

/** A statement in lines of at most `width`, broken only where SQL allows white space: never within quotes. */
export function wrapStatement(statement: string, width: number, indent = "  "): string[] {
  // A quoted name or text is one piece, with what touches it up to a place where a line may end.
  const pieces = statement.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s"'.,(])*[.,(]?\s*/g)?.filter(Boolean) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const piece of pieces) {
    if (line.trim() !== "" && line.length + piece.trimEnd().length > width) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += piece.includes("'") || piece.includes('"') ? piece : piece.replace(/\s+$/, " ");
  }
  return [...lines, line.trimEnd()];
}

/** Statements that need a lock on a whole table for a moment, in a transaction that gives up before it holds up others. */
export function inShortTransaction(statements: readonly string[]): string[] {
  return ["BEGIN;", "SET LOCAL lock_timeout = '2s';", "SET LOCAL statement_timeout = '10s';", ...statements, "COMMIT;"];
}
