import { spawnSync } from "node:child_process";
import path from "node:path";
import { projectFolder } from "../stack";
import { type Document, type Problem, type Request } from "./requests";

export { awsInputs, type Document, type Problem, type Request, rows } from "./requests";

const script = path.join(projectFolder, "tests", "support", "aws-models", "check.py");

/** Holds calls against botocore's models and documents against parliament; one process for all of them. */
export function checkWithModels(
  command: string,
  given: { readonly requests: readonly Request[]; readonly documents: readonly Document[] },
): readonly Problem[] {
  const { requests, documents } = given;
  const run = spawnSync(command, [script], {
    input: JSON.stringify({ requests, documents }),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(`${command} ended with ${run.status}: ${run.error?.message ?? run.stderr}`);
  return (JSON.parse(run.stdout) as { problems: Problem[] }).problems;
}
