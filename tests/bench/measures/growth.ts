import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compare, type Measure, ratioOf } from "../measure";
import { root } from "../process";
import { ourWay, runProgram } from "../program";

const copies = 4;
const small = "the services of dev";
const large = `${copies} times the services`;

/** Time and memory must grow with the number of services, not with its square. */
export const growth: Measure = {
  name: "growth",
  question: `What do ${copies} times the services cost, against those of dev?`,
  async run(options) {
    const entry = writeEntry();
    const runOf = (number: number) => () => {
      const { environment, ...way } = ourWay(entry);
      return runProgram({ ...way, environment: { ...environment, ALTLAS_BENCH_COPIES: String(number) } });
    };
    const medians = await compare(
      [
        { name: small, run: runOf(1) },
        { name: large, run: runOf(copies) },
      ],
      options,
    );
    const [one, many] = [medians.get(small), medians.get(large)];
    const more = (many?.registrations ?? Number.NaN) - (one?.registrations ?? Number.NaN);
    const memory = ((many?.megabytes ?? Number.NaN) - (one?.megabytes ?? Number.NaN)) / more;
    return {
      medians: [...medians.values()],
      ratios: [
        ratioOf("time, 4 times the services : one", 4.4, many, one),
        { title: "MB for each further registration", value: memory, goal: 0.35 },
      ],
    };
  },
};

function writeEntry(): string {
  const folder = path.join(root, "node_modules", ".cache", "altlas", "bench");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "many-services.cjs");
  const [runner, program] = [
    path.join(root, "bin", "ts.cjs"),
    path.join(root, "tests", "bench", "programs", "many-services.ts"),
  ].map((each) => JSON.stringify(each));
  writeFileSync(file, `module.exports = require(${runner}).load(${program});\n`);
  return file;
}
