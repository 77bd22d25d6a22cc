// Run by the guard of a test run when the run has ended: node bin/ts.cjs tests/support/run/sweep.ts <scratch folder>
import { rmSync } from "node:fs";
import path from "node:path";
import { endProcessesOf } from "./processes";

/** Milliseconds that a process which was already told to end gets; a control plane needs one or two seconds. */
const PATIENCE = 5000;

async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined || !path.basename(folder).startsWith("altlas-")) {
    throw new Error("usage: sweep.ts <scratch folder of a test run>");
  }
  const left = await endProcessesOf(folder, PATIENCE);
  // Module caches of Go are read-only; nothing of ours is, so an error here is a bug to be seen.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  for (const { pid, command } of left) {
    process.stderr.write(`left behind and ended: process ${pid}: ${command.slice(0, 200)}\n`);
  }
  process.exitCode = left.length > 0 ? 3 : 0;
}

void main(process.argv[2]);
