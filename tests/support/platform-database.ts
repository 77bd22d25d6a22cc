import { type DatabaseAccess } from "../../model/database/access";
import { type PlatformDatabase } from "../../model/database/platform-database";
import { type Resources } from "../../model/service";
import { database as definition } from "../../stacks/altlas/database";
import { databaseEdges } from "../../stacks/altlas/database/edges";

const small: Resources = { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };

/** A database as a stack would resolve it that runs every target contract; `changes` replace parts of it. */
export function somePlatformDatabase(changes: Partial<PlatformDatabase> = {}): PlatformDatabase {
  const roles = new Map(databaseEdges.map(({ database }) => [database!.role, database!]));
  return {
    form: { kind: "plain" },
    instances: 1,
    resources: small,
    volume: "100Gi",
    walVolume: "25Gi",
    maxConnections: 100,
    settings: [],
    ownDatabases: [{ name: "atlas_db", owner: "archive" }],
    roles: [...roles.values()].map((access: DatabaseAccess) => ({ name: access.role, access, connectionLimit: 12 })),
    pooler: {
      replicas: 2,
      resources: small,
      pools: [...roles.values()].map(({ role, database }) => ({ role, database, size: 5 })),
      maxClientConnections: 200,
      maxDatabaseConnections: 40,
      settings: {},
    },
    definition,
    images: { server: "postgres:18", pooler: "pgbouncer", postgresExporter: "exporter", pgbouncerExporter: "exporter" },
    ...changes,
  };
}
