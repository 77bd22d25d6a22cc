import { parseArgs } from "node:util";
import { type Catalogue } from "../model/platform";
import { renderProblems } from "../model/problem";
import { readManifests } from "../stacks/manifests";
import { renderManifests } from "./files";
import { FolderError, writeFolder, type Written } from "./folder";
import { secretsPage } from "./secrets";

const usage = `usage: npm run render -- <stack> <folder>
  Writes a stack as YAML, one file for each object, for "kubectl apply -R -f <folder>" or a GitOps tool. The folder holds
  nothing else; a later run replaces and removes only what an earlier one wrote. Secrets are listed in secrets.md, never
  written.
  Exit code: 0 written, 1 the stack's configuration has problems, 2 the command was not understood or the folder cannot
  be used.
`;

/** What the command prints, and how it ends. */
export interface Outcome {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: 0 | 1 | 2;
}

/** Where the command finds things. */
export interface CommandInput {
  readonly catalogue: Catalogue;
  readonly projectFolder: string;
}

/** Runs `render <stack> <folder>`. Prints nothing itself and never throws for wrong input. */
export function runCommand(given: readonly string[], { catalogue, projectFolder }: CommandInput): Outcome {
  const refused = (errors: string, exitCode: 1 | 2 = 2): Outcome => ({ output: "", errors, exitCode });
  let parsed;
  try {
    const options = { help: { type: "boolean", short: "h", default: false } } as const;
    parsed = parseArgs({ args: [...given], allowPositionals: true, options });
  } catch (error) {
    return refused(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  if (parsed.values.help) return { output: usage, errors: "", exitCode: 0 };
  const [stack, folder, ...more] = parsed.positionals;
  if (stack === undefined || folder === undefined || more.length > 0) return refused(usage);
  const read = readManifests(stack, projectFolder, catalogue);
  if ("problems" in read) return refused(`${renderProblems(`Stack ${stack} cannot be rendered`, read.problems)}\n`, 1);
  try {
    const files = [...renderManifests(read.manifests), secretsPage(stack, read.secrets)];
    const written = writeFolder(folder, files);
    return {
      output: report(stack, folder, read.manifests.length, read.secrets.length, written),
      errors: "",
      exitCode: 0,
    };
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    return refused(`${error.message}\n`);
  }
}

function report(stack: string, folder: string, objects: number, secrets: number, written: Written): string {
  const { added, changed, removed, same } = written;
  const counts = `${added} new, ${changed} changed, ${removed} removed, ${same} as they were`;
  const needs = secrets === 0 ? "" : `The Secrets that it needs are in ${folder}/secrets.md: ${secrets}.\n`;
  return (
    `Stack ${stack} in ${folder}: ${objects} objects; files: ${counts}.\n${needs}` +
    `Judge it with: npm run policy -- ${folder} --stack ${stack}\nApply it with: kubectl apply -R -f ${folder}\n`
  );
}
