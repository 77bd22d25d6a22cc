import { texts } from "./aws";
import { type Graph } from "../graph/graph";
import { type Workload } from "../graph/workload";

/**
 * The flags of a cluster autoscaler, by name without dashes; `undefined` for any other workload.
 *
 * @throws UnknownValue when its arguments are not known.
 */
export function autoscalerFlags(workload: Workload): ReadonlyMap<string, string> | undefined {
  if (workload.kind !== "Deployment") return undefined;
  for (const { field } of workload.containers) {
    const image = field.at("image");
    if (image.undecided || !/\/cluster-autoscaler(?:-\w+)?[:@]/.test(image.text() ?? "")) continue;
    const words = [...texts(field.at("command")), ...texts(field.at("args"))];
    return new Map(
      words.flatMap((word) => {
        const [, name, value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
        return name === undefined ? [] : [[name, value ?? "true"] as const];
      }),
    );
  }
  return undefined;
}

/** The flags of the stack's cluster autoscaler, when it has one. */
export function clusterAutoscaler(graph: Graph): ReadonlyMap<string, string> | undefined {
  for (const workload of graph.workloads) {
    const flags = autoscalerFlags(workload);
    if (flags) return flags;
  }
  return undefined;
}
