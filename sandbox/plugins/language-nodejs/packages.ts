import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** An installed npm package. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Folder with its package.json. */
  folder: string;
  /** Named in the project's own package.json. */
  direct: boolean;
  /** Set when the package is an SDK of a resource provider. */
  provider?: { name: string; version: string; server: string };
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    // Like Node itself: a folder without a readable manifest is no package.
    return undefined;
  }
}

/** The nearest folder at or above `start` with a package.json; `start` itself when there is none. */
export function packageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/** Where Node would find package `name` from `folder`. */
function locate(name: string, folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate);
    if (current === dirname(current)) return undefined;
  }
}

function describe(name: string, folder: string, manifest: Manifest, direct: boolean): InstalledPackage {
  const { pulumi } = manifest;
  const version = manifest.version ?? "";
  const found: InstalledPackage = { name: manifest.name ?? name, version, folder, direct };
  if (pulumi?.resource !== true) return found;
  // Without a name of its own the provider is called like the package without its scope.
  const provider = pulumi.name ?? found.name.replace(/^@[^/]*\//, "");
  return { ...found, provider: { name: provider, version: pulumi.version ?? version, server: pulumi.server ?? "" } };
}

/**
 * All packages installed for the program in `folder`, found by walking the dependencies from its package.json the way
 * Node resolves them. A dependency that is not installed is left out: the program's own import reports it better.
 *
 * @param options.development also the project's devDependencies (default true)
 */
export function installedPackages(folder: string, { development = true } = {}): InstalledPackage[] {
  const root = packageRoot(folder);
  const seen = new Map<string, InstalledPackage>();
  const visit = (from: string, manifest: Manifest, direct: boolean) => {
    const { dependencies, optionalDependencies, devDependencies } = manifest;
    const wanted = { ...(direct && development ? devDependencies : {}), ...optionalDependencies, ...dependencies };
    for (const name of Object.keys(wanted).sort()) {
      const found = locate(name, from);
      if (found === undefined || seen.has(found)) continue;
      const inner = readManifest(found);
      if (!inner) continue;
      seen.set(found, describe(name, found, inner, direct));
    }
    if (!direct) return;
    // Breadth first, so that a package named by the project is marked direct whoever else needs it.
    for (const known of seen.values()) visit(known.folder, readManifest(known.folder) ?? {}, false);
  };
  visit(root, readManifest(root) ?? {}, true);
  return [...seen.values()];
}

/** The resource provider plugins the program's SDK packages ask for, each name and version once. */
export function requiredProviders(folder: string): { name: string; version: string; server: string }[] {
  const found = new Map<string, { name: string; version: string; server: string }>();
  for (const { provider } of installedPackages(folder, { development: false }))
    if (provider) found.set(`${provider.name}@${provider.version}`, provider);
  return [...found.values()];
}
