import { type MicroserviceArgs } from "../../components/microservice/args";
import { footprint } from "../../components/microservice/footprint";
import { type Concern } from "../../model/endpoint";
import { type Footprint } from "../../model/footprint";
import { partOf, platformLabels, servicePlace } from "../../model/labels";
import { type NodePool } from "../../model/node-pool";
import { type Platform, type PlatformService } from "../../model/platform";
import { priorities } from "../../model/priorities";
import { serviceEnvironment } from "../environment";
import { storageClasses } from "./classes";
import { dataFootprints } from "./data";
import { secretGenerations } from "./secrets";

/** What the platform takes of the cluster, by concern, before anything is registered. */
export function platformFootprints(platform: Platform): Readonly<Record<Concern, readonly Footprint[]>> {
  return {
    services: platform.services.map((service) => footprint(service.name, microserviceArgs(service, platform))),
    data: dataFootprints(platform),
    // No component of these concerns is part of the platform yet; an empty footprint is a quota of no pods.
    messaging: [],
    observability: [],
    ingress: [],
  };
}

/** The claims that services share. */
export function claimSpecs(platform: Platform) {
  return platform.claims.map(({ name, size, accessMode, why }) => ({
    metadata: {
      name,
      namespace: platform.namespaces.services,
      labels: { ...platformLabels(platform, { ...servicePlace, planStep: "2.2.5" }) },
      annotations: { "altlas.io/purpose": why },
    },
    spec: {
      accessModes: [accessMode],
      storageClassName: storageClasses.shared.name,
      resources: { requests: { storage: size } },
    },
  }));
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
    secretGenerations: secretGenerations(platform),
  };
}

function findPool(service: PlatformService, platform: Platform): NodePool {
  const pool = platform.pools.find(({ name }) => name === service.pool);
  if (!pool) throw new Error(`no node pool is named ${service.pool}`);
  return pool;
}
