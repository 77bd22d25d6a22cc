import { z } from "zod";
import { unrendered } from "../checks/rendered";
import { type Graph } from "../graph/graph";
import { identityOf } from "../graph/identity";
import { defineRule, type Failure, part, type Subject } from "../rule";
import { type Resource } from "../sources/resource";

const settings = z.strictObject({
  resources: z
    .int()
    .min(1)
    // Measured with Pulumi 3.248 on 2 cores: at 600 Kubernetes objects the program takes 4.5 s and 350 MB and a pack 2.2 s
    // more, both in proportion; a first update on a backend of files writes 1.8 GB of state (1,200 writes of what is there
    // at 5 kB each), which grows with the square.
    .default(600)
    .describe("most resources of one stack"),
  seconds: z
    .number()
    .positive()
    // The same 600 objects: 4.5 s for the program, 2.2 s for the pack, and 9.6 s for the dry runs of all but the first
    // 120, because the Kubernetes provider sends 50 requests a second; twice that for a busy machine, rounded down.
    .default(30)
    .describe("longest time in seconds of a preview, where it is known"),
});
type Settings = z.infer<typeof settings>;

const stack: Resource = { type: "pulumi:pulumi:Stack", name: "altlas-dev", inputs: {} };
const resources = (number: number): Resource[] =>
  Array.from({ length: number }, (_, index) => ({
    type: "random:index/randomId:RandomId",
    name: `id-${index}`,
    inputs: { byteLength: 4 },
  }));

export const rule = defineRule<Settings>({
  id: "ALT-OPS-007",
  slug: "pulumi-stack-keeps-preview-budget",
  title: "A stack is small and fast enough for a preview with every change",
  severity: "low",
  gate: "advisory",
  scope: "stack",
  why:
    "A preview that takes minutes is left out, and then nobody sees what an update will do. Time and memory grow with " +
    "each resource, and the state that a backend of files writes grows with their square.",
  fix: "Split the stack by layers, install a chart as one release, or raise the budget with what was measured.",
  planSteps: [],
  peers: [],
  settings,
  examples: {
    pass: { title: "a small stack", settings: { resources: 4 }, resources: [stack, ...resources(3)] },
    fail: { title: "more than the budget", settings: { resources: 4 }, resources: [stack, ...resources(4)] },
  },
  parts: [
    part(
      ({ graph }) => stacks(graph),
      function* (graph, { settings: budget }) {
        yield* checkNumber(graph, budget.resources);
        return undefined;
      },
    ),
    part(
      ({ graph, elapsedSeconds }) => (elapsedSeconds === undefined ? [] : stacks(graph, "preview")),
      function* (_, { settings: budget, elapsedSeconds = 0 }) {
        if (elapsedSeconds <= budget.seconds) return undefined;
        const problem = `took ${elapsedSeconds.toFixed(1)} s, and its budget is ${budget.seconds} s`;
        yield { problem, path: "", fix: "split the stack by layers, or raise seconds in the rule's settings" };
        return undefined;
      },
    ),
  ],
});

/** The stack itself, of sources that have one: plain manifests have no preview. */
function stacks(graph: Graph, name?: string): Subject<Graph>[] {
  return graph.resources
    .filter(({ type }) => type === "pulumi:pulumi:Stack")
    .map((resource) => ({
      resource,
      identity: identityOf(resource),
      ...(name !== undefined && { part: name }),
      read: () => graph,
    }));
}

function* checkNumber(graph: Graph, budget: number): Generator<Failure> {
  const number = graph.resources.length;
  if (number > budget) {
    const problem = `has ${number} resources, and its budget is ${budget}`;
    yield { problem, path: "", fix: "split it by layers, or raise resources in the rule's settings" };
    return;
  }
  const doubt = unrendered(graph);
  if (doubt) throw doubt;
}
