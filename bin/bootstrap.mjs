// What every npm script runs first: on a fresh clone, or after a pull that changed the lock file, it installs the
// packages; then it runs the command with the Node version the project brings (npm package "node").
//
//   node bin/bootstrap.mjs sandbox/cli.ts status     a TypeScript entry and its arguments
//   node bin/bootstrap.mjs vitest run                a program of node_modules/.bin
//
// Plain Node 20 without packages: it runs before there are any. Standard output belongs to the command.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");
const programs = path.join(modules, ".bin");
const projectNode = path.join(programs, process.platform === "win32" ? "node.exe" : "node");
const lockFile = path.join(root, "package-lock.json");
const stampFile = path.join(modules, ".altlas-installed");
const workFolder = path.join(root, ".install");
const logFile = path.join(workFolder, "npm-ci.log");
const runFile = path.join(workFolder, "running");

const say = (text) => process.stderr.write(`${text}\n`);

/** A problem for the reader: printed as it is, exit code 1. */
class Refusal extends Error {}

function searchPath(folders) {
  const rest = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "" && folder !== programs);
  return [...folders, ...rest].join(path.delimiter);
}

/** The packages npm recorded as installed, or nothing. */
function recordedPackages() {
  try {
    return JSON.parse(fs.readFileSync(path.join(modules, ".package-lock.json"), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether what is installed is what the lock file asks for; packages for other platforms may be missing. */
function matchesLock(lockText) {
  const recorded = recordedPackages();
  if (!recorded) return false;
  return Object.entries(JSON.parse(lockText).packages).every(([name, { version, optional, link }]) => {
    if (name === "" || link) return true;
    return recorded[name] ? recorded[name].version === version : optional === true;
  });
}

/** Whether the packages are in place. Costs one hash of the lock file when nothing changed. */
function isInstalled() {
  if (!fs.existsSync(projectNode)) return false;
  const lockText = fs.readFileSync(lockFile, "utf8");
  const stamp = createHash("sha256").update(lockText).digest("hex");
  try {
    if (fs.readFileSync(stampFile, "utf8") === stamp) return true;
  } catch {
    // No stamp yet: installed by hand, or not at all.
  }
  if (!matchesLock(lockText)) return false;
  try {
    fs.writeFileSync(stampFile, stamp);
  } catch {
    // A read-only installation is complete all the same; it is only compared again next time.
  }
  return true;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Takes the right to install. False when another run has it. */
function takeTurn() {
  try {
    fs.writeFileSync(runFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  clearStale();
  return false;
}

/** Whether the mark of an installing run is left over: the run is gone, and the npm it started too. */
function isStale() {
  const mark = fs.statSync(runFile, { throwIfNoEntry: false });
  if (!mark) return false;
  const pids = readOr(runFile, "").split(" ").map(Number);
  // An empty file was created this instant, or left by a run that was killed in that instant.
  return pids[0] === 0 ? Date.now() - mark.mtimeMs > 5000 : !pids.some(isRunning);
}

/** Removes a mark that is left over. One run at a time: another could have put its own mark there in between. */
function clearStale() {
  if (!isStale()) return;
  const turn = `${runFile}.clearing`;
  try {
    fs.mkdirSync(turn);
  } catch {
    const age = Date.now() - (fs.statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 5000) fs.rmSync(turn, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale()) fs.rmSync(runFile, { force: true });
  } finally {
    fs.rmSync(turn, { recursive: true, force: true });
  }
}

function readOr(file, otherwise) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Shows that something is going on: redrawn on a terminal, a line every five seconds elsewhere. */
function showElapsed(what, usually) {
  const started = Date.now();
  const terminal = process.stderr.isTTY === true;
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const text = () => `… ${what} (${seconds()}; usually ${usually})`;
  const draw = () => (terminal ? process.stderr.write(`\r${text()}`) : say(text()));
  draw();
  const timer = setInterval(draw, terminal ? 200 : 5000);
  return (mark) => {
    clearInterval(timer);
    // "Erase in line" takes away what the longer line before leaves.
    process.stderr.write(`${terminal ? "\r\u001b[K" : ""}${mark} ${what} (${seconds()})\n`);
  };
}

async function npmCi() {
  const log = fs.openSync(logFile, "w");
  // The system's Node runs npm: the project's own is among the files npm replaces.
  const child = spawn("npm", ["ci", "--no-progress"], {
    cwd: root,
    env: { ...process.env, PATH: searchPath([]) },
    stdio: ["ignore", log, log],
    shell: process.platform === "win32",
  });
  if (child.pid !== undefined) fs.writeFileSync(runFile, `${process.pid} ${child.pid}`);
  const stop = () => child.kill("SIGTERM");
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const done = showElapsed("packages (npm ci)", "10 to 60 s");
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      fs.writeSync(log, `could not start npm: ${error.message}\n`);
      resolve(127);
    });
    child.on("close", (exit, signal) => resolve(signal ? 130 : exit));
  });
  process.off("SIGINT", stop);
  process.off("SIGTERM", stop);
  done(code === 0 ? "✓" : "✗");
  fs.closeSync(log);
  if (code === 0) return;
  const last = readOr(logFile, "").trimEnd().split("\n").slice(-12).join("\n  ");
  throw new Refusal(
    [
      `The packages could not be installed: npm ci ended with exit code ${code}. Its last lines:`,
      `  ${last}`,
      `Full log: ${logFile}`,
      "Check that this machine reaches your npm registry (npm ping) and that there is space on the disk; then run the command again.",
    ].join("\n"),
  );
}

async function install() {
  try {
    fs.mkdirSync(workFolder, { recursive: true });
    let told = false;
    while (!takeTurn()) {
      if (!told) say("… another command is installing the packages; waiting for it");
      told = true;
      await pause(300);
    }
  } catch (error) {
    if (error.code !== "EACCES" && error.code !== "EROFS" && error.code !== "EPERM") throw error;
    throw new Refusal(
      `The packages are not installed, and ${root} cannot be written (${error.code}).\n` +
        "Run the command in a clone of your own, or make the folder writable.",
    );
  }
  try {
    if (isInstalled()) return;
    await npmCi();
    if (!isInstalled())
      throw new Refusal(
        `npm ci succeeded, but ${projectNode} is missing: the install script of the npm package "node" was not run.\n` +
          "Allow install scripts (npm config get ignore-scripts must say false), delete node_modules and run the command again.",
      );
  } finally {
    fs.rmSync(runFile, { force: true });
  }
}

/** Runs a TypeScript entry in this process, which already has the project's Node. */
function runHere(entry, args) {
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], path.resolve(root, entry), ...args];
  createRequire(import.meta.url)("./ts.cjs").load(path.resolve(root, entry));
}

function runChild(command, args) {
  const child = spawn(command, args, { stdio: "inherit", env: process.env });
  // A terminal sends Ctrl-C to the child as well; handing it on would make it two.
  const forward = (signal) => {
    if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, forward);
  child.on("error", (error) => {
    say(`Could not start ${command}: ${error.message}`);
    process.exit(127);
  });
  child.on("close", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

async function main([command, ...args]) {
  if (command === undefined) throw new Refusal("usage: node bin/bootstrap.mjs <entry.ts or program> [arguments]");
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE)
    throw new Refusal(
      `This project needs Node.js ${OLDEST_NODE} or later; this is ${process.versions.node} (${process.execPath}).\n` +
        "Install a current version (nodejs.org, or your version manager) and run the command again.",
    );
  if (!isInstalled()) await install();
  process.env.PATH = searchPath([programs]);
  if (!command.endsWith(".ts")) runChild(path.join(programs, command), args);
  else if (fs.realpathSync(process.execPath) === fs.realpathSync(projectNode)) runHere(command, args);
  else runChild(projectNode, [path.join(root, "bin", "ts.cjs"), path.resolve(root, command), ...args]);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  say(error.message);
  process.exit(1);
}
