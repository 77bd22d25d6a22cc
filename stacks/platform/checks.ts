import { closest } from "fastest-levenshtein";
import { type Edge } from "../../model/endpoint";
import { type Catalogue } from "../../model/platform";
import { type Problem } from "../../model/problem";
import { bytes, millicores } from "../../model/quantity";
import { type Service } from "../../model/service";
import { activeEdges, allEndpoints, contractOf, hasNeed } from "../altlas/active-edges";
import { catalogueProblems } from "../altlas/consistency/catalogue";
import { poolAllocatable } from "../settings/node-pool";
import { type Settings } from "../settings/schema";
import { type DatabaseInput, databaseProblems } from "./database";
import { eksProblems } from "./eks";
import { layerProblems } from "./layers";
import { resolveService } from "./resolve";

/**
 * What contradicts itself between a stack's settings and the catalogue. Takes what could be read of the settings, so
 * that these problems stand in one message with those of the schema; a check whose input is missing is left out.
 *
 * @param stack the stack's own name, where it is known
 */
export function findProblems(settings: Partial<Settings>, catalogue: Catalogue, stack?: string): Problem[] {
  return [
    ...catalogueProblems(catalogue),
    ...duplicates(settings.nodePools, "altlas:nodePools", "node pool"),
    ...duplicates(settings.services, "altlas:services", "service"),
    ...duplicates(
      settings.cluster?.zones.map((name) => ({ name })),
      "altlas:cluster.zones",
      "zone",
    ),
    ...eksProblems(settings),
    ...layerProblems(settings, stack),
    ...serviceProblems(settings, catalogue),
    ...edgeProblems(settings, catalogue),
    ...secretProblems(settings, catalogue),
    ...(isComplete(settings) ? databaseProblems(databaseInput(settings, catalogue)) : []),
  ];
}

function duplicates(list: readonly { name: string }[] | undefined, setting: string, kind: string): Problem[] {
  return (list ?? []).flatMap(({ name }, index, all): Problem[] => {
    const first = all.findIndex((other) => other.name === name);
    if (first === index) return [];
    return [
      {
        setting: `${setting}[${index}]`,
        value: name,
        why: `This ${kind} is already named at position ${first}; one of the two would be lost.`,
        remedy: `Merge both entries into one, or give the second another name.`,
      },
    ];
  });
}

function serviceProblems(settings: Partial<Settings>, catalogue: Catalogue): Problem[] {
  const names = catalogue.services.map(({ name }) => name);
  const unknown = (settings.services ?? []).flatMap(({ name }, index): Problem[] =>
    names.includes(name) ? [] : [unknownName(`altlas:services[${index}].name`, name, "service", names)],
  );
  if (!isComplete(settings)) return unknown;
  return [...unknown, ...catalogue.services.flatMap((service) => placementProblems(service, settings))];
}

function placementProblems(service: Service, settings: Settings): Problem[] {
  const index = settings.services.findIndex(({ name }) => name === service.name);
  const where = index < 0 ? `stacks/altlas: ${service.name}` : `altlas:services[${index}]`;
  const resolved = resolveService(service, settings);
  const problems: Problem[] = [];
  const { minimum, maximum } = resolved.replicas;
  if (minimum > maximum) {
    problems.push({
      setting: `${where}.replicas`,
      value: resolved.replicas,
      why: `The minimum of ${minimum} is larger than the maximum of ${maximum} that the stack's scale leaves.`,
      remedy: `Raise replicas.maximum to ${minimum}, lower replicas.minimum, or raise altlas:scale.maximumReplicas.`,
    });
  }
  const pool = settings.nodePools.find(({ name }) => name === resolved.pool);
  if (!pool) {
    const names = settings.nodePools.map(({ name }) => name);
    problems.push(unknownName(`${where}.pool`, resolved.pool, "node pool", names));
    return problems;
  }
  const { cpu, memory } = resolved.resources.requests;
  const node = poolAllocatable(pool);
  if (millicores(cpu) > millicores(node.cpu) || bytes(memory) > bytes(node.memory)) {
    problems.push({
      setting: `altlas:nodePools (${pool.name}).allocatable`,
      value: node,
      why: `One pod of ${service.name} asks for ${cpu} CPU and ${memory}, more than an empty node of the pool has.`,
      remedy: `Use larger nodes in the pool, put the service in another one (altlas:services[].pool), or lower altlas:scale.resources.`,
    });
  }
  return problems;
}

