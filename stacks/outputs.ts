import { clusterName, type ClusterFacts, type ClusterTarget } from "../infra/cluster";
import { serviceEnvironment } from "../infra/environment";
import { secretOffers } from "../infra/specs/secrets";
import { endpointHost } from "../model/address";
import { isWhole, type StackLayers } from "../model/layers";
import { type Platform } from "../model/platform";
import { outputsVersion, type PlainOutputs, type ServiceOutput } from "../model/stack-outputs";
import { kubernetesVersion } from "../model/versions";

/** What a stack tells; documented in `model/stack-outputs.ts`. */
export interface StackOutputs extends PlainOutputs {
  readonly cluster?: { readonly name: string; readonly pools?: readonly string[] } & Partial<ClusterFacts>;
}

/** What is told of. */
export interface ToldStack {
  readonly platform: Platform;
  readonly cluster: ClusterTarget;
  readonly layers: StackLayers;
}

/**
 * The outputs of a stack; plain data, apart from what only AWS knows.
 *
 * @param facts what is known of a cluster on AWS
 */
export function stackOutputs({ platform, cluster, layers }: ToldStack, facts?: ClusterFacts): StackOutputs {
  const { registers } = layers;
  const has = (layer: (typeof registers)[number]) => registers.includes(layer);
  return {
    schemaVersion: outputsVersion,
    environment: platform.environment,
    ...(has("platform") || has("services") ? { kubernetesVersion, namespaces: platform.namespaces } : {}),
    ...(has("services") ? { services: services(platform) } : {}),
    ...(isWhole(layers)
      ? {}
      : {
          layers: [...registers],
          cluster: { name: clusterName(cluster), ...(has("cluster") || has("platform") ? made(platform, facts) : {}) },
          ...(has("platform") ? { secrets: secretOffers(platform) } : {}),
        }),
  };
}

function made({ pools }: Platform, facts: ClusterFacts | undefined) {
  return facts ? { pools: pools.map(({ name }) => name), ...facts } : {};
}

function services(platform: Platform): Record<string, ServiceOutput> {
  return Object.fromEntries(
    platform.services.map((service): [string, ServiceOutput] => {
      const endpoint = { kind: "service", name: service.name, concern: "services" } as const;
      const { secrets } = serviceEnvironment(service, platform);
      return [
        service.name,
        {
          url: `http://${endpointHost(endpoint, platform.namespaces)}:${service.contract.port}`,
          image: service.image,
          contract: service.contractName,
          secretNames: [...new Set(Object.values(secrets).map(({ secretName }) => secretName))].sort(),
        },
      ];
    }),
  );
}
