import { type Field, UnknownValue } from "../field";
import { type Subject } from "../rule";
import { type Graph } from "./graph";
import { attempt } from "./selection";
import { containers } from "./subjects";
import { type Workload } from "./workload";

const computed = new WeakMap<Graph, readonly Subject<Field>[]>();

/**
 * Every image that a node pulls: those of all containers, and those that volumes are made of (Kubernetes 1.33). A list that
 * is unknown is one undecidable subject.
 */
export function images(graph: Graph): readonly Subject<Field>[] {
  const known = computed.get(graph);
  if (known) return known;
  const subjects = [
    ...containers(graph).map((subject) => ({ ...subject, read: () => subject.read().field.at("image") })),
    ...graph.workloads.flatMap(volumeImages),
  ];
  computed.set(graph, subjects);
  return subjects;
}

function volumeImages({ object: { resource, identity }, podSpec }: Workload): Subject<Field>[] {
  const volumes = podSpec.at("volumes");
  const listed = attempt(() => volumes.items());
  // A list of another type is for the rules on volumes.
  if (listed === undefined) return [];
  if (listed instanceof UnknownValue) return [{ resource, identity, read: () => volumes.items()[0] ?? volumes }];
  return listed
    .filter((volume) => attempt(() => volume.at("image").exists) !== false)
    .map((volume) => {
      const name = attempt(() => volume.at("name").text());
      return {
        resource,
        identity,
        ...(typeof name === "string" && { part: `volume ${name}` }),
        read: () => volume.at("image", "reference"),
      };
    });
}