function databaseInput(settings: Settings, catalogue: Catalogue): DatabaseInput {
  const services = catalogue.services.map((service) => resolveService(service, settings));
  return { settings, catalogue, services, edges: activeEdges(settings, catalogue) };
}

function edgeProblems(settings: Partial<Settings>, catalogue: Catalogue): Problem[] {
  const { environment, contract, services, mail, database, edges: own } = settings;
  if (environment === undefined || contract === undefined || services === undefined || own === undefined) return [];
  const edges = activeEdges({ environment, contract, services, mail, database, edges: own }, catalogue);
  const inherited = edges.length - own.length;
  const names = allEndpoints(catalogue).map(({ name }) => name);
  // The catalogue's own edges are checked with the catalogue; these are the stack's.
  return edges.slice(inherited).flatMap((edge, index): Problem[] => {
    const where = `altlas:edges[${index}]`;
    const problems = (["from", "to"] as const).flatMap((end): Problem[] =>
      names.includes(edge[end]) ? [] : [unknownName(`${where}.${end}`, edge[end], "service or endpoint", names)],
    );
    if (problems.length > 0) return problems;
    if (edges.findIndex((other) => sameEdge(other, edge)) < inherited + index) {
      problems.push({
        setting: where,
        value: describe(edge),
        why: "The same edge is declared before, so the two would make policies of the same name.",
        remedy: "Remove one of the two.",
      });
    }
    const callee = catalogue.services.find(({ name }) => name === edge.to);
    const port = callee?.contracts[contractOf(edge.to, { contract, services })].port;
    if (port !== undefined && port !== edge.port) {
      problems.push({
        setting: `${where}.port`,
        value: edge.port,
        why: `${edge.to} listens on ${port}, so the policy would open a port that nobody answers.`,
        remedy: `Use ${port}.`,
      });
    }
    return problems;
  });
}

function secretProblems(settings: Partial<Settings>, catalogue: Catalogue): Problem[] {
  const problems: Problem[] = [];
  const foreign = catalogue.secrets.filter((secret) => secret.kind === "foreign");
  for (const secret of foreign) {
    if (!hasNeed(secret.needs, { mail: settings.mail }) || settings.secrets?.[secret.name]) continue;
    if (settings.secrets === undefined) continue;
    problems.push({
      setting: `altlas:secrets.${secret.name}`,
      value: undefined,
      why: `altlas:${secret.needs} is set, and its services read ${secret.name} from a Secret that this stack does not name.`,
      remedy:
        `Create the Secret in the cluster and name it: pulumi config set --path 'altlas:secrets.${secret.name}.secretName' <name> ` +
        `and pulumi config set --path 'altlas:secrets.${secret.name}.key' <key>`,
    });
  }
  const foreignNames = foreign.map(({ name }) => name);
  for (const name of Object.keys(settings.secrets ?? {})) {
    if (!foreignNames.includes(name))
      problems.push(unknownName(`altlas:secrets.${name}`, name, "foreign secret", foreignNames));
  }
  const generated = catalogue.secrets.filter(({ kind }) => kind === "generated").map(({ name }) => name);
  for (const name of Object.keys(settings.rotations ?? {})) {
    if (!generated.includes(name))
      problems.push(unknownName(`altlas:rotations.${name}`, name, "generated secret", generated));
  }
  return problems;
}

function unknownName(setting: string, name: string, kind: string, known: readonly string[]): Problem {
  return {
    setting,
    value: name,
    why: `There is no ${kind} of that name.`,
    remedy:
      known.length === 0
        ? `Remove it.`
        : `Did you mean ${closest(name, [...known])}? Known: ${[...known].sort().join(", ")}.`,
  };
}

function sameEdge(a: Edge, b: Edge): boolean {
  return a.from === b.from && a.to === b.to && a.port === b.port && a.protocol === b.protocol;
}

function describe(edge: Edge): string {
  return `${edge.from} to ${edge.to}:${edge.port}/${edge.protocol}`;
}

function isComplete(settings: Partial<Settings>): settings is Settings {
  const needed = ["environment", "owner", "cluster", "nodePools", "services", "images", "contract", "secrets"] as const;
  return needed.every((key) => settings[key] !== undefined);
}
