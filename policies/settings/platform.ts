import { z } from "zod";
import { databaseObjects } from "../../model/database/names";
import { layers } from "../../model/layers";
import { priorities } from "../../model/priorities";
import { bootstrapOutputsSchema } from "../../model/bootstrap-outputs";
import { type RuleSettings } from "../../model/rule-settings";
import { stackOutputsSchema } from "../../model/stack-outputs";
import { images } from "../../model/versions";
import { catalogue } from "../../stacks/altlas";
import { namespaces } from "../../stacks/altlas/namespaces";
import { databaseSettings } from "./database";
import { layerSettings } from "./layers";
import { poolSettings } from "./pools";
import { chartProbePorts, systemWorkloads } from "./system";

/** What the platform's own tables say to rules on images, ends of pods, priorities and configuration. */
export const platformSettings: RuleSettings = {
  "ALT-K8S-012": { undeclaredPorts: chartProbePorts },
  "ALT-K8S-025": {
    tokenUsers: [
      ...systemWorkloads.map(({ workload, asks }) => ({ workload, reason: asks })),
      {
        workload: `CronJob/${namespaces.data}/${databaseObjects.restoreDrill}`,
        reason: "It makes a Cluster of the last backup, waits until that is whole, and deletes it.",
      },
    ],
  },
  "ALT-K8S-033": {
    catalogue: Object.values(images).map(({ repository, endOfLife, source }) => ({ repository, endOfLife, source })),
  },
  "ALT-K8S-060": {
    // A policy does not see which contract a stack chose for a service, so the shorter one of both must fit.
    drains: Object.fromEntries(
      catalogue.services.map(({ name, contracts: { current, target } }) => [
        `Deployment/*/${name}`,
        Math.min(current.shutdown.drainSeconds, target.shutdown.drainSeconds),
      ]),
    ),
  },
  "ALT-K8S-061": {
    order: Object.values(priorities).map(({ name }) => name),
    // Whoever watches a service does so whether it runs or not; everybody else calls it because they need it.
    dependencies: catalogue.edges.filter(({ from }) => !isObserver(from)).map(({ from, to }) => ({ from, to })),
    namespaceClasses: {
      [namespaces.services]: priorities.services.name,
      [namespaces.data]: priorities.data.name,
      [namespaces.messaging]: priorities.data.name,
      [namespaces.observability]: priorities.observability.name,
      [namespaces.ingress]: priorities.services.name,
    },
    jobClass: priorities.batch.name,
  },
  // `model/checksum.ts` makes it; components/microservice puts it on the pods.
  "ALT-K8S-065": { computedAnnotations: ["checksum/environment"] },
  "ALT-K8S-066": {
    kept: [
      {
        workload: `Job/*/${databaseObjects.migrations}-*`,
        reason:
          "Its name says what was applied; gone, the next update would make and run it again. The next one replaces it.",
      },
    ],
  },
  // The sandbox's simulated driver: nobody ever writes to its volumes.
  "ALT-K8S-067": { encryptingDrivers: ["altlas.io/simulated"] },
  "ALT-DB-007": { encryptingDrivers: ["altlas.io/simulated"] },
  "ALT-OPS-006": {
    schema: z.toJSONSchema(stackOutputsSchema({ registers: layers }, true)),
    projects: { "altlas-bootstrap": z.toJSONSchema(bootstrapOutputsSchema) },
  },
};

/** A publisher is on the list with the first image, and that needs a row in the catalogue of images. */
const publishers = [
  ...new Set(Object.values(images).map(({ registry, repository }) => `${registry}/${repository.split("/")[0] ?? ""}`)),
];

function isObserver(name: string): boolean {
  return catalogue.endpoints.some(
    (endpoint) => endpoint.name === name && endpoint.kind === "component" && endpoint.concern === "observability",
  );
}

/**
 * What a stack's other settings say to rules, so that nobody has to write it twice. What cannot be read says nothing: the
 * program itself refuses it.
 *
 * @param read The value of a key of the stack's configuration.
 */
export function stackRuleSettings(read: (key: string) => unknown): RuleSettings {
  const source = read("images");
  const mirrors = typeof source === "object" && source !== null && "mirrors" in source ? source.mirrors : undefined;
  return {
    // Only of stacks of this project: nobody else has agreed to its list.
    ...(source !== undefined && { "ALT-K8S-032": { allowed: publishers, ...(mirrors !== undefined && { mirrors }) } }),
    ...(source !== undefined && databaseSettings),
    ...poolSettings(read),
    ...layerSettings(read("layers"), read("cluster")),
  };
}
