import { type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { StorageClass } from "@pulumi/kubernetes/storage/v1";
import {
  snapshotClassSpecs,
  type StorageDrivers,
  storageClasses,
  storageClassSpecs,
  volumeSnapshotClass,
} from "./specs/classes";

/** What drivers are told that only another layer knows, such as the id of a file system. */
export type DriverParameters = Readonly<Partial<Record<"block" | "shared", Readonly<Record<string, Input<string>>>>>>;

/** What makes volumes. */
export interface Storage {
  readonly drivers: StorageDrivers;
  readonly parameters: DriverParameters;
}

/** Registers the storage classes. */
export function createStorageClasses(
  { drivers, parameters }: Storage,
  labels: Readonly<Record<string, string>>,
  options: ComponentResourceOptions,
): StorageClass[] {
  const driverOf = new Map<string, "block" | "shared">(
    Object.values(storageClasses).map(({ name, driver }) => [name, driver]),
  );
  return storageClassSpecs(drivers, labels).map((spec) => {
    const more = parameters[driverOf.get(spec.metadata.name) ?? "block"];
    const args = more ? { ...spec, parameters: { ...spec.parameters, ...more } } : spec;
    return new StorageClass(spec.metadata.name, args, options);
  });
}

/** Registers the classes of snapshots. Their definition comes with an add-on, which is there before the cluster's provider. */
export function createSnapshotClasses(
  { drivers }: Storage,
  labels: Readonly<Record<string, string>>,
  options: ComponentResourceOptions,
): CustomResource[] {
  return snapshotClassSpecs(drivers, labels).map(
    (spec) => new CustomResource(`snapshots-${spec.metadata.name}`, { ...volumeSnapshotClass, ...spec }, options),
  );
}
