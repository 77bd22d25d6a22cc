// `npm run golden:update`: rewrites the golden files from what the program registers now. What vanishes without an alias
// would be deleted and made anew in every running environment, so that must be said: -- --accept-removed
import path from "node:path";
import { committedKeys, goldenFiles, goldenFolder, goldenStacks, writeGoldenFiles } from "../support/golden/files";
import { vanishedKeys } from "../support/golden/keys";
import { recordBootstrap } from "../support/bootstrap";
import { recordSplit, splitFiles, splitFolder } from "../support/golden/split";
import { recordStack } from "../support/program";

const acceptRemoved = "--accept-removed";

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((arg) => arg !== acceptRemoved);
  if (unknown.length > 0) {
    process.stderr.write(`Unknown argument ${unknown.join(" ")}; there is only ${acceptRemoved}.\n`);
    return 2;
  }
  for (const { stack, recording, files } of await recordAll()) {
    const vanished = vanishedKeys(committedKeys(stack), recording.registrations);
    if (vanished.length > 0 && !args.includes(acceptRemoved)) {
      process.stderr.write(
        [
          `Stack ${stack} would lose ${vanished.length} resources that no alias leads to:`,
          ...vanished.map((key) => `  ${key}`),
          "Where one was renamed or moved, give its new form an alias; otherwise the engine deletes it and makes another.",
          `If they are meant to go: npm run golden:update -- ${acceptRemoved}`,
          "",
        ].join("\n"),
      );
      return 1;
    }
    const changed = writeGoldenFiles(stack, files);
    const folder = path.relative(process.cwd(), goldenFolder(stack)) || ".";
    process.stdout.write(
      changed.length === 0
        ? `${folder}: ${recording.registrations.length} registrations, no change\n`
        : `${folder}: ${recording.registrations.length} registrations, changed ${changed.join(", ")}; review with git diff\n`,
    );
  }
  return 0;
}

/** Everything that is committed: whole stacks, and the layers of one that is split. */
async function recordAll() {
  const recorders = [
    ...goldenStacks.map((stack) => [stack, () => recordStack(stack)] as const),
    ["bootstrap-beta", recordBootstrap] as const,
  ];
  const whole = await Promise.all(
    recorders.map(async ([stack, record]) => {
      const recording = await record();
      return { stack, recording, files: goldenFiles(recording) };
    }),
  );
  const split = [...(await recordSplit())].map(([layer, recording]) => ({
    stack: splitFolder(layer),
    recording,
    files: splitFiles(recording),
  }));
  return [...whole, ...split];
}

void (async () => {
  process.exitCode = await main(process.argv.slice(2));
})();
