/** yaml.v2.ConfigFile and ConfigGroup: objects from manifest files, texts and literals. */
import fs from "node:fs";
import path from "node:path";
import { ProviderError } from "../wire/errors";
import { getFilled, getList, getText, isObject, type Plain, type PlainObject } from "../wire/properties";
import { flatten, readManifests } from "./manifests";

const ARGUMENTS: Record<string, string[]> = {
  ConfigFile: ["file", "resourcePrefix", "skipAwait"],
  ConfigGroup: ["files", "yaml", "objs", "resourcePrefix", "skipAwait"],
};

/** The objects that the component's arguments give, in their order. */
export function manifestObjects(component: "ConfigFile" | "ConfigGroup", inputs: PlainObject): PlainObject[] {
  const known = ARGUMENTS[component] ?? [];
  const unknown = Object.entries(inputs).filter(([key, value]) => value !== null && !known.includes(key));
  if (unknown.length > 0) {
    const names = unknown.map(([key]) => key).join(", ");
    throw new ProviderError(`${names}: no argument of a ${component}. Arguments are: ${known.join(", ")}.`);
  }
  if (component === "ConfigFile") {
    const file = getFilled(inputs, "file");
    if (file === undefined) throw new ProviderError("The ConfigFile names no file.");
    return fileObjects(file);
  }
  const files = texts(inputs.files).flatMap(expand).flatMap(fileObjects);
  const yaml = texts(inputs.yaml).flatMap((text, index) => readManifests(text, `The text yaml[${index}]`));
  const literals = isObject(inputs.objs) ? [inputs.objs] : getList(inputs, "objs");
  return [...flatten(literals, "The list objs"), ...yaml, ...files];
}

const texts = (value: Plain | undefined): string[] =>
  typeof value === "string" ? [value] : getList(value ?? null).filter((item) => typeof item === "string");

function expand(pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const found = fs.globSync(pattern).sort();
  if (found.length === 0)
    throw new ProviderError(`No file matches ${pattern} (in ${process.cwd()}). Correct the pattern.`);
  return found;
}

function fileObjects(file: string): PlainObject[] {
  if (/^[a-z]+:\/\//i.test(file)) {
    throw new ProviderError(
      `${file}: manifests from the network are not supported by the embedded provider. Commit the file and name its path.`,
    );
  }
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ProviderError(`The manifest ${path.resolve(file)} cannot be read (${code}). Correct the path.`);
  }
  return readManifests(text, `The manifest ${file}`);
}

/** The prefix of the children's names: the component's own name unless the program says otherwise. */
export const prefixOf = (name: string, inputs: PlainObject): string => getText(inputs, "resourcePrefix") ?? name;
