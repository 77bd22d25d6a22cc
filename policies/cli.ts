// npm run policy -- <stack | state.json | folder or file of YAML>: see command/help.ts
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { run } from "./command/run";
import { rules } from "./rules";

/** The bundle that runs lies in a cache folder; the project is the folder above it that has the Pulumi.yaml. */
function projectRoot(): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
  }
  throw new Error("there is no Pulumi.yaml above this command");
}

function main(): 0 | 1 | 2 {
  const { env } = process;
  const root = projectRoot();
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_SHA: commit } = env;
  return run(process.argv.slice(2), {
    root,
    rules,
    version,
    // npm runs scripts in the project's folder and says here where it was called.
    folder: env.INIT_CWD !== undefined && env.npm_lifecycle_event === "policy" ? env.INIT_CWD : process.cwd(),
    today: new Date().toISOString().slice(0, 10),
    progress: process.stderr.isTTY,
    colour: process.stdout.isTTY && (env.NO_COLOR ?? "") === "",
    readInput: () => readFileSync(0),
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    ...(server && repository && commit && { filesAt: `${server}/${repository}/blob/${commit}` }),
  });
}

// A reader that has seen enough (head, less) is no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
try {
  process.exitCode = main();
} catch (error) {
  // Whatever happens, a gate must neither pass nor take this for violations.
  process.exitCode = 2;
  const detail =
    error instanceof Error ? ((process.env.ALTLAS_DEBUG ?? "") === "" ? error.message : error.stack) : error;
  process.stderr.write(
    `The check failed by a fault of its own: ${String(detail)}\nPlease report it with what was judged; ALTLAS_DEBUG=1 shows more.\n`,
  );
}
