import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../sandbox/paths";
import { type ScratchSandbox, scratchSandbox } from "../support/control-plane";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

describe.skipIf(skipped)("npm run preview", () => {
  let sandbox: ScratchSandbox;
  beforeAll(() => {
    sandbox = scratchSandbox();
  });
  afterAll(() => sandbox.remove());

  async function preview(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn("node", ["bin/bootstrap.mjs", "sandbox/preview.ts", ...args], {
      cwd: projectRoot(),
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ALTLAS_SANDBOX_HOME: sandbox.home },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, stdout, stderr };
  }

  it("runs the real engine and the policy pack without a cluster and leaves no state behind", async () => {
    const { code, stdout, stderr } = await preview("--json");
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as {
      changes: Record<string, number>;
      kinds: Record<string, number>;
      policies: { evaluated: string[]; violations: { enforcementLevel: string }[] };
    };
    expect(result.changes.create).toBeGreaterThan(50);
    expect(result.kinds["apps/v1 Deployment"]).toBeGreaterThanOrEqual(5);
    expect(result.policies.evaluated.length).toBeGreaterThan(10);
    expect(result.policies.violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory")).toEqual([]);
    expect(existsSync(sandbox.folder)).toBe(false);
    expect(readdirSync(path.join(sandbox.home, "engine")).sort()).toEqual(["home", "logs"]);
  });

  it("ends with the kinds, the changes and the policies for people", async () => {
    const { code, stdout, stderr } = await preview("dev");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^KIND +RESOURCES$/m);
    expect(stdout).toMatch(/^Resources: \d+ to create \(against an empty state, without a cluster\)$/m);
    expect(stdout).toMatch(/^Policies: \d+ policies on \d+ resources: no violations/m);
    expect(stdout).toMatch(/^Capacity: (?:fits|does not certainly fit), \d+ of \d+ nodes at the highest load/m);
    expect(stdout).toMatch(/^Disruption: .*\d+ workloads/m);
    expect(stdout).toMatch(/^Cost: nothing on AWS$/m);
  });

  it("previews the bootstrap of an account, without account, network and reports", async () => {
    const { code, stdout, stderr } = await preview("beta", "-C", "bootstrap", "--json");
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as {
      kinds: Record<string, number>;
      policies: { evaluated: string[]; violations: { enforcementLevel: string }[] };
    };
    expect(result).not.toHaveProperty("capacity");
    expect(result.kinds).toMatchObject({
      "aws Bucket": 2,
      "aws Key": 2,
      "aws Role": 1,
      "aws OpenIdConnectProvider": 1,
    });
    expect(result.policies.evaluated).toContain("altlas/aws-s-three-bucket-is-guarded");
    expect(result.policies.violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory")).toEqual([]);
  });

  it("names the folders and stacks there are, where one is not", async () => {
    expect(await preview("dev", "-C", "bootstrap")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no stack "dev"') as string,
    });
    expect(await preview("dev", "-C", "docs")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is no folder of a project: it has no Pulumi.yaml.") as string,
    });
  });

  it("refuses a wrong command line with the usage, before anything is made", async () => {
    expect(await preview("dev", "beta")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("usage: npm run preview") as string,
    });
  });
});
