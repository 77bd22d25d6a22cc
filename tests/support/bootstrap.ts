import path from "node:path";
import { createBootstrap } from "../../bootstrap/resources";
import { readBootstrap } from "../../bootstrap/load";
import { type BootstrapSettings } from "../../bootstrap/settings";
import { readStackFile } from "../../stacks/settings/file";
import { type Recording, recordRegistrations } from "../../registrations/record";
import { projectFolder } from "./stack";

/** Folder of the project that makes what an account needs before the platform's stacks. */
export const bootstrapFolder = path.join(projectFolder, "bootstrap");

/** The configuration of an account as the engine gives it, with keys of `changes` replaced or, by `undefined`, taken away. */
export function bootstrapConfig(changes: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const read = readStackFile("beta", bootstrapFolder);
  if ("problems" in read) throw new Error("no configuration of the account of beta");
  const config = new Map(Object.entries(read.config));
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) config.delete(`altlas:${key}`);
    else config.set(`altlas:${key}`, typeof value === "string" ? value : JSON.stringify(value));
  }
  return Object.fromEntries(config);
}

/** The settings of an account. @throws when they have a problem. */
export function bootstrapSettings(changes: Readonly<Record<string, unknown>> = {}): BootstrapSettings {
  const read = readBootstrap(bootstrapConfig(changes));
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.settings;
}

/** What the program registers for the account of beta. */
export function recordBootstrap({
  changes,
  preview = false,
}: { readonly changes?: Readonly<Record<string, unknown>>; readonly preview?: boolean } = {}): Promise<Recording> {
  const settings = bootstrapSettings(changes);
  return recordRegistrations(() => createBootstrap(settings), { project: "altlas-bootstrap", stack: "beta", preview });
}
