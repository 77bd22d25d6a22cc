import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { CronJob, Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap, PersistentVolumeClaim, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { type CustomResourceOptions, type Resource } from "@pulumi/pulumi";
import { type Manifest } from "../../model/manifest";
import { type ListedObject } from "./object-list";

/** Class of each kind that lists hold; a kind that is not here is a custom resource. */
const classes: Readonly<Record<string, new (name: string, args: never, options: CustomResourceOptions) => Resource>> = {
  "apps/v1/Deployment": Deployment,
  "apps/v1/StatefulSet": StatefulSet,
  "batch/v1/CronJob": CronJob,
  "batch/v1/Job": Job,
  "networking.k8s.io/v1/NetworkPolicy": NetworkPolicy,
  "policy/v1/PodDisruptionBudget": PodDisruptionBudget,
  "v1/ConfigMap": ConfigMap,
  "v1/PersistentVolumeClaim": PersistentVolumeClaim,
  "v1/Service": Service,
  "v1/ServiceAccount": ServiceAccount,
};

/**
 * Registers the objects of a list, each after those that it names, as `${name}-${suffix}`.
 *
 * @returns the resources by suffix.
 * @throws when an object waits for one that the list does not have before it.
 */
export function registerObjects(
  name: string,
  objects: readonly ListedObject[],
  options: CustomResourceOptions,
): ReadonlyMap<string, Resource> {
  const registered = new Map<string, Resource>();
  for (const { suffix, manifest, after = [], readySeconds } of objects) {
    const timeout = readySeconds === undefined ? undefined : `${readySeconds}s`;
    const dependsOn = after.map((each) => {
      const resource = registered.get(each);
      if (!resource) throw new Error(`${name}-${suffix} waits for ${each}, which does not stand before it`);
      return resource;
    });
    registered.set(
      suffix,
      register(`${name}-${suffix}`, manifest, {
        ...options,
        // Every name is fixed, because others refer to it; so an object can only be replaced by deleting it first.
        deleteBeforeReplace: true,
        ...(dependsOn.length > 0 ? { dependsOn } : {}),
        ...(timeout ? { customTimeouts: { create: timeout, update: timeout } } : {}),
      }),
    );
  }
  return registered;
}

function register(name: string, manifest: Manifest, options: CustomResourceOptions): Resource {
  const { apiVersion, kind, ...inputs } = manifest;
  const known = classes[`${apiVersion}/${kind}`];
  return known ? new known(name, inputs as never, options) : new CustomResource(name, manifest, options);
}
