import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compare, type Measure, ratioOf } from "../measure";
import { root } from "../process";
import { ourWay, runProgram } from "../program";

const small = "the services of dev";
const large = "4 times the services";
const huge = "16 times the services";

/**
 * Time and memory must grow with the number of services, not with its square. Memory is compared over the longer way: Node.js
 * lets its heap grow by some 50 MB before it collects for the first time, which is no cost of the registrations.
 */
export const growth: Measure = {
  name: "growth",
  question: "What do 4 and 16 times the services cost, against those of dev?",
  async run(options) {
    const entry = writeEntry();
    const runOf = (number: number) => () => {
      const { environment, ...way } = ourWay(entry);
      return runProgram({ ...way, environment: { ...environment, ALTLAS_BENCH_COPIES: String(number) } });
    };
    const medians = await compare(
      [
        { name: small, run: runOf(1) },
        { name: large, run: runOf(4) },
        { name: huge, run: runOf(16) },
      ],
      options,
    );
    const [one, many] = [medians.get(small), medians.get(large)];
    const further = (of: "megabytes" | "registrations") =>
      (medians.get(huge)?.[of] ?? Number.NaN) - (one?.[of] ?? Number.NaN);
    return {
      medians: [...medians.values()],
      ratios: [
        ratioOf("time, 4 times the services : one", 4.4, many, one),
        {
          title: "MB for each further registration",
          value: further("megabytes") / further("registrations"),
          goal: 0.35,
        },
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
