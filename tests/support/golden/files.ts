import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { type Recording, type Registration } from "../../../registrations/record";
import { projectFolder } from "../stack";
import { keyOf, written, type WrittenRegistration } from "./written";

/** The stacks whose registrations are committed. */
export const goldenStacks = ["beta", "dev"] as const;

/** The command that accepts what the program registers now. */
export const updateCommand = "npm run golden:update";

/** The file with what the program returns. */
export const outputsFile = "outputs.yaml";

/** The file with the key of every registration, one a line: what the engine calls a resource, apart from its stack. */
export const keysFile = "urns.txt";

/** Folder of a stack's golden files. */
export function goldenFolder(stack: string): string {
  return path.join(projectFolder, "tests", "golden", stack);
}

/**
 * A recording as files: one for each component at the root with all that is below it, one for each kind of the other
 * resources, one for the outputs and one for the keys.
 */
export function goldenFiles(recording: Recording): Map<string, string> {
  const byKey = new Map(recording.registrations.map((registration) => [registration.key, registration]));
  const all = written(recording.registrations);
  const groups = new Map<string, WrittenRegistration[]>();
  for (const registration of recording.registrations) {
    const file = fileOf(rootOf(registration, byKey));
    groups.set(file, [...(groups.get(file) ?? []), all.get(registration.key)!]);
  }
  const files = new Map([...groups].map(([file, registrations]) => [file, toYaml(registrations)]));
  files.set(outputsFile, toYaml(recording.outputs));
  files.set(keysFile, recording.registrations.map(({ key }) => `${key}\n`).join(""));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rootOf(registration: Registration, byKey: ReadonlyMap<string, Registration>): Registration {
  const parent = registration.parent === undefined ? undefined : byKey.get(registration.parent);
  return parent ? rootOf(parent, byKey) : registration;
}

function fileOf(root: Registration): string {
  if (root.type.startsWith("pulumi:providers:")) return "Provider.yaml";
  return `${root.custom ? (root.type.split(":").at(-1) ?? root.type) : root.name}.yaml`;
}

function toYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** The committed files of a stack by name; none when the folder does not exist. */
export function readGoldenFiles(stack: string): Map<string, string> {
  const folder = goldenFolder(stack);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

/** The committed keys of a stack, in order. */
export function committedKeys(stack: string): string[] {
  return (readGoldenFiles(stack).get(keysFile) ?? "").split("\n").filter(Boolean);
}

/** The registrations in golden files, by key. */
export function readRegistrations(files: ReadonlyMap<string, string>): Map<string, WrittenRegistration> {
  const lists = [...files].filter(([name]) => name.endsWith(".yaml") && name !== outputsFile);
  const registrations = lists.flatMap(([, text]) => load(text) as WrittenRegistration[]);
  return new Map(registrations.map((registration) => [keyOf(registration), registration]));
}

/** Replaces a stack's golden files; returns the names of those that are new, different or gone. */
export function writeGoldenFiles(stack: string, files: ReadonlyMap<string, string>): string[] {
  const folder = goldenFolder(stack);
  const old = readGoldenFiles(stack);
  mkdirSync(folder, { recursive: true });
  const different = [...files].filter(([name, text]) => old.get(name) !== text);
  for (const [name, text] of different) writeFileSync(path.join(folder, name), text);
  const gone = [...old.keys()].filter((name) => !files.has(name));
  for (const name of gone) rmSync(path.join(folder, name));
  return [...different.map(([name]) => name), ...gone].sort();
}
