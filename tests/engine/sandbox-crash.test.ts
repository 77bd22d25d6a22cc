import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { COMPONENTS, controlPlaneStatus, startControlPlane } from "../../sandbox/control-plane";
import { layoutOf } from "../../sandbox/control-plane/layout";
import { processStart } from "../../sandbox/control-plane/processes";
import { cli, daemonsOf, type ScratchSandbox, scratchSandbox, startCli, testNode } from "../support/control-plane";

const SLOW = 180_000;
const nodes = [testNode("general-1", "a")];

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("what a crash leaves behind", () => {
  let sandbox: ScratchSandbox;
  let folder: string;

  beforeEach(() => {
    sandbox = scratchSandbox();
    ({ folder } = sandbox);
  });

  afterEach(async () => {
    await sandbox.remove();
    expect(daemonsOf(folder)).toEqual([]);
  }, SLOW);

  async function expectRunning(): Promise<void> {
    expect((await controlPlaneStatus(folder)).state).toBe("running");
    // One process of each: nothing that an earlier start began runs beside.
    expect(daemonsOf(folder)).toHaveLength(COMPONENTS.length);
  }

  it(
    "by kill -9 of the starter at several moments does not disturb the next start",
    async () => {
      const layout = layoutOf(folder);
      const moments = [
        layout.lock,
        path.join(layout.pki, "ca.crt"),
        layout.record("etcd"),
        layout.record("kube-apiserver"),
        layout.record("kwok"),
      ];
      for (const moment of moments) {
        const { child, result } = startCli(sandbox.home, ["start"]);
        await expect.poll(() => existsSync(moment), { timeout: 60_000, interval: 5 }).toBe(true);
        child.kill("SIGKILL");
        expect((await result).code).toBeNull();
      }
      await startControlPlane({ folder, nodes });
      await expectRunning();
    },
    SLOW,
  );

  it(
    "by a starter that was killed before it could write down what it had started is found and ended",
    async () => {
      await startControlPlane({ folder, nodes });
      const before = daemonsOf(folder);
      for (const name of ["etcd", "kwok", "agent"] as const) rmSync(layoutOf(folder).record(name));
      await startControlPlane({ folder, nodes });
      await expectRunning();
      const after = daemonsOf(folder);
      expect(before.filter((pid) => after.includes(pid))).toHaveLength(3);
    },
    SLOW,
  );

  it(
    "such as records, ports, certificates and kubeconfig cut in half, is made good",
    async () => {
      await startControlPlane({ folder, nodes });
      const layout = layoutOf(folder);
      await cli(sandbox.home, "stop");
      for (const name of COMPONENTS) writeFileSync(layout.record(name), '{"pid": 1');
      truncateSync(layout.settings, 12);
      truncateSync(path.join(layout.pki, "apiserver.crt"), 100);
      truncateSync(layout.kubeconfig, 50);
      await startControlPlane({ folder, nodes });
      await expectRunning();
      const { code, stdout } = await cli(sandbox.home, "kubectl", "get", "nodes", "--output", "name");
      expect([code, stdout]).toEqual([0, "node/general-1\n"]);
    },
    SLOW,
  );

  it(
    "never makes a start or a stop touch a stranger that got the id of one of our processes",
    async () => {
      const layout = layoutOf(folder);
      await startControlPlane({ folder, nodes });
      await cli(sandbox.home, "stop");
      // This very process plays the stranger: were it taken for etcd, the test would end here.
      const recycled = JSON.stringify({ pid: process.pid, started: "an earlier boot/12345", fingerprint: "f" });
      for (const name of COMPONENTS) writeFileSync(layout.record(name), recycled);
      expect((await controlPlaneStatus(folder)).state).toBe("stopped");
      expect((await cli(sandbox.home, "stop")).stdout).toBe("Nothing was running.\n");
      for (const name of COMPONENTS) writeFileSync(layout.record(name), recycled);
      await startControlPlane({ folder, nodes });
      await expectRunning();
    },
    SLOW,
  );

  it(
    "of another start at the same time is one control plane: the second waits, says so, and joins",
    async () => {
      const runs = [startCli(sandbox.home, ["start"]), startCli(sandbox.home, ["start"])];
      const results = await Promise.all(runs.map(async ({ result }) => await result));
      expect(results.map(({ code }) => code)).toEqual([0, 0]);
      expect(results[0]!.stdout).toBe(results[1]!.stdout);
      const waiting = results.filter(({ stderr }) =>
        stderr.includes("is working on this control plane; waiting for it"),
      );
      expect(waiting).toHaveLength(1);
      await expectRunning();
    },
    SLOW,
  );

  it(
    "when somebody deletes the folder is nothing: the processes end by themselves",
    async () => {
      await startControlPlane({ folder, nodes });
      rmSync(folder, { recursive: true, force: true });
      await expect.poll(() => daemonsOf(folder), { timeout: 30_000, interval: 200 }).toEqual([]);
    },
    SLOW,
  );

  it(
    "of a component that cannot start is a sentence with the end of its log and the remedy",
    async () => {
      await startControlPlane({ folder, nodes });
      await cli(sandbox.home, "stop");
      const member = path.join(layoutOf(folder).etcdData, "member");
      rmSync(member, { recursive: true });
      writeFileSync(member, "not a folder");
      const { code, stderr } = await cli(sandbox.home, "start");
      expect(code).toBe(1);
      expect(stderr).toContain("etcd ended right after its start.");
      expect(stderr).toContain(`Last lines of ${layoutOf(folder).log("etcd")}:`);
      expect(stderr).toContain('"npm run sandbox -- reset" begins anew');
      expect(stderr).not.toMatch(/\n\s+at /);
      await cli(sandbox.home, "reset", "--yes");
      await startControlPlane({ folder, nodes });
      await expectRunning();
    },
    SLOW,
  );

  it(
    "of a reset is nothing: no file, no process",
    async () => {
      expect((await cli(sandbox.home, "start")).code).toBe(0);
      const pids = daemonsOf(folder);
      expect(pids).toHaveLength(COMPONENTS.length);
      expect((await cli(sandbox.home, "kubectl", "get", "nodes")).code).toBe(0);
      const kept = path.join(sandbox.home, "a file of the user");
      writeFileSync(kept, "mine");
      const { code, stderr } = await cli(sandbox.home, "reset");
      expect(code).toBe(0);
      expect(stderr).toContain(folder);
      await sleep(50);
      expect(pids.map((pid) => processStart(pid))).toEqual(pids.map(() => undefined));
      expect(readdirSync(sandbox.home)).toEqual(["a file of the user"]);
      // The folder may be one that the user chose; what we did not make stays.
      expect(readFileSync(kept, "utf8")).toBe("mine");
      rmSync(kept);
      expect((await cli(sandbox.home, "reset")).stdout).toBe("There is nothing to delete.\n");
    },
    SLOW,
  );
});
