import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { recordStack } from "../../support/program";
import { type PropertyValue, unknownValue } from "../../../registrations/property-values";
import { compare, type Measure, ratioOf } from "../measure";
import { root } from "../process";
import { ourWay, runProgram } from "../program";

const ours = "ours";
const bare = "the same objects, bare";

/** What the model, its checks and the components cost on top of what any program pays for the same objects. */
export const programStart: Measure = {
  name: "program-start",
  question: "How long does the program take, against one that registers the same objects without model and components?",
  async run(options) {
    const entry = await writeBareProgram();
    const medians = await compare(
      [
        { name: ours, run: () => runProgram(ourWay()) },
        { name: bare, run: () => runProgram(ourWay(entry)) },
      ],
      options,
    );
    return {
      medians: [...medians.values()],
      ratios: [ratioOf("ours : bare", 1.25, medians.get(ours), medians.get(bare))],
    };
  },
};

/** A program of nothing but `new Kind(name, inputs)`, each class by its sub-path. */
async function writeBareProgram(): Promise<string> {
  const { registrations } = await recordStack("dev");
  const lines = registrations
    .filter(({ custom }) => custom)
    .map(({ type, name, inputs }) => {
      const { module, className } = classOf(type);
      return `new (require(${JSON.stringify(module)}).${className})(${JSON.stringify(name)}, ${literal(inputs)});`;
    });
  const folder = path.join(root, "node_modules", ".cache", "altlas", "bench");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "bare.cjs");
  writeFileSync(file, `const { secret } = require("@pulumi/pulumi");\n${lines.join("\n")}\n`);
  return file;
}

/** Where the SDKs keep the class of a type token, by the narrowest path. */
function classOf(type: string): { module: string; className: string } {
  const [packageName = "", modulePath = "", kind = ""] = type.split(":");
  if (packageName === "pulumi") return { module: `@pulumi/${kind}/provider`, className: "Provider" };
  if (packageName === "random")
    return { module: `@pulumi/random/${modulePath.replace("index/", "")}`, className: kind };
  // Folders are named by the first word of the API group: networking.k8s.io/v1 is in networking/v1.
  return { module: `@pulumi/${packageName}/${modulePath.replace(/^([a-z]+)\.[^/]+/, "$1")}`, className: kind };
}

/** A recorded value as source text, secrets as secrets. */
function literal(value: PropertyValue | Readonly<Record<string, PropertyValue>>): string {
  if (value === unknownValue) throw new Error("the recording of an update holds an unknown value");
  if (Array.isArray(value)) return `[${value.map((item: PropertyValue) => literal(item)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const object = value as Readonly<Record<string, PropertyValue>>;
  if (object.$secret !== undefined) return `secret(${literal(object.$secret)})`;
  return `{${Object.entries(object)
    .map(([key, item]) => `${JSON.stringify(key)}:${literal(item)}`)
    .join(",")}}`;
}
