// node bin/ts.cjs registrations/cli.ts (<stack> | --state <file>): what is registered, as JSON, for commands that must not
// load the Pulumi SDK themselves. Exit code 1, with the sentences on standard error: it could not be read.
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Problem, renderProblems } from "../model/problem";
import { type RegisteredGraph, stackOfUrn } from "../model/order/graph";
import { catalogue } from "../stacks/altlas";
import { tryLoadPlatform } from "../stacks/platform";
import { projectFolderAbove, readStackFile } from "../stacks/settings/file";
import { orderNodes } from "../policies/sources/nodes";
import { fromStateExport } from "../policies/sources/state";
import { nodesOf } from "./graph";
import { recordPlatform } from "./stack";

async function ofStack(stack: string): Promise<RegisteredGraph | { readonly problems: readonly Problem[] }> {
  const file = readStackFile(stack, projectFolderAbove(__dirname));
  if ("problems" in file) return file;
  const loaded = tryLoadPlatform(file.config, catalogue);
  if ("problems" in loaded) return loaded;
  // As in a first preview: what only an update knows is unknown, so that nothing is proven by a made-up value.
  const { registrations } = await recordPlatform(loaded, { stack, preview: true });
  return {
    source: `the program of stack ${stack}, run against a recording monitor`,
    stack,
    nodes: nodesOf(registrations),
  };
}

function ofState(file: string): RegisteredGraph {
  const resources = fromStateExport(JSON.parse(readFileSync(file, "utf8")));
  const nodes = orderNodes(resources);
  const stack = nodes.flatMap(({ urn }) => stackOfUrn(urn) ?? [])[0] ?? "(without resources)";
  return { source: `the state in ${path.basename(file)}`, stack, nodes };
}

async function main([first = "", second = ""]: readonly string[]): Promise<number> {
  const graph = first === "--state" ? ofState(second) : await ofStack(first);
  if ("problems" in graph) {
    process.stderr.write(`${renderProblems(`What stack ${first} registers cannot be said`, graph.problems)}\n`);
    return 1;
  }
  process.stdout.write(JSON.stringify(graph));
  return 0;
}

void (async () => {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
})();
