import { type ComponentResourceOptions, interpolate, type Output } from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { endpointHost } from "../model/address";
import { platformLabels, servicePlace } from "../model/labels";
import { type Platform } from "../model/platform";
import { type SecretDefinition } from "../model/secret";
import { ownSecrets, serviceSecretName } from "./environment";
import { type Foundation } from "./foundation";

/** Secret objects of the services, by service; a service without secrets of its own has none. */
export type ServiceSecrets = ReadonlyMap<string, Secret>;

/**
 * Makes the generated secrets and hands each service exactly those that it reads. A new generation of a secret is made
 * by raising its number in `altlas:rotations`; nothing else changes it.
 */
export function createSecrets(
  platform: Platform,
  foundation: Foundation,
  options: ComponentResourceOptions,
): ServiceSecrets {
  const values = secretValues(platform);
  const namespace = foundation.namespaces.services;
  return new Map(
    platform.services.flatMap((service) => {
      const own = ownSecrets(service, platform);
      if (own.length === 0) return [];
      const name = serviceSecretName(service.name);
      const secret = new Secret(
        name,
        {
          metadata: {
            name,
            namespace: namespace.namespace,
            labels: {
              ...platformLabels(platform, servicePlace),
              "app.kubernetes.io/name": service.name,
            },
          },
          type: "Opaque",
          stringData: Object.fromEntries(own.map((secretName) => [secretName, values(secretName)])),
        },
        { ...options, dependsOn: [namespace] },
      );
      return [[service.name, secret] as const];
    }),
  );
}

function secretValues(platform: Platform): (name: string) => Output<string> {
  const made = new Map<string, Output<string>>();
  const value = (name: string): Output<string> => {
    const known = made.get(name);
    if (known) return known;
    const definition = platform.secrets.find((secret) => secret.name === name);
    if (!definition) throw new Error(`no secret is named ${name}`);
    const output = make(definition, platform, value);
    made.set(name, output);
    return output;
  };
  return value;
}

function make(
  definition: SecretDefinition,
  platform: Platform,
  value: (name: string) => Output<string>,
): Output<string> {
  switch (definition.kind) {
    case "generated":
      return new RandomPassword(definition.name, {
        length: definition.length,
        // Passwords travel in URLs, where other characters would have to be escaped by every reader.
        special: false,
        keepers: { generation: String(platform.rotations[definition.name] ?? 1) },
      }).result;
    case "connection": {
      const endpoint = platform.endpoints.find(({ name }) => name === definition.endpoint);
      if (!endpoint) throw new Error(`no endpoint is named ${definition.endpoint}`);
      const path = definition.path === undefined ? "" : `/${definition.path}`;
      const address = `${endpointHost(endpoint, platform.namespaces)}:${definition.port}${path}`;
      return interpolate`${definition.scheme}://${definition.user ?? ""}:${value(definition.password)}@${address}`;
    }
    case "foreign":
      throw new Error(`${definition.name} is somebody else's and has no value here`);
  }
}
