import { rmSync } from "node:fs";
import path from "node:path";
import { projectRoot, stateFolder as usualStateFolder } from "../paths";
import { type Progress, type Step } from "../progress";
import { ensureTools } from "../toolchain";
import {
  absentKubeconfig,
  childEnvironment,
  engineEnvironment,
  type EngineFolders,
  engineFolders,
  makeEngineFolders,
} from "./environment";
import { describeChanges, type Digest } from "./events";
import { installPlugins } from "./plugins";
import { type PulumiResult, type PulumiRun, runPulumi } from "./pulumi";
import { ensureStack, projectName, stackBeneath, stackFile, type StackPlace, writableConfig } from "./stack";
import { tidy } from "./tidy";

/** What {@link openEngine} is told. */
export interface SessionOptions {
  stack: string;
  progress: Progress;
  /** Kubeconfig for the program, or "none" for a preview without a cluster; default the local control plane's. */
  kubeconfig?: string;
  /** Folder of the sandbox; default the user's one. */
  stateFolder?: string;
  /** Folder with Pulumi.yaml; default the clone. */
  project?: string;
  /** Use an empty state that is gone afterwards. */
  temporary?: boolean;
}

/** The engine, ready to work on one stack. */
export interface EngineSession {
  run: PulumiRun;
  place: StackPlace;
  folders: EngineFolders;
  /** The stack's configuration file, or the copy the engine may write to. */
  config: string;
  logFile: string;
  /** Removes what was temporary. */
  close: () => void;
}

/** Gets the CLI and the plugins in place and makes the stack. Nothing outside the sandbox's folders is written. */
export async function openEngine(options: SessionOptions): Promise<EngineSession> {
  const project = options.project ?? projectRoot();
  const stateFolder = options.stateFolder ?? usualStateFolder();
  const file = stackFile(project, options.stack);
  const { pulumi } = await ensureTools(["pulumi"], options.progress);
  const usual = engineFolders(stateFolder);
  const temporary = path.join(path.dirname(usual.state), `temporary-${String(process.pid)}`);
  const folders = options.temporary === true ? { ...usual, state: path.join(temporary, "state") } : usual;
  makeEngineFolders(folders);
  tidy(usual);
  installPlugins(folders.home);
  const kubeconfig = options.kubeconfig === "none" ? absentKubeconfig(stateFolder) : options.kubeconfig;
  const engine = engineEnvironment({
    stateFolder,
    stateUrlFolder: folders.state,
    cliFolder: path.dirname(pulumi),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const logFile = path.join(folders.logs, `${options.stack}-${new Date().toISOString().replaceAll(":", "-")}.log`);
  const run = { cli: pulumi, project, environment: childEnvironment(engine), logFile };
  const place = { project: projectName(project), stack: options.stack, state: folders.state };
  const scratch = options.temporary === true ? temporary : path.dirname(usual.state);
  const config = writableConfig(file, path.join(scratch, "config"));
  await ensureStack(place, config, run);
  // In an empty state the stack beneath is there and tells nothing, as before it is first brought up.
  const beneath = options.temporary === true ? stackBeneath(config, place.project) : undefined;
  if (beneath !== undefined && beneath !== place.stack) await ensureStack({ ...place, stack: beneath }, config, run);
  const close = () => rmSync(temporary, { recursive: true, force: true });
  return { run, place, folders, config, logFile, close };
}

/** Arguments that every operation on the stack of a session needs. */
export function stackArguments({ place, config, run }: EngineSession): string[] {
  const own = path.dirname(config) === run.project ? [] : ["--config-file", config];
  return ["--stack", place.stack, ...own];
}

/** One line on how far an operation is. */
export function describeProgress(digest: Digest): string {
  const [current] = digest.inProgress.values();
  const more = digest.inProgress.size > 1 ? ` and ${digest.inProgress.size - 1} more` : "";
  return `${digest.finished} resources done${current === undefined ? "" : `; ${current}${more}`}`;
}

/** Runs an operation of the engine as one step of the progress. */
export async function runOperation(
  session: EngineSession,
  operation: "up" | "preview" | "refresh" | "destroy",
  args: string[],
  progress: { progress: Progress; label: string; next?: string },
): Promise<PulumiResult> {
  const step: Step = progress.progress.step(progress.label, progress.next);
  const onEvent = (digest: Digest) => step.update(describeProgress(digest));
  const result = await runPulumi([operation, ...stackArguments(session), "--json", ...args], {
    ...session.run,
    onEvent,
  });
  if (result.code === 0) step.done(describeChanges(result.digest.changes ?? {}, operation === "preview"));
  else step.fail(result.interrupted ? "interrupted" : "failed");
  return result;
}
