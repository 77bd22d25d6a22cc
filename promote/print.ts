import { createTwoFilesPatch } from "diff";
import { type Promotion } from "./command";
import { type Running } from "./plan";

/** Lines around a change: enough to see whose it is. */
const context = 2;

/** A promotion for people: what changes, the change of the file, and what to do next. */
export function printText(promotion: Promotion): string {
  const { stack, changes, notes, unneeded, written, file, before, after } = promotion;
  if (before === after) return `Stack ${stack} runs this already; nothing to change.\n${lines(notes)}`;
  const width = Math.max(...changes.map(({ name }) => name.length), 0);
  const images = changes.map(
    ({ name, before: old, after: new_ }) => `  ${name.padEnd(width)}  ${describe(old)} → ${describe(new_)}`,
  );
  const released = unneeded.map(
    ({ setting, resource, owner, expires }) => `  ${setting}  ${resource} (${owner}, until ${expires})`,
  );
  return [
    `Stack ${stack}: ${count(changes.length, "image")} changed in ${file}${written ? "" : " (dry run: nothing was written)"}`,
    ...images,
    ...notes,
    "",
    patch(promotion).trimEnd(),
    "",
    ...(released.length > 0 ? ["No longer needed, to be removed with a word to their owner:", ...released] : []),
    `See what it means: npm run preview -- ${stack}`,
    "",
  ].join("\n");
}

/** A promotion for machines. */
export function printJson(promotion: Promotion): string {
  const { stack, file, written, changes, notes, unneeded, before, after } = promotion;
  const diff = before === after ? "" : patch(promotion);
  return `${JSON.stringify({ stack, file, written, changes, notes, unneededExemptions: unneeded, diff }, undefined, 2)}\n`;
}

function patch({ file, before, after }: Promotion): string {
  const text = createTwoFilesPatch(file, file, before, after, undefined, undefined, { context });
  // The names of the files follow; a line of its own for them says nothing more.
  return text.replace(/^(?:Index: .*\n)?=+\n/, "");
}

function describe({ tag, digest }: Running): string {
  return (
    [tag, digest === undefined ? undefined : `@${digest.slice(0, "sha256:".length + 12)}…`].filter(Boolean).join(" ") ||
    "no digest"
  );
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
