import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFolder } from "../support/stack";
import { app, compliant, drop, type Edit, type Manifest } from "./fixtures";

const folder = mkdtempSync(path.join(tmpdir(), "altlas-policy-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function policy(...args: string[]) {
  const command = [path.join(projectFolder, "bin", "ts.cjs"), "policies/cli.ts", ...args];
  const environment = { ...process.env, NO_COLOR: "1" };
  return spawnSync(process.execPath, command, { cwd: projectFolder, encoding: "utf8", env: environment });
}

/** A state export of stack dev with the careful service in it. */
function exported(name: string, edits: readonly Edit[] = []): string {
  const manifests = compliant();
  for (const edit of edits) edit(manifests);
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
  const resources = manifests.map((manifest) => {
    const type = `kubernetes:${manifest.apiVersion as string}:${manifest.kind as string}`;
    const inputs = manifest.kind === "Secret" ? { ...manifest, stringData: secret } : manifest;
    return { urn: `urn:pulumi:elsewhere::altlas::${type}::${(manifest.metadata as Manifest).name as string}`, type, inputs };
  });
  return write(name, JSON.stringify({ version: 3, deployment: { resources } }));
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe("npm run policy on a state export", () => {
  test("ends with 0 and the summary when no rule is violated", () => {
    const { status, stdout, stderr } = policy(exported("good.json"));
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^\d+ rules: \d+ passed, 0 failed, 0 could not be told/);
    expect(status).toBe(0);
  });

  test("ends with 1 and names each failure", () => {
    const { status, stdout } = policy(exported("bad.json", [drop("Deployment", `${app}.livenessProbe`)]));
    expect(stdout).toContain(
      "failed ALT-K8S-010 Container app of Deployment altlas/archive-service has no livenessProbe",
    );
    expect(status).toBe(1);
  });

  test("writes one JSON document for machines", () => {
    const { status, stdout } = policy(exported("json.json", [drop("Deployment", `${app}.livenessProbe`)]), "--json");
    const report = JSON.parse(stdout) as { environment: string; blocked: boolean; findings: { rule: string }[] };
    expect(report).toMatchObject({ environment: null, blocked: true });
    expect(report.findings.map(({ rule }) => rule)).toEqual(["ALT-K8S-010"]);
    expect(status).toBe(1);
  });

  test.each<[string, () => string[], RegExp]>([
    ["no target", () => [], /^What shall be judged\? .* npm run policy -- dev\./],
    ["two targets", () => ["dev", "beta"], /^One target at a time: dev and beta were given\./],
    ["an unknown option", () => ["dev", "--sarf"], /^There is no option --sarf\. Did you mean --sarif\?/],
    [
      "a stack that there is not",
      () => ["devv"],
      /^"devv" is neither a file or folder in .* nor a stack; there is Pulumi\.dev\.yaml.*\. Did you mean dev\?/,
    ],
    ["a file that is no JSON", () => [write("text.json", "hello")], /text\.json cannot be read as JSON/],
    ["a JSON document that is no export", () => [write("other.json", "{}")], /^This is no state export: deployment: /],
    [
      "a stack for the settings that there is not",
      () => [exported("s.json"), "--stack", "x"],
      /There is no Pulumi\.x\.yaml/,
    ],
  ])("ends with 2 and a sentence for %s", (_, args, says) => {
    const { status, stdout, stderr } = policy(...args());
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
