import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { carefulServices } from "../manifests";
import { compare, type Measure, type Sample } from "../measure";
import { root, runNode } from "../process";

const sizes = [1_250, 2_500, 5_000] as const;

/** Twice the objects may take twice the time, and a tenth for what a machine does besides. */
const goal = 2.2;

/** `npm run policy` on a folder of YAML, all rules. */
export const policyCommand: Measure = {
  name: "policy-command",
  question: "Does the policy command's time grow in step with the number of objects?",
  async run(options) {
    const folder = path.join(root, "node_modules", ".cache", "altlas", "bench", "manifests");
    rmSync(folder, { recursive: true, force: true });
    const contenders = sizes.map((size) => {
      const where = path.join(folder, String(size));
      writeManifests(where, size);
      return {
        name: `${size} objects`,
        run: () =>
          runNode({
            arguments: [path.join(root, "bin", "ts.cjs"), "policies/cli.ts", where, "--json"],
            // What the rules find in so many equal services is not what is measured.
            expected: [0, 1],
          }),
      };
    });
    const medians = await compare(contenders, options);
    rmSync(folder, { recursive: true });
    const seconds = contenders.map(({ name }) => medians.get(name)?.seconds ?? Number.NaN);
    const [small = Number.NaN, middle = Number.NaN, large = Number.NaN] = seconds;
    return {
      medians: [...medians.values()] satisfies (Sample & { name: string })[],
      ratios: [
        // Differences, so that the start of Node.js and of the rules does not hide what grows.
        { title: "further time, 2,500 to 5,000 : 1,250 to 2,500", value: (large - middle) / (middle - small), goal },
      ],
    };
  },
};

/** Careful services, a file for each, until there are so many objects. */
function writeManifests(folder: string, size: number): void {
  mkdirSync(folder, { recursive: true });
  for (const { namespace, objects } of carefulServices(size)) {
    writeFileSync(path.join(folder, `${namespace}.yaml`), objects.map((object) => dump(object)).join("---\n"));
  }
}
