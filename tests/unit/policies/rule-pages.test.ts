import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { exampleYaml } from "../../../policies/docs/examples";
import { rulePages } from "../../../policies/docs/pages";
import { settingRows } from "../../../policies/docs/settings";
import { rules } from "../../../policies/rules";
import { projectFolder } from "../../support/stack";

const folder = path.join(projectFolder, "docs", "rules");

describe("docs/rules", () => {
  const pages = rulePages(rules);

  test("holds the pages of today's rules and no other; else run: npm run docs", () => {
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    const stale = [...pages].filter(([name, text]) => readFileSync(path.join(folder, name), "utf8") !== text);
    expect(stale.map(([name]) => name)).toEqual([]);
  });

  test("is made the same every time", () => {
    expect([...rulePages(rules)]).toEqual([...pages]);
  });

  test("lists every rule once in its index, with a page that is there", () => {
    const links = [...pages.get("README.md")!.matchAll(/\]\((ALT-[A-Z0-9]+-\d{3}\.md)\)/g)].map(([, file]) => file);
    expect(links).toEqual(rules.map(({ id }) => `${id}.md`));
  });

  test.each(rules.map((rule) => ({ id: rule.id, rule })))("$id says all that there is to know", ({ id, rule }) => {
    const page = pages.get(`${id}.md`)!;
    for (const text of [rule.title, rule.why, rule.fix, rule.severity, ...rule.peers]) expect(page).toContain(text);
    for (const { key, meaning } of rule.settings ? settingRows(rule.settings) : []) {
      expect(page).toContain(`\`${key}\``);
      expect(meaning, key).not.toBe("");
    }
    expect(page).toMatch(/It says:\n\n> .+; .+\.\n/);
    expect(page.includes(`${id}: remediate`)).toBe(rule.remediate !== undefined);
  });
});

describe("an example's YAML", () => {
  test("shows manifests one after another", () => {
    expect(exampleYaml({ title: "", manifests: [{ kind: "A" }, { kind: "B" }] })).toBe("kind: A\n---\nkind: B\n");
  });

  test("shows a resource of an engine with the paths that are secret", () => {
    const secrets = { inputs: new Set(["a"]), outputs: new Set(["b"]) };
    const resource = { type: "t", name: "web", inputs: { a: 1 }, outputs: { b: 2 }, secrets };
    const text = "type: t\nname: web\ninputs:\n  a: 1\noutputs:\n  b: 2\nsecret:\n  - inputs.a\n  - outputs.b\n";
    expect(exampleYaml({ title: "", resources: [resource] })).toBe(text);
  });

  test("shows exemptions as a stack's configuration holds them", () => {
    expect(exampleYaml({ title: "", exemptions: [] })).toBe("config:\n  altlas:exemptions: []\n");
    expect(exampleYaml({ title: "", settings: { a: 1 } }, "ALT-K8S-060")).toBe(
      "config:\n  altlas:policySettings:\n    ALT-K8S-060:\n      a: 1\n",
    );
  });
});

describe("a rule's settings", () => {
  test("are told with type, bounds, meaning and default", () => {
    const schema = z.strictObject({
      names: z.array(z.string()).default(["a"]).describe("names of it"),
      least: z.int().min(1).describe("least of it"),
      mode: z.enum(["x", "y"]).default("x").describe("kind of it"),
      sizes: z.record(z.string(), z.strictObject({ cpu: z.string(), note: z.string().optional() })).describe("sizes"),
    });
    expect(settingRows(schema)).toEqual([
      { key: "names", type: "list of: text", meaning: "names of it", standard: ["a"] },
      { key: "least", type: "whole number, 1 or more", meaning: "least of it" },
      { key: "mode", type: "`x` or `y`", meaning: "kind of it", standard: "x" },
      { key: "sizes", type: "by name: { cpu, note? }", meaning: "sizes" },
    ]);
  });
});
