import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { load } from "js-yaml";
import { type Problem } from "../../model/problem";
import { type ClusterSettings } from "../settings/schema";

/** Whether the kubeconfig that a stack names can be read and has the context; asked before anything is registered. */
export function kubeconfigProblems(cluster: ClusterSettings | undefined, projectFolder: string): Problem[] {
  if (cluster?.mode !== "kubeconfig") return [];
  const setting = "altlas:cluster.kubeconfig";
  const problem = (why: string, remedy: string, value: string = cluster.kubeconfig): Problem[] => [
    { setting, value, why, remedy },
  ];
  let text: string;
  try {
    text = readFileSync(resolve(projectFolder, cluster.kubeconfig), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return problem(
      code === "ENOENT" ? "There is no such file." : `The file cannot be read (${code}).`,
      "Name the kubeconfig file of the cluster, and check that you may read it.",
    );
  }
  let contexts: string[];
  try {
    const content = load(text) as { contexts?: { name: string }[] } | null;
    contexts = (content?.contexts ?? []).map(({ name }) => name);
  } catch {
    return problem(
      "The file is not YAML, so it is no kubeconfig.",
      "Ask your cluster for a new one, or name another file.",
    );
  }
  if (contexts.includes(cluster.context)) return [];
  return [
    {
      setting: "altlas:cluster.context",
      value: cluster.context,
      why: "The kubeconfig has no context of that name.",
      remedy:
        contexts.length > 0
          ? `Use one of: ${contexts.join(", ")}.`
          : "The file holds no context at all: name another file.",
    },
  ];
}
