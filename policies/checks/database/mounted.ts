import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { type Container } from "../../graph/workload";

/** A file that a container finds in a ConfigMap. */
export interface MountedFile {
  /** Key of the ConfigMap. */
  readonly name: string;
  readonly text: string;
  /** `ConfigMap postgresql`, for sentences. */
  readonly place: string;
  /** Where the pod names the ConfigMap. */
  readonly path: string;
}

/** What a container reads of ConfigMaps, and the names of those that nobody here registers. */
export interface Mounted {
  readonly files: readonly MountedFile[];
  readonly elsewhere: readonly string[];
}

/**
 * Files of the ConfigMaps that a container mounts.
 *
 * @param wanted Whether a key of that name is looked at.
 * @throws UnknownValue when a wanted text, or which ConfigMap it is in, is not known.
 */
export function mountedFiles({ workload, field }: Container, graph: Graph, wanted: (name: string) => boolean): Mounted {
  const mounts = field
    .at("volumeMounts")
    .items()
    .map((mount) => mount.at("name").text());
  const references = workload.podSpec
    .at("volumes")
    .items()
    .filter((volume) => mounts.includes(volume.at("name").text()))
    .flatMap(configMapNames);
  const [files, elsewhere]: [MountedFile[], string[]] = [[], []];
  for (const reference of references) {
    const name = reference.text() ?? "";
    const found = graph.find("ConfigMap", name, workload.object.namespace);
    if (found === undefined) elsewhere.push(name);
    for (const [key, text] of found?.root.at("data").entries() ?? []) {
      if (!wanted(key)) continue;
      files.push({ name: key, text: text.text() ?? "", place: `ConfigMap ${name}`, path: reference.path });
    }
  }
  return { files, elsewhere };
}

function configMapNames(volume: Field): Field[] {
  return [
    volume.at("configMap", "name"),
    ...volume
      .at("projected", "sources")
      .items()
      .map((source) => source.at("configMap", "name")),
  ].filter((name) => name.undecided || name.exists);
}
