// A test run that dies without a chance to tidy up: starts a daemon below a scratch folder, says both, and is killed.
import { spawn } from "node:child_process";
import { projectRoot } from "../../../sandbox/paths";
import { openScratch } from "./scratch";

const { folder } = openScratch(projectRoot());
const daemon = spawn("sleep", ["300"], { detached: true, stdio: "ignore", env: { ...process.env, TMPDIR: folder } });
process.stdout.write(`${JSON.stringify({ folder, pid: daemon.pid })}\n`, () => process.kill(process.pid, "SIGKILL"));
