import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isDaemonOf } from "../../../sandbox/control-plane/components";
import { layoutOf } from "../../../sandbox/control-plane/layout";
import { boundLog, tailOf } from "../../../sandbox/control-plane/logs";
import { choosePorts, freePort, PORT_OWNERS, savedPorts } from "../../../sandbox/control-plane/ports";
import { endProcess, findStrays, launch, processStart, runningProcess } from "../../../sandbox/control-plane/processes";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "altlas-processes-"));
});

afterEach(() => {
  children.splice(0).forEach((child) => child.kill("SIGKILL"));
  rmSync(folder, { recursive: true, force: true });
});

function sleeper(...args: string[]): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)", ...args], { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

describe("the record of a process", () => {
  it("is believed only while the same process runs", async () => {
    const pid = sleeper();
    const started = processStart(pid) ?? "";
    const file = path.join(folder, "record.json");
    const record = { pid, started, fingerprint: "f" };
    writeFileSync(file, JSON.stringify(record));
    expect(runningProcess(file)).toEqual(record);
    await endProcess(pid, started, 2000);
    expect(runningProcess(file)).toBeUndefined();
  });

  it.each([
    [
      "of a process id that another process got",
      JSON.stringify({ pid: process.pid, started: "boot/1", fingerprint: "f" }),
    ],
    ["that is cut off", '{"pid": 12'],
    ["that is empty", ""],
    ["with a process id that is none", JSON.stringify({ pid: "all", started: "", fingerprint: "" })],
  ])("%s counts as nothing", (_, text) => {
    const file = path.join(folder, "record.json");
    writeFileSync(file, text);
    expect(runningProcess(file)).toBeUndefined();
  });
});

describe("a killed process", () => {
  it("counts as ended only when its port is free: its first thread ends before the others, which hold it", async () => {
    const port = await freePort([]);
    // Memory to be given back keeps the other threads busy for a while.
    const program = `const held = Array.from({ length: 16 }, () => Buffer.alloc(1 << 24, 1));
      require("node:net").createServer().listen(${port}, "127.0.0.1", () => console.log(held.length));`;
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const pid = child.pid ?? 0;
    expect(processStart(pid)).toBeDefined();
    process.kill(pid, "SIGKILL");
    while (processStart(pid) !== undefined);
    const next = createServer();
    const listening = new Promise<void>((resolve, reject) => {
      next.once("error", reject);
      next.listen(port, "127.0.0.1", resolve);
    });
    await expect(listening).resolves.toBeUndefined();
    next.close();
  });
});

describe("ending a process", () => {
  it("leaves a stranger alone that has got the recorded id", async () => {
    const pid = sleeper();
    await endProcess(pid, "another start", 100);
    expect(processStart(pid)).toBeDefined();
  });

  it("kills one that ignores the request to end", async () => {
    const script = "process.on('SIGTERM', () => 0); process.stdout.write('deaf'); setInterval(() => 0, 1000)";
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    const pid = child.pid ?? 0;
    await endProcess(pid, processStart(pid) ?? "", 200);
    expect(processStart(pid)).toBeUndefined();
  });
});

describe("a daemon", () => {
  it("writes to its log, is recorded, and is found by its arguments when the record is lost", async () => {
    const log = path.join(folder, "logs", "agent.log");
    const record = path.join(folder, "run", "agent.json");
    const script = "console.log('hello'); setInterval(() => 0, 1000)";
    const marker = path.join("sandbox", "agent", "main.ts");
    const args = ["-e", script, marker, `--folder=${folder}`];
    const started = await launch({ command: process.execPath, args, environment: {}, log, record, fingerprint: "f" });
    try {
      expect(runningProcess(record)).toEqual(started);
      expect(statSync(record).mode & 0o077).toBe(0);
      await expect.poll(() => readFileSync(log, "utf8")).toBe("hello\n");
      expect(findStrays(isDaemonOf(layoutOf(folder)), new Set())).toEqual([started.pid]);
      expect(findStrays(isDaemonOf(layoutOf(folder)), new Set([started.pid]))).toEqual([]);
      expect(findStrays(isDaemonOf(layoutOf(`${folder}-2`)), new Set())).toEqual([]);
    } finally {
      await endProcess(started.pid, started.started, 1000);
    }
  });

  it("that does not exist gives a sentence", async () => {
    const command = path.join(folder, "nothing");
    const at = (name: string): string => path.join(folder, name);
    const options = { command, args: [], environment: {}, log: at("log"), record: at("record"), fingerprint: "" };
    await expect(launch(options)).rejects.toThrow(`${command} cannot be started`);
  });
});

describe("telling our daemons from other processes", () => {
  const isOurs = isDaemonOf(layoutOf("/state/one"));

  it.each([
    [["/cache/etcd", "--data-dir=/state/one/etcd"], true],
    [["/usr/bin/kube-apiserver", "--x=1", "--tls-cert-file=/state/one/pki/apiserver.crt"], true],
    [["/cache/etcd", "--data-dir=/state/one-more/etcd"], false],
    [["/cache/etcd", "--data-dir=/state/other/etcd"], false],
    [["tail", "-f", "/state/one/logs/etcd.log"], false],
    [["vim", "--x=/state/one/settings.json"], false],
    [["node", "/app/bin/ts.cjs", "/app/sandbox/agent/main.ts", "--folder=/state/one", "--port=1"], true],
    [["node", "/app/bin/ts.cjs", "/app/sandbox/agent/main.ts", "--folder=/state/one-more", "--port=1"], false],
  ])("%j: %s", (words, expected) => {
    expect(isOurs(words)).toBe(expected);
  });
});

describe("ports", () => {
  it("are all different, kept for the next start, and another one when a stranger has taken one", async () => {
    const layout = layoutOf(folder);
    const first = await choosePorts(layout, new Set());
    expect(new Set(Object.values(first)).size).toBe(Object.keys(PORT_OWNERS).length);
    expect(await choosePorts(layout, new Set())).toEqual(first);
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(first.apiserver, "127.0.0.1", resolve));
    try {
      const second = await choosePorts(layout, new Set());
      expect(second.apiserver).not.toBe(first.apiserver);
      expect({ ...second, apiserver: first.apiserver }).toEqual(first);
      expect(savedPorts(layout)).toEqual(second);
      // Our own running API server is what holds it: no reason to move.
      expect((await choosePorts(layout, new Set(["kube-apiserver"]))).apiserver).toBe(second.apiserver);
    } finally {
      stranger.close();
    }
  });

  it.each(["", "{", "[]", '{"ports":{"etcd":"many","apiserver":-1}}'])("of a damaged file %j are forgotten", (text) => {
    const layout = layoutOf(folder);
    writeFileSync(layout.settings, text);
    expect(savedPorts(layout)).toEqual({});
  });
});

describe("a log", () => {
  it("that has grown too large is cut while its writer goes on, and its end is kept", () => {
    const file = path.join(folder, "etcd.log");
    writeFileSync(file, `${"x".repeat(4000)}\nlast line\n`);
    boundLog(file, 1000);
    expect(statSync(file).size).toBe(0);
    expect(readFileSync(`${file}.1`, "utf8").endsWith("last line\n")).toBe(true);
    writeFileSync(file, "next\n", { flag: "a" });
    boundLog(file, 1000);
    expect(readFileSync(file, "utf8")).toBe("next\n");
  });

  it("that does not exist has no end and needs no cutting", () => {
    const file = path.join(folder, "none.log");
    boundLog(file);
    expect(tailOf(file, 100)).toBe("");
  });
});
