import { type ComponentResourceOptions, interpolate, type Output } from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { systemRoles } from "../model/database/names";
import { type Platform } from "../model/platform";
import { type SecretDefinition } from "../model/secret";
import { ownSecrets } from "./environment";
import { type Foundation } from "./foundation";
import {
  administratorPassword,
  administratorSecretMetadata,
  connectionParts,
  databasePasswords,
  databaseSecretMetadata,
  secretDefinition,
  secretMetadata,
} from "./specs/secrets";

/** Secret objects that the program makes. */
export interface Secrets {
  /** Those of the services, by service; a service without secrets of its own has none. */
  readonly services: ReadonlyMap<string, Secret>;
  /** The password of each role of the database, and its administrator's as an operator reads it. */
  readonly database: readonly Secret[];
}

/**
 * Makes the generated secrets and hands each service exactly those that it reads, and the database the passwords of its
 * roles. A new generation of a secret is made by raising its number in `altlas:rotations`; nothing else changes it.
 */
export function createSecrets(platform: Platform, foundation: Foundation, options: ComponentResourceOptions): Secrets {
  const values = secretValues(platform);
  const services = new Map(
    platform.services.flatMap((service) => {
      const own = ownSecrets(service, platform);
      if (own.length === 0) return [];
      const metadata = secretMetadata(service, platform);
      const stringData = Object.fromEntries(own.map((secretName) => [secretName, values(secretName)]));
      const secret = new Secret(
        metadata.name,
        { metadata, type: "Opaque", stringData },
        { ...options, dependsOn: [foundation.namespaces.services] },
      );
      return [[service.name, secret] as const];
    }),
  );
  return {
    services,
    database: databaseSecrets(platform, values, { ...options, dependsOn: [foundation.namespaces.data] }),
  };
}

function databaseSecrets(
  platform: Platform,
  values: (name: string) => Output<string>,
  options: ComponentResourceOptions,
): Secret[] {
  const metadata = databaseSecretMetadata(platform);
  const stringData = Object.fromEntries(databasePasswords(platform).map(({ role, secret }) => [role, values(secret)]));
  const administrator = administratorSecretMetadata(platform);
  return [
    new Secret(metadata.name, { metadata, type: "Opaque", stringData }, options),
    ...(administrator
      ? [
          new Secret(
            administrator.name,
            {
              metadata: administrator,
              type: "kubernetes.io/basic-auth",
              stringData: { username: systemRoles.administrator, password: values(administratorPassword(platform)) },
            },
            options,
          ),
        ]
      : []),
  ];
}

function secretValues(platform: Platform): (name: string) => Output<string> {
  const made = new Map<string, Output<string>>();
  const value = (name: string): Output<string> => {
    const known = made.get(name);
    if (known) return known;
    const output = make(secretDefinition(name, platform), platform, value);
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
      const { before, after } = connectionParts(definition, platform);
      return interpolate`${before}${value(definition.password)}${after}`;
    }
    case "foreign":
      throw new Error(`${definition.name} is somebody else's and has no value here`);
  }
}
