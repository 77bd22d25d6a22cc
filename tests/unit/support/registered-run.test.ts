import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runRegistered, startRegistered } from "../../support/registered";
import { mounts, registered, workload } from "./registered-server";

/** A process that ended and that nobody has looked at yet still has its number. */
function processRuns(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("a started container", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-registered-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const script = 'cat /etc/server/server.conf && id -u && echo "$PASSWORD" >/var/lib/server/out; exit 3';

  test("reads its files and writes to its volumes as its user, and its end is seen", async () => {
    const container = { command: ["/bin/sh", "-c", script], args: [] };
    const running = await startRegistered(
      registered({ folder, workload: workload({ container }), image: { programs: { "/bin/sh": "/bin/sh" } } }),
    );
    await expect.poll(() => running.ended()).toBe(3);
    const user = process.getuid?.() === 0 ? 10_001 : process.getuid?.();
    expect(running.log()).toBe(`listen 20001\ndata ${folder}/volumes/data\n${user}\n`);
    const out = path.join(folder, "volumes", "data", "out");
    expect([readFileSync(out, "utf8"), statSync(out).uid]).toEqual(["of the server\n", user]);
    await running.stop();
  });

  test("is asked by commands of its probes, and runs its hook before it is told to end", async () => {
    const state = "/var/lib/server/state";
    const container = {
      command: ["/bin/sh", "-c", "trap 'exit 0' TERM; cat /etc/server/server.conf; while :; do sleep 0.05; done"],
      args: [],
      readinessProbe: { exec: { command: ["grep", "ready", state] } },
      lifecycle: { preStop: { exec: { command: ["sh", "-c", `echo ended >${state}`] } } },
    };
    const running = await startRegistered(
      registered({ folder, workload: workload({ container }), image: { programs: { "/bin/sh": "/bin/sh" } } }),
    );
    const place = path.join(folder, "volumes", "data", "state");
    expect(await running.probe("readinessProbe")).toMatch(/^grep: /);
    writeFileSync(place, "ready\n", { mode: 0o666 });
    chmodSync(place, 0o666);
    expect(await running.probe("readinessProbe")).toBeUndefined();
    await expect.poll(() => running.log()).toContain("listen");
    await running.stop();
    expect(running.ended()).toBe(0);
    expect(readFileSync(place, "utf8")).toBe("ended\n");
  });

  test.runIf(process.getuid?.() === 0)("knows its user by the image's name for it", async () => {
    const container = { command: ["/bin/sh", "-c", "cat /etc/server/server.conf; id -un"], args: ["/var/lib/server"] };
    const image = { programs: { "/bin/sh": "/bin/sh" }, account: "keeper" };
    const running = await startRegistered(registered({ folder, workload: workload({ container }), image }));
    expect(await running.end(5000)).toBe(0);
    expect(running.log()).toMatch(/\nkeeper\n$/);
  });

  const sh = { programs: { "/bin/sh": "/bin/sh" } };
  const shell = (text: string) => ({ command: ["/bin/sh", "-c", text], args: [] });

  test("runs after its init containers, which see its volumes, and not when one of them fails", async () => {
    const prepare = (text: string) => ({
      pod: { initContainers: [{ name: "prepare", ...shell(text), volumeMounts: mounts }] },
      container: shell("cat /var/lib/server/made # /etc/server"),
    });
    const good = workload(prepare("id -u >/var/lib/server/made; : /etc/server"));
    const { code, log } = await runRegistered(registered({ folder, workload: good, image: sh }));
    expect([code, log]).toEqual([0, `${process.getuid?.() === 0 ? 10_001 : process.getuid?.()}\n`]);
    const bad = workload(prepare("echo no luck /etc/server /var/lib/server; exit 4"));
    await expect(runRegistered(registered({ folder, workload: bad, image: sh }))).rejects.toThrow(
      /init container prepare ended with 4:\nno luck/,
    );
  });

  test("answers its probe's command, is prepared for its end, and takes what it started with it", async () => {
    const text = `: /etc/server
      sleep 1000 & echo $! >/var/lib/server/child
      trap 'cat /var/lib/server/hook; exit 7' INT
      while :; do sleep 0.05; done`;
    const container = {
      ...shell(text),
      readinessProbe: {
        exec: { command: ["/bin/sh", "-c", "test -s /var/lib/server/child || { echo not yet; exit 1; }"] },
      },
      lifecycle: { preStop: { exec: { command: ["/bin/sh", "-c", "echo hook >/var/lib/server/hook"] } } },
    };
    const image = { ...sh, stopSignal: "SIGINT" as const };
    const running = await startRegistered(registered({ folder, workload: workload({ container }), image }));
    await expect.poll(() => running.probe("readinessProbe")).toBeUndefined();
    const child = path.join(folder, "volumes", "data", "child");
    const pid = Number(readFileSync(child, "utf8"));
    rmSync(child);
    expect(await running.probe("readinessProbe")).toBe("/bin/sh: not yet");
    await running.stop();
    expect([running.ended(), running.log()]).toEqual([7, "hook\n"]);
    await expect.poll(() => processRuns(pid)).toBe(false);
  });

  test("is killed when it does not end in time", async () => {
    const own = workload({ container: shell(": /etc/server /var/lib/server; echo waiting; sleep 1000") });
    await expect(runRegistered(registered({ folder, workload: own, image: sh }), 200)).rejects.toThrow(
      /did not end within 200 ms:\nwaiting/,
    );
  });

  test("says every reason when it cannot be started", async () => {
    const start = startRegistered(registered({ folder, objects: [], ports: {} }));
    await expect(start).rejects.toThrow(/^Deployment server cannot be started as registered:\n.*\n.*\n/);
  });
});
