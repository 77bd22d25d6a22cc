import { z } from "zod";
import { type Graph } from "../graph/graph";
import { type KubernetesObject } from "../graph/object";
import { type Failure } from "../rule";
import { type Field } from "../field";

/** What a stack says about storage classes beyond what their objects tell. */
export const storageClassSettings = {
  encryptingDrivers: z
    .array(z.string().min(1))
    .default([])
    .describe("further drivers (provisioners) that encrypt every volume without being asked"),
  trustedClasses: z
    .array(z.string().min(1))
    .default([])
    .describe("storage classes made elsewhere of which somebody has made sure that they encrypt and can grow"),
};

interface Settings {
  readonly encryptingDrivers: readonly string[];
  readonly trustedClasses: readonly string[];
}

/**
 * Drivers that encrypt every disk.
 *
 * Sources: https://cloud.google.com/docs/security/encryption/default-encryption,
 * https://learn.microsoft.com/azure/virtual-machines/disk-encryption
 */
const knownDrivers: readonly string[] = [
  "pd.csi.storage.gke.io",
  "kubernetes.io/gce-pd",
  "disk.csi.azure.com",
  "kubernetes.io/azure-disk",
];

/** Parameters by which storage classes of drivers turn encryption on: AWS, Ceph, Longhorn, Outscale; Portworx; UpCloud. */
const encryptionParameters: readonly (readonly [key: string, values: readonly string[]])[] = [
  ["encrypted", ["true"]],
  ["secure", ["true"]],
  ["encryption", ["true", "data-at-rest"]],
];

/**
 * Checks the class of a volume's claim.
 *
 * @param volume Name of the volume, for sentences.
 * @param field The property that names the class.
 * @param judge What must hold of a class that is among the resources.
 */
export function* checkStorageClass(
  volume: string,
  field: Field,
  graph: Graph,
  { trustedClasses }: Settings,
  judge: (storageClass: KubernetesObject, name: string) => Generator<Failure, undefined>,
): Generator<Failure, undefined> {
  const name = field.text() ?? "";
  const { path } = field;
  if (name === "") {
    const problem = `leaves the storage of volume ${volume} to the cluster's default class`;
    yield { problem, path, fix: "name a StorageClass that encrypts and can expand volumes" };
    return undefined;
  }
  if (trustedClasses.includes(name)) return undefined;
  const found = graph.find("StorageClass", name);
  if (found === undefined) {
    // A cluster brings classes of its own, so a missing one is no mistake; but nothing here says what it does.
    const problem = `stores volume ${volume} in class ${name}, of which nothing here says whether it encrypts and expands`;
    yield { problem, path, fix: "look, and add it to the setting trustedClasses", warning: true };
    return undefined;
  }
  return yield* judge(found, name);
}

/** A class whose volumes cannot grow. */
export function* checkExpansion(
  volume: string,
  storageClass: KubernetesObject,
  name: string,
  path: string,
): Generator<Failure> {
  if (storageClass.root.at("allowVolumeExpansion").flag() === true) return;
  const problem = `stores volume ${volume} in class ${name}, whose volumes cannot grow`;
  yield { problem, path, fix: `set allowVolumeExpansion of StorageClass ${name}, or name another class` };
}

/** A class whose volumes can be read from their disk. */
export function* checkEncryption(
  volume: string,
  storageClass: KubernetesObject,
  name: string,
  path: string,
  { encryptingDrivers }: Settings,
): Generator<Failure> {
  const { root } = storageClass;
  const driver = root.at("provisioner").text() ?? "";
  if (knownDrivers.includes(driver) || encryptingDrivers.includes(driver)) return;
  const parameters = root.at("parameters");
  if (encryptionParameters.some(([key, values]) => values.includes(parameters.at(key).text() ?? ""))) return;
  const problem = `stores volume ${volume} in class ${name}, which does not encrypt`;
  yield { problem, path, fix: `set the parameter encrypted of StorageClass ${name}, or name another class` };
}
