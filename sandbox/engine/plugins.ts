import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { projectRoot } from "../paths";
import { tools } from "../toolchain/tools";

/** A plugin of the sandbox and where the engine looks for it below its home folder. */
export interface EnginePlugin {
  kind: "language" | "resource";
  name: string;
  /** The version the engine asks for; the installed SDK decides it for a provider. */
  version: string;
  /** The source that serves it, relative to the project. */
  entry: string;
  /** Load packages from the clone instead of bundling them. */
  externalPackages?: boolean;
}

/** Version of an installed npm package of the project. */
function installedVersion(name: string, root: string): string {
  const manifest = path.join(root, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}

/** The plugins the sandbox brings: everything the program needs, so that the engine downloads nothing. */
export function enginePlugins(root = projectRoot()): EnginePlugin[] {
  const provider = (name: string): EnginePlugin => ({
    kind: "resource",
    name,
    version: installedVersion(`@pulumi/${name}`, root),
    entry: `sandbox/plugins/${name}/main.ts`,
  });
  return [
    {
      kind: "language",
      name: "nodejs",
      version: tools.pulumi.version,
      entry: "sandbox/plugins/language-nodejs/main.ts",
    },
    provider("random"),
    // Reads the declarations of the installed SDK, which are its schema.
    { ...provider("aws"), externalPackages: true },
    // The SDK's component server loads the TypeScript compiler and npm's resolver, which do not survive bundling.
    { ...provider("kubernetes"), externalPackages: true },
  ];
}

/** Folder of a plugin below the engine's home, as the engine names it. */
export function pluginFolder(home: string, { kind, name, version }: EnginePlugin): string {
  return path.join(home, "plugins", `${kind}-${name}-v${version}`);
}

/** Everything a bundle is made from: the sandbox's sources, the loader's settings and the locked packages. */
function sourceStamp(root: string): string {
  const hash = createHash("sha256");
  const add = (file: string) => hash.update(path.relative(root, file)).update("\0").update(readFileSync(file));
  const folder = path.join(root, "sandbox");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) add(file);
  add(path.join(root, "package-lock.json"));
  return hash.digest("hex").slice(0, 16);
}

/** Writes `text` so that a process reading at the same time sees the old or the new file, never half of one. */
function writeAtomically(file: string, text: string, mode = 0o644): void {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const temporary = `${file}.${String(process.pid)}`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
}

function bundle(root: string, plugin: EnginePlugin, stamp: string): string {
  const folder = path.join(root, "node_modules", ".cache", "altlas", "plugins");
  const file = path.join(folder, `${plugin.kind}-${plugin.name}-${stamp}.cjs`);
  if (existsSync(file)) return readFileSync(file, "utf8");
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, plugin.entry)],
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    packages: plugin.externalPackages === true ? "external" : "bundle",
    logLevel: "error",
    write: false,
  });
  const text = outputFiles[0]?.text ?? "";
  mkdirSync(folder, { recursive: true });
  writeAtomically(file, text);
  return text;
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Installs the sandbox's plugins into the engine's home folder and returns their folders. Costs next to nothing when
 * they are in place, so every command calls it: the start scripts name the clone that was used last.
 *
 * @param home the engine's home folder (PULUMI_HOME)
 */
export function installPlugins(home: string, root = projectRoot()): string[] {
  const stamp = sourceStamp(root);
  const node = path.join(root, "node_modules", ".bin", "node");
  return enginePlugins(root)
    .filter(({ entry }) => existsSync(path.join(root, entry)))
    .map((plugin) => {
      const folder = pluginFolder(home, plugin);
      mkdirSync(folder, { recursive: true });
      writeAtomically(path.join(folder, "plugin.cjs"), bundle(root, plugin, stamp));
      const exec = `exec ${quoted(node)} --enable-source-maps ${quoted(path.join(folder, "plugin.cjs"))} "$@"`;
      // Only where it is needed: the language host would hand it on to programs, which then found packages they lack.
      const packages = `NODE_PATH=${quoted(path.join(root, "node_modules"))}\nexport NODE_PATH\n`;
      const script = `#!/bin/sh\n${plugin.externalPackages === true ? packages : ""}${exec}\n`;
      writeAtomically(path.join(folder, `pulumi-${plugin.kind}-${plugin.name}`), script, 0o755);
      // A folder with this mark beside it is an installation that was interrupted; the engine ignores it.
      rmSync(`${folder}.partial`, { force: true });
      return folder;
    });
}
