import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

// A clone with the real bin/bootstrap.mjs, a lock file of one package, and an npm that takes notes instead of installing.
let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "altlas-bootstrap-"));
  mkdirSync(path.join(root, "bin"));
  mkdirSync(path.join(root, "fake"));
  copyFileSync("bin/bootstrap.mjs", path.join(root, "bin", "bootstrap.mjs"));
  writeLock("1.0.0");
  writeNpm(`
    echo "$$" >> "$ROOT/calls"
    sleep "\${NPM_SECONDS:-0}"
    mkdir -p "$ROOT/node_modules/.bin"
    ln -sf "$NODE" "$ROOT/node_modules/.bin/node"
    printf '#!/bin/sh\\necho tool "$@"; node -e "console.log(process.env.PATH.split(\\":\\")[0])"; exit "\${TOOL_EXIT:-0}"\\n' > "$ROOT/node_modules/.bin/tool"
    chmod +x "$ROOT/node_modules/.bin/tool"
    cp "$ROOT/package-lock.json" "$ROOT/node_modules/.package-lock.json"`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lockText = (version: string) =>
  JSON.stringify({
    packages: {
      "": {},
      "node_modules/a": { version },
      "node_modules/for-another-system": { version: "1.0.0", optional: true },
    },
  });

function writeLock(version: string): void {
  writeFileSync(path.join(root, "package-lock.json"), lockText(version));
}

function writeNpm(script: string): void {
  const file = path.join(root, "fake", "npm");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

function start(
  args: string[],
  environment: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [path.join(root, "bin", "bootstrap.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: [path.join(root, "fake"), "/usr/bin", "/bin"].join(path.delimiter),
      ROOT: root,
      NODE: process.execPath,
      ...environment,
    },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

const run = (args: string[] = ["tool", "x"], environment: Record<string, string> = {}) =>
  start(args, environment).ended;

function calls(): number {
  const file = path.join(root, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

describe("the bootstrap of every npm script", () => {
  it("installs on a fresh clone, then runs the command on the project's Node with nothing else on standard output", async () => {
    const result = await run();
    expect(result).toMatchObject({ code: 0, stdout: `tool x\n${path.join(root, "node_modules", ".bin")}\n` });
    expect(result.stderr).toMatch(/✓ packages \(npm ci\) \(\d+ s\)/);
    expect(calls()).toBe(1);
  });

  it("installs once, and again when the lock file asks for another version", async () => {
    await run();
    expect((await run()).stderr).toBe("");
    expect(calls()).toBe(1);
    writeLock("1.0.1");
    await run();
    expect(calls()).toBe(2);
  });

  it("leaves an installation alone that somebody made by hand and that fits the lock file", async () => {
    await run();
    rmSync(path.join(root, "node_modules", ".altlas-installed"));
    const { packages } = JSON.parse(lockText("1.0.0")) as { packages: Record<string, unknown> };
    delete packages["node_modules/for-another-system"];
    writeFileSync(path.join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));
    expect((await run()).stderr).toBe("");
    expect(calls()).toBe(1);
  });

  it("lets one of two runs install and the other wait", async () => {
    const slow = { NPM_SECONDS: "1" };
    const results = await Promise.all([run(["tool", "1"], slow), run(["tool", "2"], slow)]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.filter(({ stderr }) => stderr.includes("another command is installing the packages"))).toHaveLength(
      1,
    );
    expect(calls()).toBe(1);
  });

  it("is not stopped by what a killed run left", async () => {
    const { child, ended } = start(["tool"], { NPM_SECONDS: "1" });
    while (calls() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(path.join(root, ".install", "running"))).toBe(true);
    expect((await run()).code).toBe(0);
    // The npm of the killed run went on; the next one waited for it instead of installing over it.
    expect(calls()).toBe(1);
  });

  it("tells why npm failed, where the log is, and ends with an error", async () => {
    writeNpm(`echo "npm error code ENOTFOUND" >&2; exit 7`);
    const result = await run();
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toContain("npm ci ended with exit code 7. Its last lines:\n  npm error code ENOTFOUND");
    expect(result.stderr).toContain(`Full log: ${path.join(root, ".install", "npm-ci.log")}`);
    expect(result.stderr).not.toContain("    at ");
    expect(existsSync(path.join(root, ".install", "running"))).toBe(false);
  });

  it("names the setting that kept npm from installing Node", async () => {
    writeNpm(`mkdir -p "$ROOT/node_modules"; cp "$ROOT/package-lock.json" "$ROOT/node_modules/.package-lock.json"`);
    const result = await run();
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("npm config get ignore-scripts must say false");
  });

  it("passes the exit code of the command and the signal that ended it", async () => {
    expect((await run(["tool"], { TOOL_EXIT: "9" })).code).toBe(9);
    writeFileSync(path.join(root, "node_modules", ".bin", "sleeper"), "#!/bin/sh\necho ready; exec sleep 60\n", {
      mode: 0o755,
    });
    const { child, ended } = start(["sleeper"]);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: null, signal: "SIGTERM" });
  });

  it("says which program it does not find", async () => {
    const result = await run(["no-such-program"]);
    expect(result.code).toBe(127);
    expect(result.stderr).toContain("Could not start");
  });

  it("without a command prints how it is used", async () => {
    expect(await run([])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("usage: node bin/bootstrap.mjs") as string,
    });
  });
});
