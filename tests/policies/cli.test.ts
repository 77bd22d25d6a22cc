import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { projectFolder } from "../support/stack";
import { app, compliant, drop, type Edit, type Manifest } from "./fixtures";

const folder = mkdtempSync(path.join(tmpdir(), "altlas-policy-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const policy = (...args: string[]) => policyOn("", ...args);

/** Runs the command as npm does, with something on its standard input. */
function policyOn(input: string | Buffer, ...args: string[]) {
  const command = [path.join(projectFolder, "bin", "ts.cjs"), "policies/cli.ts", ...args];
  const environment = { ...process.env, NO_COLOR: "1" };
  return spawnSync(process.execPath, command, { cwd: projectFolder, encoding: "utf8", env: environment, input });
}

/** A state export of stack dev with the careful service in it. */
function exported(name: string, edits: readonly Edit[] = []): string {
  const manifests = compliant();
  for (const edit of edits) edit(manifests);
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
  const resources = manifests.map((manifest) => {
    const type = `kubernetes:${manifest.apiVersion as string}:${manifest.kind as string}`;
    const inputs = manifest.kind === "Secret" ? { ...manifest, stringData: secret } : manifest;
    return {
      urn: `urn:pulumi:elsewhere::altlas::${type}::${(manifest.metadata as Manifest).name as string}`,
      type,
      inputs,
    };
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
      /^"devv" is neither a file or folder in .* nor a stack\. Did you mean dev\?/,
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

describe("npm run policy on YAML", () => {
  const manifests = path.join("tests", "policies", "manifests");

  test("ends with 0 on careful manifests and 1 on careless ones, and says so in a file for code scanning", () => {
    const careful = policy(path.join(manifests, "careful"));
    expect(careful.stdout).toMatch(/No rule is violated\.\n$/);
    expect(careful.status).toBe(0);
    const report = path.join(folder, "policy.sarif");
    const careless = policy(path.join(manifests, "careless"), "--sarif", "-o", report);
    const { runs } = JSON.parse(readFileSync(report, "utf8")) as { runs: { results: unknown[] }[] };
    expect(runs[0]!.results.length).toBeGreaterThan(100);
    expect(careless.stdout).toMatch(/^Critical \(\d+\)\n/);
    expect(careless.status).toBe(1);
  });

  test.each<[string, string | Buffer]>([
    ["random bytes", Buffer.from([0x80, 0, 0xff, 0x3a, 0x0a, 0xc3])],
    ["a template", "{{- range .Values.services }}\nkind: Service\n{{- end }}\n"],
    ["brackets without an end", "[".repeat(100_000)],
  ])("gives a sentence and no stack trace for %s", (_, input) => {
    const { status, stdout, stderr } = policyOn(input, "-");
    expect(stderr).toMatch(/^There is no Kubernetes object to judge in -\.\n {2}\(standard input\)/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  test("does not mind a reader that has seen enough", () => {
    const command = [path.join("bin", "ts.cjs"), "policies/cli.ts", path.join(manifests, "careless"), "--json"];
    const pipe = `"${process.execPath}" ${command.join(" ")} | head -c 11`;
    const { stdout, stderr } = spawnSync("sh", ["-c", pipe], { cwd: projectFolder, encoding: "utf8" });
    expect(stdout).toBe('{\n  "target');
    expect(stderr).toBe("");
  });
});
