import { readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { evaluate } from "../evaluate";
import { Graph } from "../graph/graph";
import { type Notice } from "../notice";
import { type Judgement } from "../outputs/judgement";
import { restrict } from "../portable";
import { type Rule } from "../rule";
import { type PolicySettings, readPolicySettings, withBeneath } from "../settings";
import { fromStateExport } from "../sources/state";
import { type ManifestSource, readManifests, readManifestText } from "../sources/yaml";
import { errorCode } from "../sources/yaml/files";
import { CannotRun } from "./cannot-run";
import { type Request } from "./options";
import { alternatives, settingsBeside, settingsFile, stackSettings } from "./settings";
import { judgeStack } from "./stack";
import { stackNames } from "./stack-files";

/** What the command needs to know of where it runs. */
export interface Surroundings {
  /** The project's folder. */
  readonly root: string;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Today as `YYYY-MM-DD`. */
  readonly today: string;
  /** Whether the preview may show its progress. */
  readonly progress: boolean;
  readonly readInput: () => Uint8Array;
  readonly rules: readonly Rule[];
}

/**
 * Judges what was asked for.
 *
 * @throws CannotRun, SettingsError or StateError when that is not possible.
 */
export function judge(request: Request, surroundings: Surroundings): Judgement {
  const { target } = request;
  const { folder, readInput } = surroundings;
  if (target === "-") {
    const source = readManifestText({ file: "(standard input)", bytes: readInput() });
    return judgeManifests(source, folder, request, surroundings, false);
  }
  const place = path.resolve(folder, target);
  const found = statOf(place, target);
  if (found === undefined) return judgeByPreview(request, surroundings);
  const describe = (file: string) => displayed(file, folder);
  if (found.isDirectory()) {
    const passOver = new Set([path.join(place, settingsFile)]);
    return judgeManifests(readManifests(place, describe, passOver), place, request, surroundings, true);
  }
  if (path.extname(place).toLowerCase() === ".json") {
    const document = readJson(place, target);
    if (!isManifest(document)) return judgeState(document, request, surroundings);
  }
  return judgeManifests(readManifests(place, describe), path.dirname(place), request, surroundings, false);
}

function judgeByPreview(request: Request, { root, rules, progress, folder }: Surroundings): Judgement {
  const { target, environment, stack, only, level } = request;
  const names = stackNames(root);
  if (!names.includes(target)) {
    throw new CannotRun(
      `"${target}" is neither a file or folder in ${folder} nor a stack. ${alternatives(target, names)}`,
    );
  }
  for (const [name, value] of Object.entries({ stack, environment })) {
    if (value === undefined) continue;
    throw new CannotRun(
      `--${name} is for exports and YAML; the stack ${target} has its own settings in Pulumi.${target}.yaml.`,
    );
  }
  const report = judgeStack(target, root, rules, progress);
  return { target, report: only ? restrict(report, only) : report, notices: [], ...(level && { level }) };
}

function judgeState(document: unknown, request: Request, surroundings: Surroundings): Judgement {
  const { root, rules, today } = surroundings;
  const resources = fromStateExport(document);
  const own = resources.flatMap(({ urn }) => /^urn:pulumi:([^:]+)::/.exec(urn ?? "")?.[1] ?? [])[0];
  const fallback = own !== undefined && stackNames(root).includes(own) ? own : undefined;
  const stack = request.stack ?? fallback;
  const settings = stack === undefined ? readPolicySettings({}, rules) : stackSettings(root, stack, rules);
  const report = evaluate(new Graph(withBeneath(resources, settings)), {
    rules,
    ...(request.only && { chosen: request.only }),
    settings: inEnvironment(settings, request.environment),
    today,
  });
  return { target: request.target, report, notices: [], ...(request.level && { level: request.level }) };
}

function judgeManifests(
  { resources, notices, locate }: ManifestSource,
  beside: string,
  { target, stack, environment, only, level }: Request,
  { root, rules, today }: Surroundings,
  whole: boolean,
): Judgement {
  if (resources.length === 0) throw new CannotRun(nothingFound(target, notices));
  const own = stack === undefined ? settingsBeside(beside, rules) : stackSettings(root, stack, rules);
  const settings = inEnvironment(own ?? readPolicySettings({}, rules), environment);
  const report = evaluate(new Graph(withBeneath(resources, settings)), {
    rules,
    ...(only && { chosen: only }),
    settings,
    today,
    // An exemption may be for what was not read.
    complete: whole && notices.every(({ level: each }) => each === "note"),
  });
  return { target, report, notices, locate, ...(level && { level }) };
}

function nothingFound(target: string, notices: readonly Notice[]): string {
  const lines = notices.map(({ file, line, text }) => {
    const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
    return `  ${place}${text}`;
  });
  const most = 20;
  const more = lines.length > most ? [`  … and ${lines.length - most} more`] : [];
  return [`There is no Kubernetes object to judge in ${target}.`, ...lines.slice(0, most), ...more].join("\n");
}

function inEnvironment(settings: PolicySettings, environment: string | undefined): PolicySettings {
  return environment === undefined ? settings : { ...settings, environment };
}

/** A path as a reader of the output knows it: relative to where the command runs, when it is below. */
function displayed(file: string, folder: string): string {
  const relative = path.relative(folder, file);
  return relative === "" || relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
}

function statOf(place: string, target: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    throw new CannotRun(`${target} cannot be read (${errorCode(error)}). Make it readable, or name another target.`);
  }
}

function readJson(place: string, target: string): unknown {
  try {
    return JSON.parse(readFileSync(place, "utf8"));
  } catch (error) {
    throw new CannotRun(`${target} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isManifest(document: unknown): boolean {
  return typeof document === "object" && document !== null && ("kind" in document || "apiVersion" in document);
}
