/** What a position in SQL begins that ends somewhere else: comments, texts, names, bodies of functions. */
const quoted = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$/g;

/**
 * The statements of a file of SQL: without comments, with single spaces. A body of a function (`$$ … $$`) stays as one
 * piece, its own comments removed too.
 */
export function statementsIn(text: string): string[] {
  // Line feeds of psql's own commands (`\if`) end them; none of them is a statement.
  const plain = withoutComments(text.replace(/^\s*\\.*$/gm, ""));
  return splitAt(plain, ";").flatMap((statement) => {
    const trimmed = statement.replace(/\s+/g, " ").trim();
    return trimmed === "" ? [] : [trimmed];
  });
}

/** Parts between separators that are in no quotes and no brackets. */
export function splitAt(text: string, separator: "," | ";"): string[] {
  const masked = text.replace(quoted, (whole) => "x".repeat(whole.length));
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let index = 0; index < masked.length; index += 1) {
    const character = masked[index];
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === separator && depth <= 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** What stands between a bracket and its end, and what follows; nothing when `text` does not begin with one. */
export function bracketed(text: string): { readonly inside: string; readonly rest: string } | undefined {
  if (!text.startsWith("(")) return undefined;
  const masked = text.replace(quoted, (whole) => "x".repeat(whole.length));
  let depth = 0;
  for (let index = 0; index < masked.length; index += 1) {
    if (masked[index] === "(") depth += 1;
    if (masked[index] === ")" && --depth === 0) {
      return { inside: text.slice(1, index), rest: text.slice(index + 1).trim() };
    }
  }
  return undefined;
}

function withoutComments(text: string): string {
  return text.replace(quoted, (whole) => {
    if (whole.startsWith("--") || whole.startsWith("/*")) return " ";
    return whole.startsWith("$") ? whole.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ") : whole;
  });
}
