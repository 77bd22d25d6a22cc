import { platformManifests } from "../infra/manifests";
import { eksDrivers, sandboxDrivers, type StorageDrivers } from "../infra/specs/classes";
import { databaseSecretNeeds, secretNeeds } from "../infra/specs/secrets";
import { type Layer } from "../model/layers";
import { type Manifest, type SecretNeed } from "../model/manifest";
import { type Catalogue } from "../model/platform";
import { type Problem } from "../model/problem";
import { findProblems } from "./platform/checks";
import { stackLayers } from "./platform/layers";
import { resolvePlatform } from "./platform/resolve";
import { readStackFile } from "./settings/file";
import { readSettings } from "./settings/load";
import { type ClusterSettings, type Settings } from "./settings/schema";

/** A stack as plain data, as far as its layers go. */
export interface StackManifests {
  /** Its Kubernetes objects, in the order in which they are made; no Secret is among them. */
  readonly manifests: readonly Manifest[];
  /** The Secret objects that its pods read. */
  readonly secrets: readonly SecretNeed[];
}

/**
 * The Kubernetes objects of a stack, from its file and the catalogue, without an engine.
 *
 * @returns every problem of the configuration when there is any.
 */
export function readManifests(
  stack: string,
  projectFolder: string,
  catalogue: Catalogue,
): StackManifests | { readonly problems: readonly Problem[] } {
  const file = readStackFile(stack, projectFolder);
  if ("problems" in file) return file;
  const { settings, problems: found } = readSettings(file.config);
  const problems = [...found, ...findProblems(settings, catalogue, stack)];
  if (problems.length > 0) return { problems };
  // Without problems every key was read.
  const complete = settings as Settings;
  const read = stackManifests(complete, catalogue);
  return read.manifests.length > 0 ? read : { problems: [nothingInCluster(stackLayers(complete).registers)] };
}

/** The Kubernetes objects of a stack by its settings, which must be without problems; none of one that is only on AWS. */
export function stackManifests(settings: Settings, catalogue: Catalogue): StackManifests {
  const platform = resolvePlatform(settings, catalogue);
  const { registers } = stackLayers(settings);
  return {
    manifests: platformManifests(platform, storageDrivers(settings.cluster), registers),
    secrets: [
      ...(registers.includes("services") ? secretNeeds(platform) : []),
      ...(registers.includes("platform") ? databaseSecretNeeds(platform) : []),
    ].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function nothingInCluster(registers: readonly Layer[]): Problem {
  return {
    setting: "altlas:layers.registers",
    value: registers,
    why: "The stack registers only what is on AWS, and no Kubernetes object.",
    remedy: "Name the stack of the layer platform or services.",
  };
}

/** What makes volumes in a stack's cluster. */
export function storageDrivers(cluster: ClusterSettings): StorageDrivers {
  switch (cluster.mode) {
    case "local":
      return sandboxDrivers;
    case "kubeconfig":
      return cluster.storage;
    case "eks":
      return eksDrivers;
  }
}
