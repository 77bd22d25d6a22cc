import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dump, load } from "js-yaml";
import { configAsText } from "../../policies/command/stack-files";

/**
 * A stack's configuration as the engine hands it to the program, structured values as JSON text.
 *
 * @throws Error with a sentence when the file cannot be read.
 */
export function stackConfig(project: string, stack: string): Record<string, string> {
  let content: unknown;
  try {
    content = load(readFileSync(path.join(project, `Pulumi.${stack}.yaml`), "utf8"));
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new Error(`Pulumi.${stack}.yaml cannot be read: ${why}`, { cause: error });
  }
  const { config = {} } = (content ?? {}) as { config?: Readonly<Record<string, unknown>> | null };
  return configAsText(config ?? {});
}

/**
 * Puts a kubeconfig without any cluster where a stack names one that is not there. Nothing is asked of a cluster, but the
 * program rightly refuses to start without.
 */
export function standInKubeconfig(project: string, config: Readonly<Record<string, string>>): void {
  const cluster = readCluster(config["altlas:cluster"]);
  if (typeof cluster?.kubeconfig !== "string" || typeof cluster.context !== "string") return;
  const file = path.resolve(project, cluster.kubeconfig);
  if (path.relative(project, file).startsWith("..") || existsSync(file)) return;
  const { context } = cluster;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    dump({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: context, cluster: { server: "https://comparison.invalid" } }],
      contexts: [{ name: context, context: { cluster: context, user: context } }],
      users: [{ name: context, user: {} }],
    }),
  );
}

function readCluster(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}
