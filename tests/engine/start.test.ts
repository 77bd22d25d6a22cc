import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { controlPlaneStatus } from "../../sandbox/control-plane";
import { engineFolders } from "../../sandbox/engine/environment";
import { projectRoot } from "../../sandbox/paths";
import { type ScratchSandbox, scratchSandbox } from "../support/control-plane";

const skipped = process.env.ALTLAS_SKIP_ENGINE_TESTS === "1";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What `npm start -- --json` prints. */
interface Result {
  changed: boolean;
  changes: Record<string, number>;
  pods: number;
  policies: { evaluated: string[]; violations: { enforcementLevel: string }[] };
  workloads: { namespace: string; name: string; ready: number; wanted: number }[];
}

// One sandbox for all, in this order: each run finds what the one before has left.
describe.skipIf(skipped)("npm start", () => {
  let sandbox: ScratchSandbox;
  let stackFile: string;
  const children = new Set<ChildProcess>();
  beforeAll(() => {
    sandbox = scratchSandbox();
    stackFile = readFileSync("Pulumi.dev.yaml", "utf8");
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await sandbox.remove();
  });

  function run(command: string, args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(command, args, {
      cwd: projectRoot(),
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ALTLAS_SANDBOX_HOME: sandbox.home },
    });
    children.add(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => {
        children.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    return { child, ended };
  }

  const start = (...args: string[]) => run("node", ["bin/bootstrap.mjs", "sandbox/start.ts", ...args]);

  /** Resources made so far, by the newest log. */
  function made(since: number): number {
    const { logs } = engineFolders(sandbox.home);
    const names = existsSync(logs) ? readdirSync(logs).sort().slice(since) : [];
    return names.reduce(
      (sum, name) => sum + readFileSync(path.join(logs, name), "utf8").split("\ndone ").length - 1,
      0,
    );
  }

  /** Waits until the running update has made some resources, then gives the update's process. */
  async function middleOfUpdate(since: number, ended: Promise<Ended>): Promise<number> {
    let early: Ended | undefined;
    void (async () => (early = await ended))();
    while (made(since) < 15) {
      if (early) throw new Error(`the update ended before anything could be done to it:\n${early.stderr}`);
      await sleep(20);
    }
    const locks = path.join(engineFolders(sandbox.home).state, ".pulumi", "locks", "organization", "altlas", "dev");
    const lock = readdirSync(locks).find((name) => name.endsWith(".json")) ?? "";
    return (JSON.parse(readFileSync(path.join(locks, lock), "utf8")) as { pid: number }).pid;
  }

  it("tells that the engine was killed in the middle of an update", async () => {
    const { ended } = start();
    process.kill(await middleOfUpdate(0, ended), "SIGKILL");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain("the Pulumi CLI was ended from outside (SIGKILL)");
    expect(stderr).toContain("run npm start again: it goes on from here");
  });

  it("goes on from there, and tells that the API server was killed", async () => {
    const { ended } = start();
    await middleOfUpdate(1, ended);
    const { components } = await controlPlaneStatus(sandbox.folder);
    process.kill(components.find(({ name }) => name === "kube-apiserver")?.pid ?? 0, "SIGKILL");
    const { code, stderr } = await ended;
    expect(code).toBe(1);
    expect(stderr).toContain(
      "The local control plane stopped during the update: kube-apiserver does not run any more.",
    );
    expect(stderr).toContain("run npm start again");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("goes on from there without manual cleaning until everything runs under the policy pack", async () => {
    const { code, stdout, stderr } = await start("--json").ended;
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as Result;
    expect(result.changed).toBe(true);
    expect(result.pods).toBeGreaterThanOrEqual(10);
    expect(result.workloads.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "ai-orchestrator",
        "api-gateway",
        "archive-service",
        "runner-service",
        "segmentation-service",
      ]),
    );
    for (const { name, ready, wanted } of result.workloads) expect([name, ready]).toEqual([name, wanted]);
    expect(result.policies.evaluated.length).toBeGreaterThan(10);
    expect(result.policies.violations.filter(({ enforcementLevel }) => enforcementLevel === "mandatory")).toEqual([]);
  });

  it("finds no changes the second time and shows what runs and what to try", async () => {
    const { code, stdout, stderr } = await start().ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^NAMESPACE +WORKLOAD +READY/m);
    expect(stdout).toMatch(/^altlas +api-gateway +2\/2/m);
    expect(stdout).toContain("Resources: no changes; ");
    expect(stdout).toContain("What to try next:");
  });

  it("leaves a sandbox on which plain pulumi works without our scripts, and a clean clone", async () => {
    const script = `eval "$(node bin/bootstrap.mjs sandbox/cli.ts env)" && pulumi preview -s dev --policy-pack policies --expect-no-changes --non-interactive`;
    const { code, stdout, stderr } = await run("sh", ["-c", script]).ended;
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Resources:\s+\d+ unchanged/);
    expect(readFileSync("Pulumi.dev.yaml", "utf8")).toBe(stackFile);
  });

  it("makes everything anew when the cluster was lost but not the state", async () => {
    const { resetControlPlane } = await import("../../sandbox/control-plane");
    await resetControlPlane(sandbox.folder);
    const { code, stdout, stderr } = await start("--json").ended;
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as Result;
    expect(result.changes.create ?? 0).toBeGreaterThan(50);
    expect(result.pods).toBeGreaterThanOrEqual(10);
  });

  it("refuses a stack that does not exist, by the names there are", async () => {
    const { code, stderr } = await start("--stack", "nowhere").ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^There is no stack "nowhere": Pulumi\.nowhere\.yaml does not exist\. The stacks are: .*dev/,
    );
  });
});
