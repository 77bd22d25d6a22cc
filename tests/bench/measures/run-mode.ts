import path from "node:path";
import { compare, type Measure, ratioOf } from "../measure";
import { root } from "../process";
import { ourWay, runProgram } from "../program";

const ours = "ours";
const stock = "ts-node with type check";
const cached = "ts-node, nothing changed";

const tsNode = {
  nodeArguments: [],
  entry: path.join(root, "stacks", "index.ts"),
  environment: { PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_NODEJS_TSCONFIG_PATH: "tests/bench/tsconfig.json" },
};

/**
 * "ts-node with type check" is what `runtime: nodejs` does on a fresh checkout; "nothing changed" the same when it finds
 * every file in its cache, in which case it checks nothing.
 */
export const runMode: Measure = {
  name: "run-mode",
  question: "How long does the program run our way, against Pulumi's default way?",
  async run(options) {
    const medians = await compare(
      [
        {
          name: stock,
          run: () => runProgram({ ...tsNode, environment: { ...tsNode.environment, TS_NODE_CACHE: "false" } }),
        },
        { name: cached, run: () => runProgram(tsNode) },
        { name: ours, run: () => runProgram(ourWay()) },
      ],
      options,
    );
    const counts = new Set([...medians.values()].map(({ registrations }) => registrations));
    if (counts.size !== 1) throw new Error(`the ways registered different numbers: ${[...counts].join(", ")}`);
    return {
      medians: [...medians.values()],
      ratios: [ratioOf("ours : ts-node with type check", 0.33, medians.get(ours), medians.get(stock))],
    };
  },
};
