// `npm run check`: types, lint, format and the direction of imports, side by side; prints what each found wrong.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";

interface Check {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly remedy: string;
}

const rooms = [
  "model",
  "components",
  "infra",
  "bootstrap",
  "stacks",
  "policies",
  "reports",
  "render",
  "promote",
  "rehearsals",
  "registrations",
  "predestroy",
  "changes",
  "sandbox",
  "tests",
  "bin",
];
const checkers = String(Math.min(4, availableParallelism()));
const checks: readonly Check[] = [
  {
    name: "types",
    command: "node",
    // Each checker looks at shared types anew; more of them than cores only cost.
    arguments: ["node_modules/typescript-7/bin/tsc", "-p", "tsconfig.json", "--checkers", checkers],
    remedy: "mend the types",
  },
  { name: "lint", command: "eslint", arguments: ["."], remedy: "eslint --fix mends some" },
  { name: "format", command: "prettier", arguments: ["--check", "."], remedy: "npm run format" },
  {
    name: "imports",
    command: "depcruise",
    arguments: rooms,
    remedy: "see .dependency-cruiser.cjs for who may import whom",
  },
];

function run(check: Check): Promise<{ check: Check; seconds: number; code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(check.command, check.arguments, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ check, seconds: (performance.now() - started) / 1000, code: code ?? 1, output });
    });
  });
}

async function main(): Promise<void> {
  const results = await Promise.all(
    checks.map(async (check) => {
      const result = await run(check);
      const verdict = result.code === 0 ? "ok" : "FAILED";
      process.stdout.write(`${check.name.padEnd(8)} ${verdict.padEnd(7)} ${result.seconds.toFixed(1)} s\n`);
      return result;
    }),
  );
  for (const { check, output, code } of results) {
    if (code !== 0) process.stdout.write(`\n--- ${check.name} (${check.remedy})\n${output}`);
  }
  process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0;
}

void main();
