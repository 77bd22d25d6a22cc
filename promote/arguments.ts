import { parseArgs } from "node:util";
import { closest } from "fastest-levenshtein";
import { RequestError } from "./requests";

/** The command line of `npm run promote`. */
export interface Arguments {
  readonly help: boolean;
  readonly stack: string;
  /** `<service>=<tag>@<digest>` as typed. */
  readonly images: readonly string[];
  readonly from?: string;
  readonly tag?: string;
  /** File with digests; `-` is the standard input. */
  readonly digests?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const usage = `usage: npm run promote -- <stack> [<service>=<tag>[@<digest>] …] [--tag <tag>] [--from <stack>] [--digests <file>]
  Writes into Pulumi.<stack>.yaml which images the stack runs, and nothing else: comments, order and quotes stay. The next
  preview shows what it means; nothing is deployed.
  <service>=…   tag and digest of one image; =@<digest> keeps the tag. Wins over what follows
  --digests     file with one JSON object from names to "sha256:…" or "<tag>@sha256:…", as a pipeline writes it; - reads
                the standard input
  --tag         tag of all services that are not named
  --from        what another stack runs
  --dry-run     shows the change and writes nothing
  --json        the same for machines
  Exit code: 0 written, or nothing to change; 1 the stack's configuration has problems, or the promotion would unpin an
  image; 2 the command was not understood, or the file cannot be written.
`;

const options = {
  tag: { type: "string" },
  from: { type: "string" },
  digests: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the command line. @throws RequestError with a sentence for each way in which it can be wrong. */
export function readArguments(given: readonly string[]): Arguments {
  const { tokens } = parseArgs({ args: [...given], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const near = closest(token.name, Object.keys(options));
    throw new RequestError(`There is no option ${token.rawName}. Did you mean --${near}?`);
  }
  let parsed;
  try {
    parsed = parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    throw new RequestError(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
  const { values, positionals } = parsed;
  const [stack = "", ...images] = positionals;
  const { tag, from, digests, json, help, "dry-run": dryRun } = values;
  if (!help && (stack === "" || stack.includes("="))) {
    throw new RequestError("Name the stack first: npm run promote -- beta archive-service=1.4.2@sha256:…");
  }
  if (!help && images.length === 0 && tag === undefined && from === undefined && digests === undefined) {
    throw new RequestError(`Say what ${stack} is to run: <service>=<tag>@<digest>, --tag, --from or --digests.`);
  }
  return {
    help,
    stack,
    images,
    ...(from === undefined ? {} : { from }),
    ...(tag === undefined ? {} : { tag }),
    ...(digests === undefined ? {} : { digests }),
    dryRun,
    json,
  };
}
