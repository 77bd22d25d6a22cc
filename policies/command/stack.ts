import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Report } from "../evaluate";
import { fromPortable, type PortableReport } from "../portable";
import { reportVariable } from "../report-file";
import { type Rule } from "../rule";
import { CannotRun } from "./cannot-run";

/** Judges a stack by its preview. The pack itself writes what it found, so this is what an update would be judged by. */
export function judgeStack(stack: string, root: string, rules: readonly Rule[], progress: boolean): Report {
  const folder = mkdtempSync(path.join(tmpdir(), "altlas-policy-"));
  const file = path.join(folder, "report.json");
  try {
    const { status } = spawnSync(
      process.execPath,
      [path.join(root, "bin", "ts.cjs"), "sandbox/preview.ts", stack, "--json"],
      {
        cwd: root,
        env: { ...process.env, [reportVariable]: file },
        // Progress goes to the terminal. The failures that it may end with are in the report, told once.
        stdio: ["ignore", "ignore", progress ? "inherit" : "ignore"],
      },
    );
    if (!existsSync(file)) {
      throw new CannotRun(
        `The preview of ${stack} ended with exit code ${status ?? 1} before anything was judged; see: npm run preview -- ${stack}`,
      );
    }
    return fromPortable(JSON.parse(readFileSync(file, "utf8")) as PortableReport, rules);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
