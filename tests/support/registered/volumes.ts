import path from "node:path";
import { type DataOf } from "./data";
import { type Container, type FileSource, type Volume, type Workload } from "./workload";

/** A file that the process finds in a volume. */
export interface VolumeFile {
  /** Absolute path on this machine. */
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

/** What a container mounts, on this machine. */
export interface Mounts {
  /** Path in the container to path here. */
  readonly paths: ReadonlyMap<string, string>;
  /** Folders that are there and empty at first, and that the process may write to. */
  readonly writable: readonly string[];
  readonly files: readonly VolumeFile[];
}

/** Mode of a file whose volume says nothing: readable by all, Kubernetes' default. */
const defaultFileMode = 0o644;

/** Where programs find shared memory by themselves. */
const sharedMemory = "/dev/shm";

/** Where volumes lie, and what is in them. */
export interface Places {
  /** Folder of the pod; its containers share their volumes by name. */
  readonly folder: string;
  /** Folders of claims that other pods mount as well, by the claim's name. */
  readonly claims: Readonly<Record<string, string>>;
  /** Which pod of a StatefulSet it is. */
  readonly ordinal: number;
  readonly dataOf: DataOf;
}

/** Lays the volumes that the container mounts out. */
export function layOutVolumes(
  { metadata, spec: { volumeClaimTemplates = [], template } }: Workload,
  container: Container,
  { folder, claims, ordinal, dataOf }: Places,
  problems: string[],
): Mounts {
  // Of the same name, a claim of the StatefulSet is the one that the pod gets.
  const volumes: readonly Volume[] = [
    ...volumeClaimTemplates.map(({ metadata: { name } }) => ({
      name,
      persistentVolumeClaim: { claimName: `${name}-${metadata.name}-${ordinal}` },
    })),
    ...(template.spec.volumes ?? []),
  ];
  const claimed = volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
  for (const claim of Object.keys(claims).filter((each) => !claimed.includes(each))) {
    problems.push(`the pod has no claim ${claim}`);
  }
  const paths = new Map<string, string>();
  const files: VolumeFile[] = [];
  const writable = new Set<string>();
  for (const { name, mountPath, subPath = "" } of container.volumeMounts ?? []) {
    const volume = volumes.find((each) => each.name === name);
    const place = claims[volume?.persistentVolumeClaim?.claimName ?? ""] ?? path.join(folder, "volumes", name);
    if (mountPath === sharedMemory) {
      // This machine's own, which is memory too; a file there would be another thing.
      if (volume?.emptyDir?.medium !== "Memory") problems.push(`${mountPath}: the volume ${name} is not memory`);
      continue;
    }
    paths.set(mountPath, path.join(place, subPath));
    if (volume === undefined) {
      problems.push(`${mountPath}: the pod has no volume ${name}`);
    } else if (volume.emptyDir ?? volume.persistentVolumeClaim ?? volume.ephemeral) {
      // A claim's volume is new and empty, too.
      writable.add(place).add(path.join(place, subPath));
    } else {
      files.push(...filesOf(volume, place, dataOf, problems));
    }
  }
  return { paths, writable: [...writable], files: uniqueByPath(files) };
}

function filesOf(volume: Volume, place: string, dataOf: DataOf, problems: string[]): VolumeFile[] {
  const { configMap, secret, projected } = volume;
  const from = (kind: "ConfigMap" | "Secret", source: FileSource) => {
    const result = readSource(kind, source, place, dataOf);
    if (typeof result !== "string") return result;
    problems.push(`volume ${volume.name}: ${result}`);
    return [];
  };
  if (configMap) return from("ConfigMap", configMap);
  if (secret) return from("Secret", secret);
  const kind = Object.keys(volume).find((key) => key !== "name") ?? "nothing";
  if (!projected) {
    problems.push(`volume ${volume.name}: ${kind} has no stand-in here`);
    return [];
  }
  return projected.sources.flatMap((source) => {
    const mode = projected.defaultMode === undefined ? {} : { defaultMode: projected.defaultMode };
    if (source.configMap) return from("ConfigMap", { ...mode, ...source.configMap });
    if (source.secret) return from("Secret", { ...mode, ...source.secret });
    problems.push(`volume ${volume.name}: ${Object.keys(source).join()} has no stand-in here`);
    return [];
  });
}

/** The files of one ConfigMap or Secret, or a sentence that says what is missing. */
function readSource(
  kind: "ConfigMap" | "Secret",
  { name, secretName, optional, defaultMode = defaultFileMode, items }: FileSource,
  place: string,
  dataOf: DataOf,
): VolumeFile[] | string {
  const object = secretName ?? name ?? "";
  const data = dataOf(kind, object);
  if (data === undefined) return optional === true ? [] : `${kind} ${object} is not among the objects`;
  const wanted = items ?? Object.keys(data).map((key) => ({ key, path: key }));
  const absent = wanted.filter(({ key }) => !(key in data)).map(({ key }) => key);
  if (absent.length > 0 && optional !== true) return `there is no ${absent.join(", ")} in ${kind} ${object}`;
  return wanted.flatMap((item) => {
    const content = data[item.key];
    const mode = "mode" in item && item.mode !== undefined ? item.mode : defaultMode;
    return content === undefined ? [] : [{ path: path.join(place, item.path), content, mode }];
  });
}

/** A volume that is mounted twice is laid out once. */
function uniqueByPath(files: readonly VolumeFile[]): VolumeFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
