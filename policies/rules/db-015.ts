import { databaseServers } from "../checks/database/servers";
import { defineRule, NotApplicable, part } from "../rule";
import { object } from "./examples";

const labels = { "app.kubernetes.io/name": "postgresql" };

export const rule = defineRule({
  id: "ALT-DB-015",
  slug: "postgresql-server-has-automatic-failover",
  title: "Outside dev a database is run by what promotes a replica when the primary is lost",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "A StatefulSet starts a lost pod again and knows nothing of primary and replica: while the node or its volume is away, " +
    "nothing can be written, and a replica stays a replica until a person promotes it and fences the old primary. Done by " +
    "hand at night, that ends with two primaries.",
  fix: "Use the CloudNativePG form or an external server; keep the plain form for dev and for clusters whose data may wait.",
  planSteps: ["3.4"],
  peers: [],
  examples: {
    pass: {
      title: "a Cluster of the operator",
      manifests: [object("postgresql.cnpg.io/v1", "Cluster", "postgresql", { spec: { instances: 3 } })],
    },
    fail: {
      title: "a StatefulSet",
      manifests: [
        object("apps/v1", "StatefulSet", "postgresql", {
          spec: {
            replicas: 3,
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: { containers: [{ name: "postgresql", image: "docker.io/library/postgres:18.4" }] },
            },
          },
        }),
      ],
    },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { environment }) {
        if (environment === "dev") return new NotApplicable("In dev a server may be away until its pod is back.");
        if (server.form === "cloudNativePg") return undefined;
        const { kind } = server.object;
        yield {
          problem: `has no automatic failover: a ${kind} promotes no replica when the primary is lost`,
          path: server.container.field.at("image").path,
          fix: "run it as a Cluster of CloudNativePG, or name an external server",
        };
        return undefined;
      },
    ),
  ],
});
