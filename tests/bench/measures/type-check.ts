import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { compare, type Measure, ratioOf } from "../measure";
import { root, runNode } from "../process";

const ours = "TypeScript 7, imports by sub-path";
const stock = "TypeScript 5.9, imports of the root";
/** Folders that are checked; the rest of the list are files. */
const rooms = (
  JSON.parse(readFileSync(path.join(root, "tsconfig.json"), "utf8")) as { include: string[] }
).include.filter((name) => !name.includes("*"));

/** What a pull request waits for, and an editor does all day. */
export const typeCheck: Measure = {
  name: "type-check",
  question: "How long does the type check of this tree take, against TypeScript 5.9 with root imports of the SDK?",
  async run(options) {
    const folder = copyWithRootImports();
    const check = (compiler: string, where: string, more: readonly string[]) => () =>
      runNode({
        arguments: [path.join(root, "node_modules", compiler, "bin", "tsc"), "-p", "tsconfig.json", ...more],
        folder: where,
      });
    const medians = await compare(
      [
        { name: ours, run: check("typescript-7", root, ["--checkers", String(Math.min(4, availableParallelism()))]) },
        { name: stock, run: check("typescript-5", folder, []) },
      ],
      options,
    );
    rmSync(folder, { recursive: true });
    return {
      medians: [...medians.values()],
      ratios: [ratioOf(`ours : ${stock}`, 0.3, medians.get(ours), medians.get(stock))],
    };
  },
};

/** The same sources; each file that imports a part of the Kubernetes SDK imports the whole of it too. */
function copyWithRootImports(): string {
  const folder = path.join(root, "node_modules", ".cache", "altlas", "bench", "root-imports");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const room of rooms) cpSync(path.join(root, room), path.join(folder, room), { recursive: true });
  for (const file of ["tsconfig.json", "package.json"]) cpSync(path.join(root, file), path.join(folder, file));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts") || entry.parentPath.includes("node_modules")) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = readFileSync(file, "utf8");
    if (!/from "@pulumi\/kubernetes\/[a-z]/.test(text)) continue;
    writeFileSync(file, `import * as wholeSdk from "@pulumi/kubernetes";\n${text}\nvoid wholeSdk;\n`);
  }
  return folder;
}
