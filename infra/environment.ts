import { endpointHost } from "../model/address";
import { type Platform, type PlatformService, type SecretKey } from "../model/platform";

/** A service's environment: what may be read by anybody, and references to what may not. */
export interface ServiceEnvironment {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretKey>>;
}

/** Name of the Secret that holds what the program makes for one service. */
export function serviceSecretName(service: string): string {
  return `${service}-secrets`;
}

/**
 * Resolves a service's variables. A variable whose setting is empty or whose secret the stack has no need of is left
 * out, because an empty variable is read as a value.
 */
export function serviceEnvironment(service: PlatformService, platform: Platform): ServiceEnvironment {
  const plain: Record<string, string> = {};
  const secrets: Record<string, SecretKey> = {};
  for (const variable of service.contract.environment) {
    switch (variable.kind) {
      case "value":
        plain[variable.name] = variable.value;
        break;
      case "setting": {
        const value = platform.settings[variable.setting];
        if (value !== "") plain[variable.name] = value;
        break;
      }
      case "endpoint": {
        const edge = platform.edges.find(({ from, to }) => from === service.name && to === variable.endpoint);
        const endpoint = platform.endpoints.find(({ name }) => name === variable.endpoint);
        if (!edge || !endpoint) throw new Error(`${service.name} has no edge to ${variable.endpoint}`);
        const host = endpointHost(endpoint, platform.namespaces);
        plain[variable.name] = `${variable.scheme}://${host}:${edge.port}`;
        break;
      }
      case "secret": {
        const definition = platform.secrets.find(({ name }) => name === variable.secret);
        if (definition) secrets[variable.name] = secretKey(service.name, definition.name, platform);
        break;
      }
    }
  }
  return { plain, secrets };
}

function secretKey(service: string, secret: string, platform: Platform): SecretKey {
  return platform.foreignSecrets[secret] ?? { secretName: serviceSecretName(service), key: secret };
}

/** Names of the secrets that the program itself puts into a service's Secret, in order. */
export function ownSecrets(service: PlatformService, platform: Platform): string[] {
  const { secrets } = serviceEnvironment(service, platform);
  const own = Object.values(secrets).filter(({ secretName }) => secretName === serviceSecretName(service.name));
  return [...new Set(own.map(({ key }) => key))].sort();
}
