import { type Catalogue, type Platform, type PlatformService, type Scale } from "../../model/platform";
import { planScale, scaleService } from "../../model/scale";
import { type Service, type SettingName } from "../../model/service";
import { imageReference, images, isImageName } from "../../model/versions";
import { activeEdges, contractOf, hasNeed, stackEndpoints } from "../altlas/active-edges";
import { databaseOf } from "../altlas/database/shape";
import { namespaces } from "../altlas/namespaces";
import { poolAllocatable } from "../settings/node-pool";
import { type Settings } from "../settings/schema";
import { resolveDatabase } from "./database";
import { resolveLoadBalancing } from "./load-balancing";
import { resolveOperators } from "./operators";
import { resolveScaling } from "./scaling";

/** Settings and catalogue made into one platform. Call it with what `findProblems` found nothing wrong in. */
export function resolvePlatform(settings: Settings, catalogue: Catalogue): Platform {
  const zones = clusterZones(settings);
  const services = catalogue.services.map((service) => resolveService(service, settings));
  const edges = activeEdges(settings, catalogue);
  return {
    environment: settings.environment,
    owner: settings.owner,
    services,
    edges,
    endpoints: stackEndpoints(settings, catalogue),
    secrets: catalogue.secrets.filter((secret) => secret.kind !== "foreign" || hasNeed(secret.needs, settings)),
    foreignSecrets: settings.secrets,
    claims: catalogue.claims,
    pools: settings.nodePools.map((pool) => ({
      name: pool.name,
      ...(pool.instanceType === undefined ? {} : { instanceType: pool.instanceType }),
      allocatable: poolAllocatable(pool),
      zonal: pool.zonal,
      minimum: pool.minimum,
      maximum: pool.maximum,
      taints: pool.taints,
      zones,
    })),
    zones,
    settings: settingValues(settings),
    namespaces,
    // The mesh's control plane and the custom-metrics API are layers of their own; until they are there, pods
    // must not wait for a proxy and autoscalers must not ask for a metric that nobody answers.
    meshed: false,
    customMetrics: false,
    scaling: resolveScaling(settings),
    database: resolveDatabase({ settings, catalogue, services, edges }),
    ...(databaseOf(settings).form === "cloudNativePg" ? { operators: resolveOperators(settings) } : {}),
    ...resolveLoadBalancing(settings),
    rotations: settings.rotations,
  };
}

/** Zones of the cluster, whatever its mode. */
export function clusterZones(settings: Pick<Settings, "cluster">): readonly string[] {
  return settings.cluster.zones;
}

/** One service as the stack runs it. */
export function resolveService(service: Service, settings: Settings): PlatformService {
  const own = settings.services.find(({ name }) => name === service.name);
  const { contracts, ...scaled } = scaleService(service, stackScale(settings));
  const contractName = contractOf(service.name, settings);
  const contract = contracts[contractName];
  const minimum = own?.replicas?.minimum ?? scaled.replicas.minimum;
  const maximum = own?.replicas?.maximum ?? scaled.replicas.maximum;
  if (!isImageName(service.name)) throw new Error(`model/versions.ts has no image for ${service.name}`);
  return {
    ...scaled,
    replicas: { minimum, maximum },
    pool: own?.pool ?? service.pool,
    contract: {
      ...contract,
      environment: contract.environment.filter(({ needs }) => needs === undefined || hasNeed(needs, settings)),
    },
    contractName,
    image: imageReference(images[service.name], {
      mirrors: settings.images.mirrors,
      tag: own?.tag ?? settings.images.tag,
      digest: own?.digest,
    }),
  };
}

export function stackScale(settings: Pick<Settings, "scale">): Scale {
  return settings.scale ?? planScale;
}

function settingValues(settings: Settings): Readonly<Record<SettingName, string>> {
  return {
    corsOrigins: settings.corsOrigins.join(","),
    logLevel: settings.logLevel,
    mailHost: settings.mail?.host ?? "",
    mailPort: settings.mail ? String(settings.mail.port) : "",
    mailFrom: settings.mail?.from ?? "",
    frontendUrl: settings.frontendUrl,
  };
}
