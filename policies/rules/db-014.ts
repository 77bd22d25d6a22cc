import { z } from "zod";
import { hostLabel, zoneLabel } from "../checks/node-pools";
import { type DatabaseServer, databaseServers, instancesField, instancesOf } from "../checks/database/servers";
import { type Field } from "../field";
import { aspects, defineRule, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  replicas: z.int().min(1).default(2).describe("servers that stream from the primary and answer reads, at least"),
});
type Settings = z.infer<typeof settings>;

const cluster = (instances: number) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: { instances, affinity: { topologyKey: zoneLabel } },
  });

export const rule = defineRule<Settings>({
  id: "ALT-DB-014",
  slug: "postgresql-server-has-read-replicas",
  title: "A database has two read replicas, and its servers stand in different zones",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "With one replica the loss of a server leaves the primary alone with all reads and without anybody to follow it. Servers " +
    "of one zone are lost together, and a replica in the same zone is no copy of anything then.",
  fix: "Run three servers, and spread them over topology.kubernetes.io/zone.",
  planSteps: ["2.4.4", "3.4"],
  peers: ["awsguard rds-instance-multi-az-enabled", "checkov CKV_AWS_157"],
  settings,
  examples: {
    pass: { title: "three servers over zones", manifests: [cluster(3)] },
    fail: { title: "one server", manifests: [cluster(1)] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { graph, settings: { replicas }, environment }) {
        if (environment === "dev") return new NotApplicable("In dev one server is enough: its data can be made again.");
        return yield* aspects(
          function* () {
            const instances = instancesOf(server, graph);
            if (instances > replicas) return;
            const count = instances - 1;
            const has = count <= 0 ? "no read replica" : count === 1 ? "one read replica" : `${count} read replicas`;
            const problem = `has ${has}, where ${replicas} are asked for`;
            yield { problem, path: instancesField(server).path, fix: `run ${replicas + 1} servers` };
          },
          () => checkSpread(server),
        );
      },
    ),
  ],
});

function* checkSpread(server: DatabaseServer): Generator<Failure> {
  const spec = server.form === "plain" ? server.workload.podSpec : server.object.spec;
  const spread = spec.at("topologySpreadConstraints");
  if (spread.items().some((constraint) => constraint.at("topologyKey").text() === zoneLabel)) return;
  if (server.form === "plain" ? avoidsByTerms(spec) : avoidsByOperator(spec)) return;
  const fix = `spread them over ${zoneLabel}`;
  yield { problem: "may have all its servers in one zone", path: spread.path, fix };
}

function avoidsByTerms(podSpec: Field): boolean {
  const affinity = podSpec.at("affinity", "podAntiAffinity");
  return [
    ...affinity.at("requiredDuringSchedulingIgnoredDuringExecution").items(),
    ...affinity
      .at("preferredDuringSchedulingIgnoredDuringExecution")
      .items()
      .map((term) => term.at("podAffinityTerm")),
  ].some((term) => term.at("topologyKey").text() === zoneLabel);
}

/** Source: https://cloudnative-pg.io/documentation/current/scheduling/ */
function avoidsByOperator(spec: Field): boolean {
  const affinity = spec.at("affinity");
  if (affinity.at("enablePodAntiAffinity").flag() === false) return false;
  return (affinity.at("topologyKey").text() ?? hostLabel) === zoneLabel;
}
