import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { carefulServices } from "../manifests";
import { compare, type Measure, ratioOf } from "../measure";
import { root, runNode } from "../process";

const objects = 600;
const ours = "ours";
const cdk8s = "cdk8s";

/** Both read the same JSON and write one file of YAML for each object into an empty folder. */
export const render: Measure = {
  name: "render",
  question: `How long does it take to write ${objects} manifests, against cdk8s?`,
  async run(options) {
    const folder = path.join(root, "node_modules", ".cache", "altlas", "bench", "render");
    const source = path.join(folder, "manifests.json");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(source, JSON.stringify([...carefulServices(objects)].flatMap((service) => service.objects)));
    const program = (name: string, file: string) => ({
      name,
      run: async () => {
        const target = path.join(folder, name);
        rmSync(target, { recursive: true, force: true });
        const program = path.join("tests", "bench", "programs", file);
        const sample = await runNode({ arguments: [path.join("bin", "ts.cjs"), program, source, target] });
        const written = readdirSync(target, { recursive: true }).filter((name) => String(name).endsWith(".yaml"));
        if (written.length !== objects) throw new Error(`${name} wrote ${written.length} files`);
        return sample;
      },
    });
    const medians = await compare([program(ours, "render-ours.ts"), program(cdk8s, "render-cdk8s.ts")], options);
    rmSync(folder, { recursive: true });
    return {
      medians: [...medians.values()],
      ratios: [ratioOf(`ours : cdk8s, ${objects} manifests`, 1, medians.get(ours), medians.get(cdk8s))],
    };
  },
};
