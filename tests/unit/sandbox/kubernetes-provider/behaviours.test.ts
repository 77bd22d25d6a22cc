import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../../sandbox/paths";

const root = projectRoot();
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), "utf8");

/** The rows of the README's table of behaviours. */
const rows = read("sandbox", "plugins", "kubernetes", "README.md")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 6 && /^`[a-z-]+`$/.test(cells[2] ?? ""))
  .map(([, area, id, text, proof]) => ({ area, id: id!.replaceAll("`", ""), text, proof: proof!.split(", ") }));

/** The ids before the colon in the titles of the tests in these files. */
function provenIn(folder: string, name: RegExp): Set<string> {
  const files = readdirSync(path.join(root, folder)).filter((file) => name.test(file));
  const titles = files.flatMap((file) => [...read(folder, file).matchAll(/["'`]((?:[a-z]+-[a-z-]+(?:, )?)+): /g)]);
  return new Set(titles.flatMap(([, ids]) => ids!.split(", ")));
}

const proven: Record<string, Set<string>> = {
  unit: provenIn("tests/unit/sandbox/kubernetes-provider", /\.test\.ts$/),
  cluster: provenIn("tests/engine", /^kubernetes-provider.*\.test\.ts$/),
};

describe("the table of behaviours", () => {
  it("has rows, each with an id of its own and a known kind of proof", () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { proof } of rows) expect(proof.filter((kind) => !(kind in proven))).toEqual([]);
  });

  it.each(Object.keys(proven))("every row that is said to be proved by %s tests has one", (kind) => {
    const unproved = rows.filter(({ id, proof }) => proof.includes(kind) && proven[kind]?.has(id) !== true);
    expect(unproved.map(({ id }) => id)).toEqual([]);
  });

  it("no test speaks of a row that is not there", () => {
    const ids = new Set(rows.map(({ id }) => id));
    const strangers = Object.values(proven).flatMap((found) => [...found].filter((id) => !ids.has(id)));
    expect(strangers).toEqual([]);
  });
});
