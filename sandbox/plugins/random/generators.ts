import { randomBytes, randomInt } from "node:crypto";
import { ADJECTIVES, ADVERBS, NAMES } from "./words";

/** The official provider's special characters: safe in most URLs' user part and in shells' double quotes but `$`. */
export const SPECIAL_CHARACTERS = "!@#$%&*()-_=+[]{}<>:?";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";

/** What a random text may and must be made of. */
export interface TextRules {
  length: number;
  lower: boolean;
  upper: boolean;
  numeric: boolean;
  special: boolean;
  minLower: number;
  minUpper: number;
  minNumeric: number;
  minSpecial: number;
  /** Replaces {@link SPECIAL_CHARACTERS}; empty means the default. */
  overrideSpecial: string;
}

/** The character classes in use, each with the least number of its characters. */
export function characterClasses(rules: TextRules): { name: string; characters: string; least: number }[] {
  const special = rules.overrideSpecial === "" ? SPECIAL_CHARACTERS : rules.overrideSpecial;
  return [
    { name: "lower", characters: rules.lower ? LOWER : "", least: rules.minLower },
    { name: "upper", characters: rules.upper ? UPPER : "", least: rules.minUpper },
    { name: "numeric", characters: rules.numeric ? DIGITS : "", least: rules.minNumeric },
    { name: "special", characters: rules.special ? special : "", least: rules.minSpecial },
  ];
}

function pick(characters: string, count: number): string[] {
  return Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
}

/** A new list with the items in random order; every order is equally likely. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}

/** A text by the rules: the required characters of each class, the rest from all, in random order. */
export function randomText(rules: TextRules): string {
  const classes = characterClasses(rules).filter(({ characters }) => characters !== "");
  const required = classes.flatMap(({ characters, least }) => pick(characters, least));
  const all = classes.map(({ characters }) => characters).join("");
  return shuffled([...required, ...pick(all, rules.length - required.length)]).join("");
}

/** `length` words: adverbs, then an adjective, then a name. */
export function petName(length: number, separator: string): string {
  const word = (list: string[]) => list[randomInt(list.length)] ?? "";
  const words = [word(NAMES)];
  if (length >= 2) words.unshift(word(ADJECTIVES));
  while (words.length < length) words.unshift(word(ADVERBS));
  return words.join(separator);
}

/**
 * `count` items in random order. More than there are: whole rounds, so that no item comes twice more often than another.
 */
export function shuffleList(items: readonly string[], count: number): string[] {
  const result: string[] = [];
  while (items.length > 0 && result.length < count) result.push(...shuffled(items));
  return result.slice(0, count);
}

/** A whole number between both ends, each included; the range may be wider than `crypto.randomInt` takes (2^48). */
export function randomInteger(min: number, max: number): number {
  const span = BigInt(max) - BigInt(min) + 1n;
  const bits = span.toString(2).length;
  const bytes = Math.ceil(bits / 8);
  for (;;) {
    // Values past the last whole multiple are thrown away; taking a remainder would favour small numbers.
    const value = BigInt(`0x${randomBytes(bytes).toString("hex")}`) & ((1n << BigInt(bits)) - 1n);
    if (value < span) return Number(BigInt(min) + value);
  }
}
