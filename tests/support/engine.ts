import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { dump } from "js-yaml";
import {
  childEnvironment,
  engineEnvironment,
  engineFolders,
  makeEngineFolders,
} from "../../sandbox/engine/environment";
import { type Digest } from "../../sandbox/engine/events";
import { installPlugins } from "../../sandbox/engine/plugins";
import { type PulumiResult, runPulumi } from "../../sandbox/engine/pulumi";
import { projectRoot } from "../../sandbox/paths";
import { ensureTools } from "../../sandbox/toolchain";

/** A Pulumi project made for one test. */
export interface ProjectOptions {
  /** The program: CommonJS source of program.cjs. */
  program: string;
  /** Source of further files, by their path in the project. */
  files?: Record<string, string>;
  /** `runtime.options` of Pulumi.yaml; default: plain JavaScript. */
  runtimeOptions?: Record<string, unknown>;
  /** The stack's configuration, without the project's name. */
  config?: Record<string, unknown>;
  /** CommonJS source of a policy pack, in the folder "pack". */
  policyPack?: string;
  /** Leave the packages out, as on a clone before `npm ci`. */
  withoutPackages?: boolean;
  /** Kubeconfig of the cluster; default: a file that does not exist. */
  kubeconfig?: string;
}

/** What `pulumi stack export` says of a resource. */
export interface ExportedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** A project, its stack "test", and a home and state of the engine of its own. */
export interface EngineProject {
  folder: string;
  /** The sandbox folder, with the engine's home and state. */
  sandbox: string;
  environment: Record<string, string>;
  cli: string;
  /** Runs the CLI; `up` and `preview` report through the digest. */
  pulumi: (...args: string[]) => Promise<PulumiResult>;
  up: (...args: string[]) => Promise<PulumiResult>;
  preview: (...args: string[]) => Promise<PulumiResult>;
  /** Stack outputs with secrets in clear. */
  outputs: () => Promise<Record<string, unknown>>;
  /** Resources in the state, with secrets in clear. */
  resources: () => Promise<ExportedResource[]>;
  /** Writes a file of the project anew. */
  write: (name: string, text: string) => void;
  /** Sets the stack's configuration anew. */
  configure: (config: Record<string, unknown>) => void;
  remove: () => void;
}

// Made by the sandbox's passphrase, as in Pulumi.dev.yaml; without it the engine would write one at the first command.
const SALT = "v1:AjEOxiPCRo8=:v1:XrtpLLpMmHA5maL4:MjsIaMXMXM/BaLfW0esKAsa4mB+mpA==";

/** Makes a project below the temporary folder; call `remove` in the end. */
export async function engineProject(options: ProjectOptions): Promise<EngineProject> {
  const { pulumi: cli } = await ensureTools(["pulumi"]);
  const base = mkdtempSync(path.join(tmpdir(), "altlas-engine-"));
  const folder = path.join(base, "project");
  const sandbox = path.join(base, "sandbox");
  const folders = engineFolders(sandbox);
  makeEngineFolders(folders);
  installPlugins(folders.home);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const runtime = { name: "nodejs", options: options.runtimeOptions ?? { typescript: false } };
  write("Pulumi.yaml", dump({ name: "fixture", runtime }));
  const dependencies = { "@pulumi/pulumi": "*", "@pulumi/random": "*", "@pulumi/kubernetes": "*", "@pulumi/aws": "*" };
  write("package.json", JSON.stringify({ name: "fixture", main: "program.cjs", dependencies }));
  write("program.cjs", options.program);
  for (const [name, text] of Object.entries(options.files ?? {})) write(name, text);
  if (options.policyPack !== undefined) {
    write("pack/PulumiPolicy.yaml", dump({ runtime: { name: "nodejs", options: { typescript: false } } }));
    write("pack/package.json", JSON.stringify({ name: "pack", version: "1.2.3", main: "index.js" }));
    write("pack/index.js", options.policyPack);
  }
  const packages = path.join(projectRoot(), "node_modules");
  if (options.withoutPackages !== true) symlinkSync(packages, path.join(folder, "node_modules"));
  const configure = (config: Record<string, unknown>) => {
    const named = Object.fromEntries(Object.entries(config).map(([key, value]) => [`fixture:${key}`, value]));
    write("Pulumi.test.yaml", dump({ encryptionsalt: SALT, config: named }));
  };
  configure(options.config ?? {});
  const engine = engineEnvironment({
    stateFolder: sandbox,
    cliFolder: path.dirname(cli),
    kubeconfig: options.kubeconfig ?? path.join(base, "no-cluster"),
  });
  const environment = childEnvironment(engine);
  const run = { cli, project: folder, environment };
  const pulumi = (...args: string[]) => runPulumi(args, run);
  await expectSuccess(pulumi("stack", "init", "test"));
  return {
    folder,
    sandbox,
    environment,
    cli,
    pulumi,
    up: (...args) => pulumi("up", "--stack", "test", "--yes", "--skip-preview", "--json", ...args),
    preview: (...args) => pulumi("preview", "--stack", "test", "--json", ...args),
    outputs: async () =>
      JSON.parse(
        (await expectSuccess(pulumi("stack", "output", "--stack", "test", "--json", "--show-secrets"))).stdout,
      ) as Record<string, unknown>,
    resources: async () => {
      const file = path.join(base, "export.json");
      const { stdout } = await expectSuccess(pulumi("stack", "export", "--stack", "test", "--show-secrets"));
      writeFileSync(file, stdout);
      const { deployment } = JSON.parse(stdout) as { deployment: { resources?: ExportedResource[] } };
      return deployment.resources ?? [];
    },
    write,
    configure,
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** The result of a command that must succeed. */
export async function expectSuccess(result: Promise<PulumiResult>): Promise<PulumiResult> {
  const finished = await result;
  if (finished.code !== 0) throw new Error(`pulumi ended with ${finished.code}:\n${failureText(finished)}`);
  return finished;
}

/** Everything a run said about its failure. */
export function failureText({ digest, stdout, stderr }: PulumiResult): string {
  const problems = [...digest.printed, ...digest.errors].map(({ resource = "", message }) => `${resource}: ${message}`);
  const violations = digest.violations.map(({ policyName, message }) => `${policyName}: ${message}`);
  return [...problems, ...violations, stderr, stdout].join("\n");
}

/** Names of the resources a run has made or would make, without the stack and the providers. */
export function madeNames(digest: Digest): string[] {
  const made = [...digest.seen].filter(([urn, operation]) => operation === "create" && !urn.includes("::pulumi:"));
  return made.map(([urn]) => urn.split("::")[3] ?? "").sort();
}
