import { closest, distance } from "fastest-levenshtein";

/** More edits than a third of the word are no typo any more. */
const TYPO_SHARE = 3;

/** Ends a sentence about an unknown word: `; did you mean "x"?` when one of the names is close to it, else a full stop. */
export function nearest(word: string, names: readonly string[]): string {
  const name = closest(word, names);
  return distance(word, name) <= Math.max(2, Math.floor(word.length / TYPO_SHARE)) ? `; did you mean "${name}"?` : ".";
}
