import { Field, Unknown, UnknownValue } from "../field";
import { type Graph } from "../graph/graph";

/** What the provider takes apart into resources when it knows the input; with an unknown one it shows none of them. */
const renders = /^kubernetes:(?:helm\.sh\/v\d+:Chart|kustomize\/v2:Directory|yaml(?:\/v2)?:Config(?:File|Group))$/;

/** Why the resources of a chart or a folder of manifests are not all shown; nothing when they are. */
export function unrendered(graph: Graph): UnknownValue | undefined {
  for (const { type, name, inputs } of graph.resources) {
    if (!renders.test(type)) continue;
    for (const { field, value } of Field.root(inputs).leaves()) {
      if (value instanceof Unknown) return new UnknownValue(`${name}.${field.path}`, value.why);
    }
  }
  return undefined;
}
