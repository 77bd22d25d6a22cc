import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Console, run } from "../../policies/command/run";
import { rules } from "../../policies/rules";
import { projectFolder } from "../support/stack";
import { today } from "./fixtures";

/** What a run of the command came to. */
export interface PolicyRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process: what the command line does, without the time to start one. */
export function runPolicy(args: readonly string[], where: Partial<Console> = {}): PolicyRun {
  let [stdout, stderr] = ["", ""];
  const status = run(args, {
    root: projectFolder,
    folder: projectFolder,
    today,
    rules,
    version: "0.1.0",
    progress: false,
    colour: false,
    readInput: () => new Uint8Array(),
    write: (text) => (stdout += text),
    writeError: (text) => (stderr += text),
    ...where,
  });
  return { status, stdout, stderr };
}

/** A folder with some files, by path below it. */
export class Folder {
  public readonly path = mkdtempSync(path.join(tmpdir(), "altlas-manifests-"));

  public constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  public write(name: string, content: string | Uint8Array): string {
    const file = path.join(this.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  public remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Manifests that break a few rules, and whose property lines are known. */
export const faulty = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
data:
  DB_PASSWORD: not-a-real-one
`;

/** An object that breaks no rule by itself. */
export const faultless = `apiVersion: v1
kind: ConfigMap
metadata:
  name: faultless
  namespace: shop
data:
  level: info
`;

/** Options that let only the rule run which {@link faulty} breaks and {@link faultless} keeps. */
export const onlySecrets = ["--only", "ALT-K8S-040"];
