import { type Field, UnknownValue } from "../field";
import { type Subject } from "../rule";
import { type Graph } from "./graph";
import { type ImageReference, parseImage } from "./image";
import { attempt } from "./selection";
import { containers } from "./subjects";
import { type Workload } from "./workload";

/** An image that a node pulls. */
export interface PulledImage {
  /** The property that names it. */
  readonly field: Field;
  /** As it is written; empty when it is not. */
  readonly reference: string;
  /** Absent when no runtime could pull it. */
  readonly parsed: ImageReference | undefined;
}

const computed = new WeakMap<Graph, readonly Subject<PulledImage>[]>();

/**
 * Every image that a node pulls: those of all containers, and those that volumes are made of (Kubernetes 1.33). A list that
 * is unknown is one undecidable subject.
 */
export function images(graph: Graph): readonly Subject<PulledImage>[] {
  const known = computed.get(graph);
  if (known) return known;
  const subjects = [
    ...containers(graph).map((subject) => ({ ...subject, read: pulled(() => subject.read().field.at("image")) })),
    ...graph.workloads.flatMap(volumeImages),
  ];
  computed.set(graph, subjects);
  return subjects;
}

function volumeImages({ object: { resource, identity }, podSpec }: Workload): Subject<PulledImage>[] {
  const volumes = podSpec.at("volumes");
  const listed = attempt(() => volumes.items());
  // A list of another type is for the rules on volumes.
  if (listed === undefined) return [];
  if (listed instanceof UnknownValue) return [{ resource, identity, read: pulled(() => volumes) }];
  return listed
    .filter((volume) => attempt(() => volume.at("image").exists) !== false)
    .map((volume) => {
      const name = attempt(() => volume.at("name").text());
      return {
        resource,
        identity,
        ...(typeof name === "string" && { part: `volume ${name}` }),
        read: pulled(() => volume.at("image", "reference")),
      };
    });
}

/** Takes an image apart once, however many rules ask. */
function pulled(property: () => Field): () => PulledImage {
  let image: PulledImage | undefined;
  return () => {
    if (image) return image;
    const field = property();
    const reference = field.text() ?? "";
    return (image = { field, reference, parsed: parseImage(reference) });
  };
}
