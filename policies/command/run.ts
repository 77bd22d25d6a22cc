import { renderJson } from "../outputs/json";
import { exitCodeOf, type Judgement } from "../outputs/judgement";
import { renderJunit } from "../outputs/junit";
import { renderMarkdown } from "../outputs/markdown";
import { renderSarif } from "../outputs/sarif";
import { renderText } from "../outputs/text";
import { SettingsError } from "../settings";
import { StateError } from "../sources/state";
import { CannotRun } from "./cannot-run";
import { explain } from "./explain";
import { help } from "./help";
import { judge, type Surroundings } from "./judge";
import { findRule, type Format, readCommand } from "./options";
import { writeWhole } from "./output-file";
import path from "node:path";

/** Where the command runs and writes. */
export interface Console extends Surroundings {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
  /** Version of this project. */
  readonly version: string;
  /** Absolute address of the repository's files, when it is known. */
  readonly filesAt?: string;
}

/** Runs the command. Returns its exit code; throws only what is a fault of this program. */
export function run(args: readonly string[], console: Console): 0 | 1 | 2 {
  try {
    return execute(args, console);
  } catch (error) {
    if (!(error instanceof CannotRun || error instanceof SettingsError || error instanceof StateError)) throw error;
    console.writeError(`${error.message}\n`);
    return 2;
  }
}

function execute(args: readonly string[], console: Console): 0 | 1 | 2 {
  const command = readCommand(args, console.rules);
  if (command.name === "help") {
    console.write(help);
    return 0;
  }
  const { request } = command;
  if (command.name === "explain") {
    console.write(explain(findRule(request.target, console.rules)));
    return 0;
  }
  const judgement = judge(request, console);
  const text = () => renderText(judgement, { colour: console.colour });
  if (request.output !== undefined) {
    writeWhole(path.resolve(console.folder, request.output), render(judgement, request.format, console));
    console.write(text());
  } else {
    console.write(request.format === "text" ? text() : render(judgement, request.format, console));
  }
  return exitCodeOf(judgement);
}

/** The report in a form for files and machines. */
function render(judgement: Judgement, format: Format | "text", { version, filesAt }: Console): string {
  const links = filesAt === undefined ? {} : { filesAt };
  switch (format) {
    case "text":
      return renderText(judgement, { colour: false });
    case "json":
      return renderJson(judgement);
    case "sarif":
      return renderSarif(judgement, { version, ...links });
    case "junit":
      return renderJunit(judgement);
    case "markdown":
      return renderMarkdown(judgement, links);
  }
}
