import { type Edge } from "../../../model/endpoint";
import { type Catalogue } from "../../../model/platform";
import { type Problem } from "../../../model/problem";
import { type SecretDefinition } from "../../../model/secret";
import { contractProblems } from "./contract";
import { contractNames, secretsOf, unknownReference, unused } from "./references";

/**
 * What contradicts itself inside a catalogue, whatever a stack chooses of it: names used twice, edges to nowhere,
 * addresses without an edge, secrets and claims that nobody defines or nobody uses, volumes in each other's way.
 */
export function catalogueProblems(catalogue: Catalogue): Problem[] {
  return [
    ...repeatedNames("stacks/altlas: services and endpoints", [...catalogue.services, ...catalogue.endpoints]),
    ...repeatedNames("stacks/altlas/secrets.ts", catalogue.secrets),
    ...repeatedNames("stacks/altlas/claims.ts", catalogue.claims),
    ...catalogue.edges.flatMap((edge, index) => edgeProblems(edge, index, catalogue)),
    ...catalogue.secrets.flatMap((secret) => secretProblems(secret, catalogue)),
    ...unusedProblems(catalogue),
    ...catalogue.services.flatMap((service) =>
      contractNames.flatMap((name) => contractProblems(service, name, catalogue)),
    ),
  ];
}

function repeatedNames(setting: string, list: readonly { readonly name: string }[]): Problem[] {
  const names = list.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({
    setting,
    value: name,
    why: "The name is given twice, and references go by name.",
    remedy: "Rename one of the two.",
  }));
}

function edgeProblems(edge: Edge, index: number, catalogue: Catalogue): Problem[] {
  const setting = `stacks/altlas/edges.ts: ${edge.from} to ${edge.to}:${edge.port}`;
  const names = [...catalogue.services, ...catalogue.endpoints].map(({ name }) => name);
  const problems = [edge.from, edge.to].flatMap((end) =>
    names.includes(end) ? [] : [unknownReference(setting, end, "service or endpoint", names)],
  );
  const first = catalogue.edges.findIndex(
    ({ from, to, port, protocol }) =>
      from === edge.from && to === edge.to && port === edge.port && protocol === edge.protocol,
  );
  if (first < index) {
    problems.push({
      setting,
      value: edge.protocol,
      why: "The same edge is declared before, so both would make policies of the same name.",
      remedy: "Remove one of the two.",
    });
  }
  if (edge.retries > 0 && (!edge.idempotent || (edge.callerRetries ?? 0) > 0)) {
    problems.push({
      setting: `${setting} retries`,
      value: edge.retries,
      why: edge.idempotent
        ? "The caller repeats by itself, and the platform's attempts would multiply with its own."
        : "The platform would send a request twice that may only be sent once.",
      remedy: "Set retries to 0.",
    });
  }
  const followed = edge.follows === "callee" ? edge.to : edge.from;
  if (edge.status === "proposed" && !catalogue.services.some(({ name }) => name === followed)) {
    problems.push({
      setting: `${setting} follows`,
      value: followed,
      why: "A proposed edge waits for the target contract of one of its ends, and this end is not a service.",
      remedy: "Let it follow the end that is a service, or mark it as existing.",
    });
  }
  const callee = catalogue.services.find(({ name }) => name === edge.to);
  for (const name of contractNames) {
    const port = callee?.contracts[name].port;
    if (port !== undefined && port !== edge.port) {
      problems.push({
        setting,
        value: edge.port,
        why: `${edge.to} listens on ${port} under its ${name} contract, so the policy would open a port that nobody answers.`,
        remedy: `Use ${port}.`,
      });
    }
  }
  return problems;
}

function secretProblems(secret: SecretDefinition, catalogue: Catalogue): Problem[] {
  if (secret.kind !== "connection") return [];
  const setting = `stacks/altlas/secrets.ts: ${secret.name}`;
  const generated = catalogue.secrets.filter(({ kind }) => kind === "generated").map(({ name }) => name);
  const reachable = catalogue.endpoints.filter((end) => end.kind === "component" && end.host !== undefined);
  const hosts = reachable.map(({ name }) => name);
  return [
    ...(generated.includes(secret.password)
      ? []
      : [unknownReference(`${setting}.password`, secret.password, "generated secret", generated)]),
    ...(hosts.includes(secret.endpoint)
      ? []
      : [unknownReference(`${setting}.endpoint`, secret.endpoint, "endpoint with a Service", hosts)]),
  ];
}

function unusedProblems(catalogue: Catalogue): Problem[] {
  const contracts = catalogue.services.flatMap(({ contracts: both }) => contractNames.map((name) => both[name]));
  const secrets = new Set([
    ...contracts.flatMap(secretsOf),
    // The database itself reads the passwords of its roles.
    ...catalogue.secrets.flatMap((secret) => (secret.kind === "generated" && secret.role ? [secret.name] : [])),
    ...catalogue.secrets.flatMap((secret) => (secret.kind === "connection" ? [secret.password] : [])),
  ]);
  const claims = new Set(
    contracts.flatMap(({ volumes }) => volumes.flatMap((volume) => (volume.kind === "claim" ? [volume.claim] : []))),
  );
  return [
    ...catalogue.secrets
      .filter(({ name }) => !secrets.has(name))
      .map(({ name }) => unused("stacks/altlas/secrets.ts", name, "No contract and no address reads this secret.")),
    ...catalogue.claims
      .filter(({ name }) => !claims.has(name))
      .map(({ name }) => unused("stacks/altlas/claims.ts", name, "No contract mounts this claim.")),
  ];
}
