// npm run diff -- <base> [<head>]: see options.ts
import path from "node:path";
import { CannotRun } from "../policies/command/cannot-run";
import { writeWhole } from "../policies/command/output-file";
import { projectRoot } from "../sandbox/paths";
import { createProgress } from "../sandbox/progress";
import { CannotCompare } from "./cannot-compare";
import { compareRevisions, Traces } from "./compare-revisions";
import { type Comparison, exitCodeOf } from "./comparison";
import { help, readRequest, type Request } from "./options";
import { renderJson } from "./outputs/json";
import { renderMarkdown } from "./outputs/markdown";
import { renderText } from "./outputs/text";

async function main(args: readonly string[]): Promise<number> {
  const request = readRequest(args);
  if (!request) {
    process.stdout.write(help);
    return 0;
  }
  const root = projectRoot();
  // The sides' packages are this clone's, and so is what Node has compiled of them.
  process.env.NODE_COMPILE_CACHE ??= path.join(root, "node_modules", ".cache", "node-compile");
  const traces = new Traces();
  const stop = () => {
    traces.remove();
    process.exit(130);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  try {
    const comparison = await compareRevisions({ ...request, root, progress: createProgress() }, traces);
    const text = render(comparison, request.format);
    if (request.output === undefined) process.stdout.write(text);
    else {
      writeWhole(path.resolve(calledFrom(), request.output), text);
      process.stdout.write(renderText(comparison));
    }
    return exitCodeOf(comparison);
  } finally {
    traces.remove();
  }
}

function render(comparison: Comparison, format: Request["format"]): string {
  switch (format) {
    case "text":
      return renderText(comparison);
    case "json":
      return renderJson(comparison);
    case "markdown":
      return renderMarkdown(comparison);
  }
}

/** npm runs scripts in the project's folder and says here where it was called. */
function calledFrom(): string {
  const { INIT_CWD: folder, npm_lifecycle_event: script } = process.env;
  return folder !== undefined && script === "diff" ? folder : process.cwd();
}

// A reader that has seen enough (head, less) is no fault of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
void (async () => {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.exitCode = 2;
    const told = error instanceof CannotCompare || error instanceof CannotRun;
    const detail = error instanceof Error ? (told ? error.message : error.stack) : String(error);
    process.stderr.write(told ? `${detail}\n` : `The comparison failed by a fault of its own:\n${detail}\n`);
  }
})();
