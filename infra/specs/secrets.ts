import { endpointHost } from "../../model/address";
import { databaseObjects, systemRoles } from "../../model/database/names";
import { platformLabels, servicePlace } from "../../model/labels";
import { type SecretNeed } from "../../model/manifest";
import { type Platform, type PlatformService } from "../../model/platform";
import { type SecretDefinition } from "../../model/secret";
import { ownSecrets, serviceEnvironment, serviceSecretName } from "../environment";

/** The parts of an address that are known before its password is. */
export type Connection = Extract<SecretDefinition, { kind: "connection" }>;

/** Identity of the Secret object of a service. */
export function secretMetadata(service: PlatformService, platform: Platform) {
  return {
    name: serviceSecretName(service.name),
    namespace: platform.namespaces.services,
    labels: { ...platformLabels(platform, servicePlace), "app.kubernetes.io/name": service.name },
  };
}

/** Identity of the Secret object with the passwords of the database's roles. */
export function databaseSecretMetadata(platform: Platform) {
  const name = databaseObjects.passwords;
  return {
    name,
    namespace: platform.namespaces.data,
    labels: {
      ...platformLabels(platform, { tier: "data", planStep: "3.2" }),
      "app.kubernetes.io/name": databaseObjects.server,
    },
  };
}

/**
 * Identity of the Secret object by which CloudNativePG sets the administrator's password; `undefined` in other forms. With
 * the label the operator looks again when the password changes.
 */
export function administratorSecretMetadata(platform: Platform) {
  if (platform.database.form.kind !== "cloudNativePg") return undefined;
  const { namespace, labels } = databaseSecretMetadata(platform);
  return { name: databaseObjects.administrator, namespace, labels: { ...labels, "cnpg.io/reload": "true" } };
}

/** Name of the generated secret with the administrator's password. @throws when there is none: the catalogue has it. */
export function administratorPassword(platform: Platform): string {
  const own = databasePasswords(platform).find(({ role }) => role === systemRoles.administrator);
  if (!own) throw new Error("the catalogue has no password of the administrator");
  return own.secret;
}

/** The generated secret of each role that logs in: roles of services that the stack has, and those without a service. */
export function databasePasswords({
  secrets,
  database: { form, roles },
}: Platform): { readonly role: string; readonly secret: string }[] {
  // The server is somebody else's, and so are these two.
  const foreign: readonly string[] =
    form.kind === "external" ? [systemRoles.administrator, systemRoles.replication] : [];
  const own = Object.values(systemRoles).filter((role) => !foreign.includes(role));
  const known = new Set<string>([...own, ...roles.map(({ name }) => name)]);
  return secrets.flatMap((definition) =>
    definition.kind === "generated" && definition.role !== undefined && known.has(definition.role)
      ? [{ role: definition.role, secret: definition.name }]
      : [],
  );
}

/** What stands before and after the password in an address. */
export function connectionParts(
  definition: Connection,
  platform: Platform,
): { readonly before: string; readonly after: string } {
  const endpoint = platform.endpoints.find(({ name }) => name === definition.endpoint);
  if (!endpoint) throw new Error(`no endpoint is named ${definition.endpoint}`);
  const path = definition.path === undefined ? "" : `/${definition.path}`;
  return {
    before: `${definition.scheme}://${definition.user ?? ""}:`,
    after: `@${endpointHost(endpoint, platform.namespaces)}:${definition.port}${path}`,
  };
}

/**
 * Generation of each secret that was ever rotated, by name. An address has that of its password: whoever reads the one
 * must start anew when the other changes.
 */
export function secretGenerations({ secrets, rotations }: Platform): Readonly<Record<string, number>> {
  return Object.fromEntries(
    secrets.flatMap((definition): [string, number][] => {
      const generation = rotations[definition.kind === "connection" ? definition.password : definition.name];
      return generation === undefined ? [] : [[definition.name, generation]];
    }),
  );
}

/** Generation of each key of the Secret objects that the program makes, by the object's name; 1 is the first. */
export function secretOffers(platform: Platform): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const generations = secretGenerations(platform);
  return Object.fromEntries(
    platform.services.flatMap((service) => {
      const own = ownSecrets(service, platform);
      const keys = Object.fromEntries(own.map((name) => [name, generations[name] ?? 1]));
      return own.length === 0 ? [] : [[serviceSecretName(service.name), keys]];
    }),
  );
}

/** Finds a secret's definition. @throws when there is none: the platform is checked for that before. */
export function secretDefinition(name: string, platform: Platform): SecretDefinition {
  const definition = platform.secrets.find((secret) => secret.name === name);
  if (!definition) throw new Error(`no secret is named ${name}`);
  return definition;
}

/** The Secret objects that the services read, for those who make them by other means than this program. */
export function secretNeeds(platform: Platform): SecretNeed[] {
  const needs = new Map<string, Map<string, string>>();
  const need = (secretName: string, key: string, value: string) => {
    needs.set(secretName, (needs.get(secretName) ?? new Map<string, string>()).set(key, value));
  };
  for (const service of platform.services) {
    for (const name of ownSecrets(service, platform)) {
      need(serviceSecretName(service.name), name, describeValue(secretDefinition(name, platform), platform));
    }
    for (const { secretName, key } of Object.values(serviceEnvironment(service, platform).secrets)) {
      if (secretName === serviceSecretName(service.name)) continue;
      const [name = key] = Object.entries(platform.foreignSecrets).flatMap(([each, at]) =>
        at.secretName === secretName && at.key === key ? [each] : [],
      );
      need(secretName, key, `Somebody else's, which \`altlas:secrets.${name}\` names. ${whyOf(name, platform)}`.trim());
    }
  }
  return [...needs]
    .map(([name, keys]) => ({
      namespace: platform.namespaces.services,
      name,
      keys: [...keys].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The Secret objects that the database's pods, jobs and operator read, for those who make them by other means. */
export function databaseSecretNeeds(platform: Platform): SecretNeed[] {
  const { name, namespace } = databaseSecretMetadata(platform);
  const value = (secret: string) => describeValue(secretDefinition(secret, platform), platform);
  const passwords = databasePasswords(platform).map(({ role, secret }) => ({ key: role, value: value(secret) }));
  const administrator = administratorSecretMetadata(platform);
  return [
    { namespace, name, keys: passwords.sort((a, b) => (a.key < b.key ? -1 : 1)) },
    ...(administrator
      ? [
          {
            namespace,
            name: administrator.name,
            keys: [
              { key: "password", value: value(administratorPassword(platform)) },
              { key: "username", value: `\`${systemRoles.administrator}\`` },
            ],
          },
        ]
      : []),
  ];
}

function describeValue(definition: SecretDefinition, platform: Platform): string {
  switch (definition.kind) {
    case "generated":
      return `\`<${definition.name}>\`: ${definition.length} random letters and digits. ${definition.why}`;
    case "connection": {
      const { before, after } = connectionParts(definition, platform);
      const password = secretDefinition(definition.password, platform);
      const length = password.kind === "generated" ? `, ${password.length} random letters and digits` : "";
      return `\`${before}<${password.name}>${after}\`${length}. ${definition.why}`;
    }
    case "foreign":
      return definition.why;
  }
}

function whyOf(name: string, platform: Platform): string {
  return platform.secrets.find((secret) => secret.name === name)?.why ?? "";
}
