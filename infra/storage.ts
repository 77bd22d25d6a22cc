import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import { type StorageDrivers, storageClassSpecs } from "./specs/classes";

/** Registers the storage classes. */
export function createStorageClasses(
  drivers: StorageDrivers,
  labels: Readonly<Record<string, string>>,
  options: ComponentResourceOptions,
): StorageClass[] {
  return storageClassSpecs(drivers, labels).map((spec) => new StorageClass(spec.metadata.name, spec, options));
}
