// Writes docs/rules/, one page for each rule, and removes pages of rules that are gone: npm run docs
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rules } from "../rules";
import { rulePages } from "./pages";

function main(): void {
  // npm runs every script in the project's folder.
  if (!existsSync("Pulumi.yaml")) throw new Error("There is no Pulumi.yaml here; run: npm run docs");
  const folder = path.join("docs", "rules");
  const pages = rulePages(rules);
  mkdirSync(folder, { recursive: true });
  const left = readdirSync(folder).filter((name) => !pages.has(name));
  for (const name of left) rmSync(path.join(folder, name));
  const changed = [...pages].filter(([name, text]) => read(path.join(folder, name)) !== text);
  for (const [name, text] of changed) writeFileSync(path.join(folder, name), text);
  process.stdout.write(`${pages.size} pages in ${folder}: ${changed.length} written, ${left.length} removed.\n`);
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

main();
