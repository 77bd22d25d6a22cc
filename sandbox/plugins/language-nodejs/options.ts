import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Runtime options of a project: `runtime.options` in Pulumi.yaml or PulumiPolicy.yaml. */
export interface RuntimeOptions {
  /** Run the program through ts-node. Pulumi's default is true. */
  typescript: boolean;
  /** Path of another tsconfig.json for ts-node. */
  tsconfig?: string;
  /** Arguments for Node itself, before the program. */
  nodeargs: string[];
}

/** A sentence for the user: the engine prints it as it is. */
export class OptionError extends Error {}

/**
 * Splits a command line into words like a shell does: blanks separate, quotes and backslashes protect.
 *
 * @throws OptionError when a quote is not closed
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === "\\" && quote === '"' && index + 1 < line.length)
        word = (word ?? "") + line.charAt(++index);
      else word = (word ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (character === "\\" && index + 1 < line.length) {
      word = (word ?? "") + line.charAt(++index);
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined)
    throw new OptionError(`runtime option "nodeargs": the quote ${quote} is not closed in: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/**
 * Reads the options the official language host knows, with its defaults.
 *
 * @throws OptionError naming the option, what it is and what it should be
 */
export function parseRuntimeOptions(options: Record<string, JavaScriptValue> = {}): RuntimeOptions {
  const { typescript = true, tsconfig, nodeargs = "" } = options;
  if (typeof typescript !== "boolean")
    throw new OptionError(`runtime option "typescript" is ${typeOf(typescript)}; write true or false`);
  if (tsconfig !== undefined && typeof tsconfig !== "string")
    throw new OptionError(`runtime option "tsconfig" is ${typeOf(tsconfig)}; write the path of a tsconfig.json`);
  if (typeof nodeargs !== "string")
    throw new OptionError(`runtime option "nodeargs" is ${typeOf(nodeargs)}; write the arguments as one text`);
  return { typescript, ...(tsconfig === undefined ? {} : { tsconfig }), nodeargs: splitWords(nodeargs) };
}
