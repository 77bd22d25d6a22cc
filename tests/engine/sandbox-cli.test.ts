import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlaneStatus } from "../../sandbox/control-plane";
import { cli, type ScratchSandbox, scratchSandbox, startCli } from "../support/control-plane";

const SLOW = 120_000;

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("npm run sandbox", () => {
  let sandbox: ScratchSandbox;

  beforeAll(() => {
    sandbox = scratchSandbox();
  });

  afterAll(async () => {
    await sandbox.remove();
  }, SLOW);

  describe("before there is a control plane", () => {
    it.each([
      ["kubectl", "get", "pods"],
      ["helm", "list"],
    ])("%s %s says how to make one", async (...args) => {
      const { code, stdout, stderr } = await cli(sandbox.home, ...args);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain('There is no local control plane yet. "npm start" makes one');
    });

    it("status says so and has the exit code of a stopped service", async () => {
      const { code, stdout } = await cli(sandbox.home, "status");
      expect(code).toBe(3);
      expect(stdout).toContain("control plane  absent");
      expect(stdout).toContain("There is no control plane yet.");
    });

    it("logs says that nothing has run, and stop has nothing to do", async () => {
      expect((await cli(sandbox.home, "logs")).stderr).toContain("There are no logs: nothing has run yet.");
      expect((await cli(sandbox.home, "stop")).stdout).toBe("Nothing was running.\n");
    });

    it("kubectl's own help needs none", async () => {
      const { code, stdout } = await cli(sandbox.home, "kubectl", "version", "--client");
      expect(code).toBe(0);
      expect(stdout).toMatch(/Client Version: v1\.3[567]\./);
    });
  });

  describe("wrong words", () => {
    it.each([
      [["strat"], 'There is no command "strat"; did you mean "start"?'],
      [["xyzzy"], 'There is no command "xyzzy".'],
      [["constructor"], 'There is no command "constructor".'],
      [["start", "--stak", "dev"], "Unknown option '--stak'.\nusage: npm run sandbox -- start [--stack <name>]"],
      [["status", "now"], "Unexpected: now\nusage: npm run sandbox -- status [--json]"],
      [["logs", "kwokk"], 'There is no component "kwokk"; did you mean "kwok"? There are etcd,'],
      [["logs", "--lines", "many"], '--lines is "many"; give a whole number, 0 or more.'],
      [["tools", "kubctl"], 'There is no tool "kubctl"; did you mean "kubectl"?'],
    ])("%j: exit code 2, a sentence and no stack trace", async (args, sentence) => {
      const { code, stdout, stderr } = await cli(sandbox.home, ...args);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(sentence);
      expect(stderr).not.toMatch(/\n\s+at /);
    });

    it("a stack that does not exist is named with its file, and nothing is started", async () => {
      const { code, stderr } = await cli(sandbox.home, "start", "--stack", "nowhere");
      expect(code).toBe(1);
      expect(stderr).toMatch(/There is no stack "nowhere": .*Pulumi\.nowhere\.yaml cannot be read\.\n$/);
    });

    it("a sandbox folder that cannot be made is named with the remedy", async () => {
      const { code, stderr } = await startCli("/dev/null/sandbox", ["start"]).result;
      expect(code).toBe(1);
      expect(stderr).toContain("The sandbox cannot write to /dev/null/sandbox/control-plane");
      expect(stderr).toContain("Set ALTLAS_SANDBOX_HOME");
      expect(stderr).not.toMatch(/\n\s+at /);
    });

    it("a relative ALTLAS_SANDBOX_HOME is refused with the remedy", async () => {
      const { code, stderr } = await startCli("somewhere", ["status"]).result;
      expect(code).toBe(1);
      expect(stderr).toContain('ALTLAS_SANDBOX_HOME is "somewhere"; give an absolute path');
    });
  });

  describe("with a control plane", () => {
    beforeAll(async () => {
      const { code, stdout } = await cli(sandbox.home, "start");
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^The control plane is ready at https:\/\/127\.0\.0\.1:/),
      ]);
    }, SLOW);

    it("kubectl works on it whatever the caller's kubeconfig says, and passes its exit code on", async () => {
      const other = { KUBECONFIG: "/nonexistent" };
      const { code, stdout } = await startCli(sandbox.home, ["kubectl", "get", "nodes", "-o", "name"], other).result;
      expect(code).toBe(0);
      expect(stdout.trimEnd().split("\n").length).toBeGreaterThan(0);
      expect(stdout).toMatch(/^node\//);
      const missing = await cli(sandbox.home, "kubectl", "get", "pod", "none");
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain('pods "none" not found');
    });

    it("kubectl uses the context altlas-sandbox", async () => {
      expect((await cli(sandbox.home, "kubectl", "config", "current-context")).stdout).toBe("altlas-sandbox\n");
    });

    it("helm works on it", async () => {
      expect(await cli(sandbox.home, "helm", "list", "--all-namespaces", "--output", "json")).toMatchObject({
        code: 0,
        stdout: "[]\n",
      });
    });

    it("status --json is for programs", async () => {
      const { code, stdout } = await cli(sandbox.home, "status", "--json");
      expect(code).toBe(0);
      const status = JSON.parse(stdout) as ControlPlaneStatus;
      expect(status.state).toBe("running");
      expect(status.components.every(({ running }) => running)).toBe(true);
    });

    it("env makes plain kubectl and pulumi of a shell work on it", async () => {
      const { code, stdout } = await cli(sandbox.home, "env");
      expect(code).toBe(0);
      const script = `${stdout}\nkubectl config current-context && pulumi version && echo "$PULUMI_HOME"`;
      const output = execFileSync("/bin/sh", ["-c", script], {
        encoding: "utf8",
        env: { ...process.env, KUBECONFIG: "/nonexistent" },
      });
      expect(output).toMatch(new RegExp(`^altlas-sandbox\\nv3\\.\\d+\\.\\d+\\n${sandbox.home}/`));
    });

    it("logs shows the end of each component's log with its name, or one alone", async () => {
      const all = await cli(sandbox.home, "logs", "--lines", "2");
      expect(all.code).toBe(0);
      expect(all.stdout).toMatch(/^\[kube-apiserver\] /m);
      const one = await cli(sandbox.home, "logs", "kube-scheduler", "--lines", "3");
      expect(one.stdout.trimEnd().split("\n")).toHaveLength(3);
      expect(one.stdout).not.toContain("[kube-");
    });

    it("kubectl says how to go on after stop", async () => {
      expect((await cli(sandbox.home, "stop")).stdout).toBe(
        "Stopped 6 processes; the data stays for the next start.\n",
      );
      const { code, stderr } = await cli(sandbox.home, "kubectl", "get", "pods");
      expect(code).toBe(1);
      expect(stderr).toContain('The local control plane is stopped. "npm run sandbox -- start" starts it again');
    });
  });
});
