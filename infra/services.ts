import { type ComponentResourceOptions } from "@pulumi/pulumi";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1";
import { type NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Microservice, type MicroserviceArgs } from "../components/microservice";
import { footprint } from "../components/microservice/footprint";
import { type Footprint } from "../model/footprint";
import { partOf, platformLabels, servicePlace } from "../model/labels";
import { type NodePool } from "../model/node-pool";
import { type Platform, type PlatformService } from "../model/platform";
import { priorities } from "../model/priorities";
import { serviceEnvironment } from "./environment";
import { type Foundation } from "./foundation";
import { type ServiceSecrets } from "./secrets";
import { storageClasses } from "./storage";

/** What each service takes of the cluster, before anything is registered. */
export function serviceFootprints(platform: Platform): Footprint[] {
  return platform.services.map((service) => footprint(service.name, microserviceArgs(service, platform)));
}

/** The five services and the claims they share; five calls that differ only in data. */
export function createServices(
  platform: Platform,
  foundation: Foundation,
  policies: readonly NetworkPolicy[],
  secrets: ServiceSecrets,
  options: ComponentResourceOptions,
): Microservice[] {
  const namespace = foundation.namespaces.services;
  const claims = createClaims(platform, foundation, options);
  return platform.services.map((service) => {
    const secret = secrets.get(service.name);
    return new Microservice(service.name, microserviceArgs(service, platform), {
      ...options,
      // A pod that starts before its policies sees its first calls refused.
      dependsOn: [namespace, ...foundation.classes, ...policies, ...claims, ...(secret ? [secret] : [])],
    });
  });
}

function createClaims(
  platform: Platform,
  foundation: Foundation,
  options: ComponentResourceOptions,
): PersistentVolumeClaim[] {
  const namespace = foundation.namespaces.services;
  return platform.claims.map(
    ({ name, size, accessMode, why }) =>
      new PersistentVolumeClaim(
        name,
        {
          metadata: {
            name,
            namespace: namespace.namespace,
            labels: { ...platformLabels(platform, { ...servicePlace, planStep: "2.2.5" }) },
            annotations: { "altlas.io/purpose": why },
          },
          spec: {
            accessModes: [accessMode],
            storageClassName: storageClasses.shared.name,
            resources: { requests: { storage: size } },
          },
        },
        { ...options, dependsOn: [namespace, ...foundation.classes] },
      ),
  );
}

/** The component's arguments for one service of the platform. */
export function microserviceArgs(service: PlatformService, platform: Platform): MicroserviceArgs {
  const environment = serviceEnvironment(service, platform);
  return {
    namespace: platform.namespaces.services,
    image: service.image,
    labels: { ...platformLabels({ ...platform, owner: service.owner }, servicePlace) },
    partOf,
    runtime: service.runtime,
    resources: service.resources,
    replicas: service.replicas,
    scaling: service.scaling.filter(({ kind }) => kind === "cpu" || platform.customMetrics),
    contract: service.contract,
    environment,
    claims: Object.fromEntries(platform.claims.map(({ name }) => [name, name])),
    ephemeralStorageClass: storageClasses.block.name,
    placement: { pool: findPool(service, platform) },
    priorityClassName: priorities.services.name,
    meshed: platform.meshed,
    secretGenerations: platform.rotations,
  };
}

function findPool(service: PlatformService, platform: Platform): NodePool {
  const pool = platform.pools.find(({ name }) => name === service.pool);
  if (!pool) throw new Error(`no node pool is named ${service.pool}`);
  return pool;
}
