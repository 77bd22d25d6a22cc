import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type RuleTests } from "./case";

const folder = join(import.meta.dirname, "rules");

async function load(file: string): Promise<[string, RuleTests]> {
  return [`ALT-${file.replace(/\.ts$/, "").toUpperCase()}`, (await import(join(folder, file))) as RuleTests];
}

/** The tests of every rule, by id: one file each in `rules/`, named as the rule's own. */
export const ruleTests: Readonly<Record<string, RuleTests>> = Object.fromEntries(
  await Promise.all(readdirSync(folder).map(load)),
);
