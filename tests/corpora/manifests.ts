import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadAll } from "js-yaml";
import { type Manifest } from "./corpus";

/** API groups and versions of old that Kubernetes has removed, and where the same kinds are now (deprecation guide, 1.16 to 1.29). */
const successors: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Deployment: { "extensions/v1beta1": "apps/v1", "apps/v1beta1": "apps/v1", "apps/v1beta2": "apps/v1" },
  ReplicaSet: { "extensions/v1beta1": "apps/v1", "apps/v1beta2": "apps/v1" },
  StatefulSet: { "apps/v1beta1": "apps/v1", "apps/v1beta2": "apps/v1" },
  DaemonSet: { "extensions/v1beta1": "apps/v1", "apps/v1beta2": "apps/v1" },
  CronJob: { "batch/v1beta1": "batch/v1", "batch/v2alpha1": "batch/v1" },
  NetworkPolicy: { "extensions/v1beta1": "networking.k8s.io/v1" },
  Ingress: { "extensions/v1beta1": "networking.k8s.io/v1", "networking.k8s.io/v1beta1": "networking.k8s.io/v1" },
  PodDisruptionBudget: { "policy/v1beta1": "policy/v1" },
  HorizontalPodAutoscaler: { "autoscaling/v2beta1": "autoscaling/v2", "autoscaling/v2beta2": "autoscaling/v2" },
};

/**
 * The objects of a file of YAML or JSON, Lists taken apart. Kinds of a removed API version are read as of the version
 * that followed, unless `asWritten`: what a case asks is the check, not the age of its fixture.
 *
 * @throws when the file is neither.
 */
export function readManifests(file: string, { asWritten = false } = {}): Manifest[] {
  const objects = loadAll(readFileSync(file, "utf8")).flatMap(objectsOf);
  return asWritten ? objects : objects.map(modernise);
}

/** {@link readManifests}, or nothing for a file that is no YAML, such as a template. */
export function tryReadManifests(file: string): Manifest[] {
  try {
    return readManifests(file);
  } catch {
    return [];
  }
}

/** Files below a folder, as sorted paths relative to it, with `/` on every system. */
export function filesBelow(folder: string, wanted: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .filter((name) => wanted.test(name))
    .sort();
}

function objectsOf(document: unknown): Manifest[] {
  if (typeof document !== "object" || document === null) return [];
  const { kind, items } = document as Manifest;
  if (typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)) return items.flatMap(objectsOf);
  return [document as Manifest];
}

function modernise(manifest: Manifest): Manifest {
  const { kind, apiVersion } = manifest;
  const successor = successors[String(kind)]?.[String(apiVersion)];
  return successor === undefined ? manifest : { ...manifest, apiVersion: successor };
}
