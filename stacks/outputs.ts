import { endpointHost } from "../model/address";
import { type Platform } from "../model/platform";
import { type ServiceOutput, type StackOutputs } from "../model/stack-outputs";
import { kubernetesVersion } from "../model/versions";
import { serviceEnvironment } from "../infra/environment";

/** Raised when a key of {@link StackOutputs} changes its meaning or goes away; programs that read them check it. */
const schemaVersion = 1;

/** The outputs of a platform; plain data, so that a preview shows them all. */
export function stackOutputs(platform: Platform): StackOutputs {
  return {
    schemaVersion,
    environment: platform.environment,
    kubernetesVersion,
    namespaces: platform.namespaces,
    services: Object.fromEntries(
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
    ),
  };
}
