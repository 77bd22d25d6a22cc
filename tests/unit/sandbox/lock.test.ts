import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LockTimeoutError, withLock } from "../../../sandbox/lock";

let folder: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "altlas-lock-"));
  file = path.join(folder, "lock");
});

afterEach(() => {
  children.splice(0).forEach((child) => child.kill("SIGKILL"));
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that holds the lock the way `withLock` does, until it is killed. */
async function holder(): Promise<ChildProcess> {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1]);
    database.exec("BEGIN EXCLUSIVE");
    require("node:fs").writeFileSync(process.argv[1] + ".owner", String(process.pid));
    process.stdout.write("held");
    setInterval(() => database, 1000);`;
  const child = spawn(process.execPath, ["-e", script, file], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  return child;
}

describe("the lock", () => {
  it("lets one after the other work, in this process too", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(20);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 4 }, async () => await withLock(file, {}, work)));
    expect(most).toBe(1);
  });

  it("is free at once when its holder is killed with SIGKILL", async () => {
    const child = await holder();
    const waited: (number | undefined)[] = [];
    const work = withLock(file, { onWait: (pid) => waited.push(pid) }, async () => await Promise.resolve(Date.now()));
    await sleep(300);
    expect(waited).toEqual([child.pid]);
    const killed = Date.now();
    child.kill("SIGKILL");
    expect((await work) - killed).toBeLessThan(1000);
  });

  it("gives up after its time with a sentence that names the holder", async () => {
    const child = await holder();
    const work = withLock(file, { timeout: 200 }, async () => await Promise.resolve());
    await expect(work).rejects.toThrow(LockTimeoutError);
    await expect(work).rejects.toThrow(`${file} is still held by process ${child.pid ?? 0}; wait for it to end`);
  });

  it("is given back when the work fails", async () => {
    await expect(withLock(file, {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await withLock(file, { timeout: 0 }, async () => await Promise.resolve("free"))).toBe("free");
  });

  it("keeps two apart although the first removes the folder with the lock in it", async () => {
    const order: string[] = [];
    const first = withLock(file, {}, async () => {
      rmSync(folder, { recursive: true });
      await sleep(250);
      order.push("first done");
    });
    await sleep(20);
    const second = withLock(file, {}, async () => {
      order.push("second");
      await sleep(200);
      order.push("second done");
    });
    await sleep(50);
    const third = withLock(file, {}, () => {
      order.push("third");
      return Promise.resolve();
    });
    await Promise.all([first, second, third]);
    // The second need not wait for the first, whose lock is gone, but the third must wait for the second.
    expect(order.indexOf("third")).toBeGreaterThan(order.indexOf("second done"));
  });
});
