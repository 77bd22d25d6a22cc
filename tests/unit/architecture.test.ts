import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectFolder } from "../support/stack";

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

const rooms = [
  "model",
  "components",
  "infra",
  "bootstrap",
  "stacks",
  "policies",
  "reports",
  "render",
  "promote",
  "rehearsals",
  "registrations",
  "predestroy",
  "changes",
  "sandbox",
  "tests",
  "bin",
];

/** What dependency-cruiser finds wrong in a project. */
async function violations(folder: string, folders: readonly string[]): Promise<Violation[]> {
  const command = path.join(projectFolder, "node_modules", ".bin", "depcruise");
  const text = await new Promise<string>((resolve, reject) => {
    const options = { cwd: folder, maxBuffer: 1 << 28 };
    execFile(command, [...folders, "--output-type", "json"], options, (error, stdout, stderr) => {
      // Exit code 0 with JSON, whether or not something was found.
      if (error) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });
  return (JSON.parse(text) as { summary: { violations: Violation[] } }).summary.violations;
}

/** Each import that must not be: the file that has it, what it imports, and the rule that refuses it. */
const forbidden: readonly (readonly [from: string, to: string, rule: string])[] = [
  ["model/a.ts", "../components/plain", "model-imports"],
  ["model/b.ts", "../stacks/altlas/plain", "model-imports"],
  ["model/c.ts", "@pulumi/pulumi", "data-without-pulumi"],
  ["components/a/index.ts", "../../infra/plain", "components-imports"],
  ["components/b/index.ts", "../../stacks/altlas/plain", "components-imports"],
  ["components/c/specs.ts", "@pulumi/pulumi", "specs-without-pulumi"],
  ["components/d/index.ts", "@pulumi/kubernetes", "kubernetes-by-sub-path"],
  // Installed because the Pulumi SDK needs it, not because we say so.
  ["components/e/index.ts", "semver", "declared-packages"],
  ["infra/a.ts", "../stacks/plain", "infra-imports"],
  ["infra/b.ts", "../sandbox/plain", "infra-imports"],
  ["infra/specs/a.ts", "@pulumi/pulumi", "layers-specs-without-pulumi"],
  ["bootstrap/a.ts", "../infra/plain", "bootstrap-imports"],
  ["bootstrap/b.ts", "../stacks/plain", "bootstrap-imports"],
  ["stacks/a.ts", "../components/plain", "stacks-imports"],
  ["stacks/altlas/a.ts", "@pulumi/pulumi", "data-without-pulumi"],
  ["policies/a.ts", "../stacks/plain", "policies-imports"],
  ["policies/b.ts", "../infra/plain", "policies-imports"],
  ["reports/a.ts", "../infra/plain", "reports-imports"],
  ["reports/c.ts", "pg", "postgresql-client-by-need"],
  ["render/a.ts", "../infra/plain", "render-imports"],
  ["promote/a.ts", "../infra/plain", "promote-imports"],
  ["promote/b.ts", "../policies/plain", "promote-imports"],
  ["rehearsals/a.ts", "../infra/plain", "rehearsals-imports"],
  ["registrations/a.ts", "../sandbox/plain", "registrations-imports"],
  ["predestroy/a.ts", "../stacks/plain", "predestroy-imports"],
  ["changes/a.ts", "../stacks/plain", "changes-imports"],
  ["sandbox/a.ts", "../model/plain", "sandbox-imports"],
  ["sandbox/b.ts", "../tests/plain", "sandbox-imports"],
];

/** The same ways in the allowed direction. */
const allowed: readonly (readonly [from: string, to: string])[] = [
  ["components/f/index.ts", "../../model/plain"],
  ["components/f/index.ts", "@pulumi/pulumi"],
  ["infra/c.ts", "../components/plain"],
  ["bootstrap/c.ts", "../components/plain"],
  ["stacks/b.ts", "../infra/plain"],
  ["policies/c.ts", "../stacks/altlas/plain"],
  ["reports/b.ts", "../stacks/plain"],
  ["render/b.ts", "../stacks/plain"],
  ["promote/c.ts", "../stacks/plain"],
  ["rehearsals/b.ts", "../sandbox/plain"],
  ["registrations/b.ts", "../infra/plain"],
  ["predestroy/b.ts", "../sandbox/plain"],
  ["changes/b.ts", "../policies/plain"],
  ["tests/a.ts", "../sandbox/plain"],
];

describe("who may import whom", () => {
  it("is kept by the whole project", async () => {
    const found = await violations(projectFolder, rooms);
    expect(found.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`)).toEqual([]);
  }, 60_000);

  describe("in a project that breaks every rule", () => {
    let folder: string;
    let found: string[];
    const write = (name: string, text: string) => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text, { flag: "a" });
    };
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), "altlas-architecture-"));
      for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) {
        copyFileSync(path.join(projectFolder, name), path.join(folder, name));
      }
      symlinkSync(path.join(projectFolder, "node_modules"), path.join(folder, "node_modules"));
      const used = [...rooms.filter((room) => room !== "bin"), "stacks/altlas"];
      for (const room of used) write(`${room}/plain.ts`, "export const plain = 1;\n");
      for (const [from, to] of [...forbidden, ...allowed]) write(from, `export * from "${to}";\n`);
      write("model/one.ts", 'import { two } from "./two";\nexport const one = () => two;\n');
      write("model/two.ts", 'import { one } from "./one";\nexport const two = () => one;\n');
      const all = await violations(
        folder,
        rooms.filter((room) => room !== "bin"),
      );
      found = all.map(({ rule, from }) => `${from}: ${rule.name}`);
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each(forbidden)("%s is refused its import of %s by the rule %s", (from, _, rule) => {
      expect(found).toContain(`${from}: ${rule}`);
    });

    it("two files that import each other are refused", () => {
      expect(found).toEqual(expect.arrayContaining(["model/one.ts: no-circles"]));
    });

    it("nothing else is refused", () => {
      const expected = new Set([...forbidden.map(([from]) => from), "model/one.ts", "model/two.ts"]);
      expect(found.filter((line) => !expected.has(line.split(":")[0]!))).toEqual([]);
    });
  });
});
