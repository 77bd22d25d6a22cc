import { type Catalogue } from "../../../model/platform";
import { type Problem } from "../../../model/problem";
import {
  type ContractName,
  type EnvironmentVariable,
  type Probe,
  type Service,
  type Volume,
} from "../../../model/service";
import { edgesFrom, secretsOf, unknownReference } from "./references";

/** The autoscaler waits this long at most for a pod to end before it removes the node (plan's table: graceful 600 s). */
const longestGraceSeconds = 600;

/** What contradicts itself inside one contract of one service. */
export function contractProblems(service: Service, name: ContractName, catalogue: Catalogue): Problem[] {
  const { probes, shutdown, environment, volumes } = service.contracts[name];
  const setting = `stacks/altlas/services: ${service.name}, ${name} contract`;
  return [
    ...repeated(`${setting}, environment`, environment, (variable) => variable.name),
    ...repeated(`${setting}, volumes`, volumes, (volume) => volume.name),
    ...environment.flatMap((variable) => variableProblems(setting, variable, service, name, catalogue)),
    ...secretReferences(setting, service, name, catalogue),
    ...volumes.flatMap((volume) => volumeProblems(setting, volume, volumes, catalogue)),
    ...scrapeProblems(setting, service, name, catalogue),
    ...(sameQuestion(probes.liveness, probes.readiness)
      ? [
          {
            setting: `${setting}, probes`,
            value: probes.liveness.handler,
            why: "Liveness and readiness ask the same, so whatever takes a pod out of rotation also kills it.",
            remedy: "Let liveness ask the socket, or a path that asks no dependency.",
          },
        ]
      : []),
    ...(shutdown.preStopSeconds + shutdown.drainSeconds > longestGraceSeconds
      ? [
          {
            setting: `${setting}, shutdown`,
            value: shutdown.preStopSeconds + shutdown.drainSeconds,
            why: `The cluster autoscaler waits ${longestGraceSeconds} s at most, then the pod is killed.`,
            remedy: "Shorten preStopSeconds or drainSeconds.",
          },
        ]
      : []),
  ];
}

function sameQuestion(one: Probe, other: Probe): boolean {
  return JSON.stringify(one.handler) === JSON.stringify(other.handler);
}

function repeated<T>(setting: string, list: readonly T[], key: (item: T) => string): Problem[] {
  const keys = list.map(key);
  return [...new Set(keys.filter((item, index) => keys.indexOf(item) !== index))].map((value) => ({
    setting,
    value,
    why: "It is given twice, and only one of the two would count.",
    remedy: "Remove one of the two.",
  }));
}

function variableProblems(
  contract: string,
  variable: EnvironmentVariable,
  service: Service,
  name: ContractName,
  catalogue: Catalogue,
): Problem[] {
  const setting = `${contract}, ${variable.name}`;
  const edges = edgesFrom(service, name, catalogue.edges);
  if (variable.kind === "endpoint") {
    return edges.some(({ to }) => to === variable.endpoint) ? [] : [missingEdge(setting, service, variable.endpoint)];
  }
  if (variable.kind !== "secret") return [];
  const secret = catalogue.secrets.find((candidate) => candidate.name === variable.secret);
  if (secret?.kind === "connection" && !edges.some(({ to, port }) => to === secret.endpoint && port === secret.port)) {
    return [missingEdge(setting, service, `${secret.endpoint}:${secret.port}`)];
  }
  if (secret?.kind === "foreign" && secret.needs !== variable.needs) {
    return [
      {
        setting,
        value: variable.needs,
        why: `Its secret ${secret.name} is only there where the stack has the setting ${secret.needs}.`,
        remedy: `Give the variable needs: "${secret.needs}".`,
      },
    ];
  }
  return [];
}

function missingEdge(setting: string, service: Service, value: string): Problem {
  return {
    setting,
    value,
    why: `${service.name} is given an address that it may not reach: no edge leads there.`,
    remedy: `Declare the edge from ${service.name} in stacks/altlas/edges.ts, or remove the variable.`,
  };
}

function secretReferences(setting: string, service: Service, name: ContractName, catalogue: Catalogue): Problem[] {
  const known = catalogue.secrets.map((secret) => secret.name);
  return secretsOf(service.contracts[name])
    .filter((secret) => !known.includes(secret))
    .map((secret) => unknownReference(setting, secret, "secret", known));
}

function volumeProblems(contract: string, volume: Volume, volumes: readonly Volume[], catalogue: Catalogue): Problem[] {
  const setting = `${contract}, volume ${volume.name}`;
  const problems: Problem[] = [];
  if (!/^(\/[^/]+)+$/.test(volume.mountPath)) {
    problems.push({
      setting,
      value: volume.mountPath,
      why: "A mount path must be absolute, below the root, and without a slash at its end.",
      remedy: `Write it as /${volume.mountPath.split("/").filter(Boolean).join("/")}.`,
    });
  }
  const other = volumes.find(
    (candidate) =>
      candidate.name !== volume.name &&
      (candidate.mountPath === volume.mountPath || candidate.mountPath.startsWith(`${volume.mountPath}/`)),
  );
  if (other) {
    problems.push({
      setting,
      value: volume.mountPath,
      why: `${other.name} is mounted at ${other.mountPath}, and one of the two would hide the other.`,
      remedy: "Give the two paths of which neither contains the other.",
    });
  }
  const claims = catalogue.claims.map(({ name }) => name);
  if (volume.kind === "claim" && !claims.includes(volume.claim)) {
    problems.push(unknownReference(setting, volume.claim, "claim", claims));
  }
  return problems;
}

/** An endpoint of metrics that nothing scrapes measures nothing; a scrape without one fails at every interval. */
function scrapeProblems(contract: string, service: Service, name: ContractName, catalogue: Catalogue): Problem[] {
  const exports = service.contracts[name].metrics !== undefined;
  const scraped = catalogue.edges.some(
    ({ from, to, status, follows }) =>
      from === "prometheus" &&
      to === service.name &&
      (status === "exists" || (name === "target" && follows === "callee")),
  );
  if (exports === scraped) return [];
  return [
    {
      setting: `${contract}, metrics`,
      value: service.contracts[name].metrics?.path,
      why: exports
        ? "It exports metrics, and no edge lets Prometheus reach them."
        : "Prometheus has an edge to it, and it exports no metrics.",
      remedy: "Make the scrape edge in stacks/altlas/edges.ts and the contract's metrics agree.",
    },
  ];
}
