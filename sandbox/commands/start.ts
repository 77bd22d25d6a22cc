import { startControlPlane } from "../control-plane";
import { nodesOfStack } from "../nodes";
import { createProgress } from "../progress";
import { type Command, parse, refuseExtra } from "./command";

const usage = "start [--stack <name>]";

/** Starts or repairs the control plane. */
export const start: Command = {
  summary: "start or repair the local control plane, without deploying anything",
  usage: `${usage}

  --stack <name>   take the nodes from Pulumi.<name>.yaml; default dev

What runs already is left alone. "npm start" does this and brings the stack up.`,
  run: async (args) => {
    const { values, positionals } = parse(usage, args, { stack: { type: "string", default: "dev" } });
    refuseExtra(usage, positionals);
    const nodes = nodesOfStack(values.stack);
    const { server, kubeconfig } = await startControlPlane({ nodes, progress: createProgress() });
    process.stdout.write(`The control plane is ready at ${server}.\nkubeconfig: ${kubeconfig}\n`);
    return 0;
  },
};
