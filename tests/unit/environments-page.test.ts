import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../stacks/altlas";
import { settingsShape } from "../../stacks/settings/schema";
import { projectFolder } from "../support/stack";

const read = (...names: string[]) => readFileSync(path.join(projectFolder, ...names), "utf8");
const page = read("docs", "environments.md");
/** What stands in code style in the first column of a table. */
const explained = new Set(
  [...page.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([\w.]+)(?:\[\])?`/g)].map(([, name = ""]) => name),
  ),
);

describe("the page on new environments", () => {
  it("explains every key of a stack", () => {
    const top = Object.keys(settingsShape).filter(
      (key) => !["cluster", "policySettings", "policyLevels"].includes(key),
    );
    // A part stands for its whole.
    const wholes = new Set([...explained].map((name) => name.split(".")[0]!));
    // One secret's generation belongs to what is done later.
    expect(top.filter((key) => !wholes.has(key) && key !== "rotations")).toEqual([]);
    expect(page).toContain("altlas:rotations.");
  });

  it.each(["eks", "kubeconfig"])("explains every key of a cluster of mode %s", (mode) => {
    const forms = settingsShape.cluster.options;
    const form = forms.find(({ shape }) => shape.mode.value === mode)!;
    const nested = (name: string) => [...explained].some((each) => each === name || each.startsWith(`${name}.`));
    expect(Object.keys(form.shape).filter((key) => key !== "mode" && !nested(key))).toEqual([]);
  });

  it("names commands of the project, resources of beta, rules and foreign secrets that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const commands = [...page.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(commands.length).toBeGreaterThan(10);
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    const [, target = ""] = /--target '\*\*([^']+)'/.exec(page) ?? [];
    expect(read("tests", "golden", "beta", "urns.txt")).toContain(target);
    for (const [rule] of page.matchAll(/ALT-[A-Z0-9]+-\d+/g))
      expect(read("docs", "rules", `${rule}.md`)).toContain(rule);
    const foreign = catalogue.secrets.filter(({ kind }) => kind === "foreign").map(({ name }) => name);
    for (const name of foreign) expect(page).toContain(`altlas:secrets.${name}.secretName`);
  });
});
