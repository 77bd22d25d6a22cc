import { spawn } from "node:child_process";
import { constants } from "node:os";
import { controlPlaneStatus } from "../control-plane";
import { clientEnvironment, controlPlaneFolder } from "../paths";
import { createProgress } from "../progress";
import { ensureTools } from "../toolchain";
import { type Command } from "./command";

/** Words with which the programs do not talk to a server. */
const LOCAL_WORDS = new Set([
  "",
  "help",
  "-h",
  "--help",
  "version",
  "completion",
  "kustomize",
  "options",
  "template",
  "lint",
]);

/** The sentence for somebody who wants to look into a cluster that does not run. */
async function refusal(): Promise<string | undefined> {
  const { state, components } = await controlPlaneStatus(controlPlaneFolder());
  switch (state) {
    case "absent":
      return 'There is no local control plane yet. "npm start" makes one and brings the stack up; "npm run sandbox -- start" makes an empty one.';
    case "stopped":
      return 'The local control plane is stopped. "npm run sandbox -- start" starts it again with its data.';
    case "partial": {
      const down = components.filter(({ running }) => !running).map(({ name }) => name);
      // Without one of the controllers the API server still answers.
      return down.includes("kube-apiserver") || down.includes("etcd") || down.length === 0
        ? `The local control plane does not answer${down.length === 0 ? "" : ` (stopped: ${down.join(", ")})`}. "npm run sandbox -- start" repairs it.`
        : undefined;
    }
    case "running":
      return undefined;
  }
}

/**
 * Runs a program with the sandbox's kubeconfig, as if it had been called itself: same terminal, same
 * exit code.
 */
async function execute(name: "kubectl" | "helm", args: string[]): Promise<number> {
  if (!LOCAL_WORDS.has(args[0] ?? "")) {
    const sentence = await refusal();
    if (sentence !== undefined) {
      process.stderr.write(`${sentence}\n`);
      return 1;
    }
  }
  const found = await ensureTools([name], createProgress());
  const { kubeconfig } = await controlPlaneStatus(controlPlaneFolder());
  const child = spawn(found[name], args, {
    stdio: "inherit",
    env: { ...process.env, ...clientEnvironment(), KUBECONFIG: kubeconfig },
  });
  // The terminal sends an interrupt to both; the child decides what it means.
  process.on("SIGINT", () => undefined);
  return await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

function passthrough(name: "kubectl" | "helm", example: string): Command {
  return {
    summary: `${name} on the local control plane, such as: ${name} ${example}`,
    usage: `${name} <arguments…>

All arguments go to ${name}; it sees only the sandbox's cluster, whatever your own kubeconfig says.`,
    run: async (args) => await execute(name, args),
  };
}

/** kubectl with the sandbox's kubeconfig. */
export const kubectl = passthrough("kubectl", "get pods -A");

/** helm with the sandbox's kubeconfig. */
export const helm = passthrough("helm", "list -A");
