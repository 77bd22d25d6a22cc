import { execFile } from "node:child_process";
import path from "node:path";
import { projectFolder } from "../stack";

/** Runs the report on a database as `npm run report` does, without any of this process's own settings for PostgreSQL. */
export function runReport(
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PG"));
  // No password file either.
  const env = { ...Object.fromEntries(own), PGPASSFILE: path.join(projectFolder, "no-password-file"), ...environment };
  const entry = [path.join("bin", "ts.cjs"), path.join("reports", "cli.ts"), "database", ...given];
  return new Promise((resolve) => {
    execFile(process.execPath, entry, { cwd: projectFolder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}
