import { namespaceManifests } from "../components/governed-namespace/specs";
import { microserviceManifests } from "../components/microservice/specs/objects";
import { platformLabels } from "../model/labels";
import { type Layer, layers } from "../model/layers";
import { type Manifest } from "../model/manifest";
import { type Platform } from "../model/platform";
import {
  priorityClassSpecs,
  snapshotClassSpecs,
  type StorageDrivers,
  storageClassSpecs,
  volumeSnapshotClass,
} from "./specs/classes";
import { dataManifests } from "./specs/data";
import { allConcerns, governedNamespaceArgs } from "./specs/namespaces";
import { loadBalancingManifests } from "./specs/load-balancing";
import { edgePolicySpecs } from "./specs/network";
import { operatorManifests } from "./specs/operators";
import { scalingManifests } from "./specs/scaling";
import { claimSpecs, microserviceArgs, platformFootprints } from "./specs/services";

/**
 * Every Kubernetes object of a platform but its Secrets, in the order in which they are made: the same objects that
 * {@link createPlatform} registers, made of the same specs, without an engine or its SDK.
 *
 * @param registers the layers that are asked for; default all
 */
export function platformManifests(
  platform: Platform,
  drivers: StorageDrivers,
  registers: readonly Layer[] = layers,
): Manifest[] {
  return [
    ...(registers.includes("platform") ? baseManifests(platform, drivers) : []),
    ...(registers.includes("services") ? serviceManifests(platform) : []),
  ];
}

const as = (apiVersion: string, kind: string) => (spec: Omit<Manifest, "apiVersion" | "kind">) =>
  ({ apiVersion, kind, ...spec }) as Manifest;

function baseManifests(platform: Platform, drivers: StorageDrivers): Manifest[] {
  const footprints = platformFootprints(platform);
  const foundation = (planStep: string) => platformLabels(platform, { tier: "foundation", planStep });
  return [
    ...loadBalancingManifests(platform),
    ...operatorManifests(platform),
    ...priorityClassSpecs(foundation("2.2.2")).map(as("scheduling.k8s.io/v1", "PriorityClass")),
    ...storageClassSpecs(drivers, foundation("2.2.5")).map(as("storage.k8s.io/v1", "StorageClass")),
    ...snapshotClassSpecs(drivers, foundation("3.4.5")).map((spec) => ({ ...volumeSnapshotClass, ...spec })),
    ...allConcerns.flatMap((concern) =>
      namespaceManifests(governedNamespaceArgs(concern, platform, footprints[concern])),
    ),
    ...scalingManifests(platform),
    ...edgePolicySpecs(platform, "platform").map(as("networking.k8s.io/v1", "NetworkPolicy")),
    ...dataManifests(platform),
  ];
}

function serviceManifests(platform: Platform): Manifest[] {
  return [
    ...edgePolicySpecs(platform, "services").map(as("networking.k8s.io/v1", "NetworkPolicy")),
    ...claimSpecs(platform).map(as("v1", "PersistentVolumeClaim")),
    ...platform.services.flatMap((service) => microserviceManifests(service.name, microserviceArgs(service, platform))),
  ];
}
