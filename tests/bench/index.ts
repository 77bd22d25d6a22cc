// `npm run bench [-- --only NAME[,NAME]] [--runs N] [--json] [--markdown]`: what the program, the rules and the tools cost,
// each as a ratio of two things that were run in turns on this machine. Exit code 1 when a goal is missed.
import { parseArgs } from "node:util";
import { renderTable } from "../../sandbox/engine/table";
import { type Measure, type MeasureResult, type Ratio } from "./measure";
import { growth } from "./measures/growth";
import { render } from "./measures/render";
import { policyCommand } from "./measures/policy-command";
import { policyPack } from "./measures/policy-pack";
import { programStart } from "./measures/program-start";
import { runMode } from "./measures/run-mode";
import { typeCheck } from "./measures/type-check";

const measures: readonly Measure[] = [runMode, programStart, growth, typeCheck, policyCommand, policyPack, render];

interface Outcome extends MeasureResult {
  readonly measure: Measure;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      runs: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is ${values.runs}; give a whole number, 1 or more`);
  const wanted = values.only?.split(",") ?? measures.map(({ name }) => name);
  const unknown = wanted.filter((name) => !measures.some((measure) => measure.name === name));
  if (unknown.length > 0) {
    throw new Error(`--only names ${unknown.join(", ")}; there is ${measures.map(({ name }) => name).join(", ")}`);
  }
  const outcomes: Outcome[] = [];
  for (const measure of measures.filter(({ name }) => wanted.includes(name))) {
    process.stderr.write(`${measure.name}: ${measure.question}\n`);
    const progress = (text: string) => process.stderr.write(`  ${text}\n`);
    outcomes.push({ measure, ...(await measure.run({ runs, progress })) });
  }
  process.stdout.write(
    values.json ? toJson(outcomes, runs) : values.markdown ? toMarkdown(outcomes) : toText(outcomes, runs),
  );
  return outcomes.every(({ ratios }) => ratios.every(isMet)) ? 0 : 1;
}

function isMet({ value, goal }: Ratio): boolean {
  return value <= goal;
}

function ratioRows(outcomes: readonly Outcome[]): string[][] {
  return outcomes.flatMap(({ measure, ratios }) =>
    ratios.map((ratio) => [
      measure.name,
      ratio.title,
      ratio.value.toFixed(2),
      ratio.processor?.toFixed(2) ?? "",
      `≤ ${ratio.goal}`,
      isMet(ratio) ? "yes" : "NO",
    ]),
  );
}

function medianRows(outcomes: readonly Outcome[]): string[][] {
  return outcomes.flatMap(({ measure, medians }) =>
    medians.map(({ name, seconds, processor, megabytes, registrations }) => [
      measure.name,
      name,
      seconds.toFixed(2),
      processor?.toFixed(2) ?? "",
      megabytes?.toFixed(0) ?? "",
      registrations?.toString() ?? "",
    ]),
  );
}

const ratioTitles = ["MEASURE", "RATIO", "TIME", "PROCESSOR", "GOAL", "MET"];
const medianTitles = ["MEASURE", "RUN", "SECONDS", "PROCESSOR", "MB", "REGISTRATIONS"];

function toText(outcomes: readonly Outcome[], runs: number): string {
  const table = (titles: string[], rows: string[][]) =>
    renderTable(
      titles.map((title, index) => (index < 2 ? { title } : { title, align: "right" })),
      rows,
    );
  const medians = table(medianTitles, medianRows(outcomes));
  return `${table(ratioTitles, ratioRows(outcomes))}\n\nMedians of ${runs} runs in turns:\n${medians}\n`;
}

/** The ratios as the table of docs/evidence.md. */
function toMarkdown(outcomes: readonly Outcome[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const titles = ["measure", "ratio", "time", "processor time", "goal", "met"];
  return `${[line(titles), line(titles.map(() => "---")), ...ratioRows(outcomes).map(line)].join("\n")}\n`;
}

function toJson(outcomes: readonly Outcome[], runs: number): string {
  const results = outcomes.map(({ measure, ratios, medians }) => ({
    measure: measure.name,
    ratios: ratios.map((ratio) => ({ ...ratio, met: isMet(ratio) })),
    medians,
  }));
  return `${JSON.stringify({ runs, results }, undefined, 2)}\n`;
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

void run();
