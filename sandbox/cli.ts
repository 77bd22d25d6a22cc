import { type Command } from "./commands/command";
import { env } from "./commands/env";
import { logs } from "./commands/logs";
import { nearest } from "./commands/nearest";
import { helm, kubectl } from "./commands/passthrough";
import { reset } from "./commands/reset";
import { start } from "./commands/start";
import { status } from "./commands/status";
import { stop } from "./commands/stop";
import { tools } from "./commands/tools";
import { UsageError } from "./engine/arguments";
import { finish } from "./engine/finish";

/** The commands, in the order in which help lists them. */
const COMMANDS: Readonly<Record<string, Command>> = { start, stop, status, reset, logs, kubectl, helm, env, tools };

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
  return [
    "usage: npm run sandbox -- <command> [arguments]",
    "",
    ...lines,
    `  ${"help".padEnd(8)} this list, or how to use one command: help <command>`,
    "",
  ].join("\n");
}

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    const names = [...Object.keys(COMMANDS), "help"];
    throw new UsageError(`There is no command "${name}"${nearest(name, names)}\n\n${overview()}`);
  }
  return command;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (process.platform === "win32") {
    throw new UsageError("The sandbox runs on Linux and macOS; on Windows use the Windows Subsystem for Linux.");
  }
  if (name === undefined) {
    process.stderr.write(overview());
    return 2;
  }
  const asked = ["help", "-h", "--help"].includes(name) ? args[0] : undefined;
  if (asked !== undefined) {
    process.stdout.write(`usage: npm run sandbox -- ${find(asked).usage}\n`);
    return 0;
  }
  if (["help", "-h", "--help"].includes(name)) {
    process.stdout.write(overview());
    return 0;
  }
  const command = find(name);
  const ownHelp = command !== kubectl && command !== helm && args.some((word) => word === "--help" || word === "-h");
  if (ownHelp) {
    process.stdout.write(`usage: npm run sandbox -- ${command.usage}\n`);
    return 0;
  }
  return await command.run(args);
}

// "logs | head" closes the pipe when it has enough; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") {
    process.exit(0);
  }
  throw error;
});

void finish(main(process.argv.slice(2)));
