import { type PostgresqlArgs } from "../../components/postgresql/args";
import { postgresqlFootprints, postgresqlManifests as manifests } from "../../components/postgresql/objects";
import { type Footprint } from "../../model/footprint";
import { partOf, platformLabels } from "../../model/labels";
import { type Manifest } from "../../model/manifest";
import { type NodePool } from "../../model/node-pool";
import { type Platform } from "../../model/platform";
import { priorities } from "../../model/priorities";
import { storageClasses } from "./classes";
import { databasePasswords, databaseSecretMetadata } from "./secrets";

/** The pool that the plan keeps for data systems. */
const dataPool = "memory";

/** The component's arguments for PostgreSQL and what belongs to it. */
export function postgresqlArgs(platform: Platform): PostgresqlArgs {
  const { database, namespaces, rotations, scaling } = platform;
  const { primaryOrdinal, certificateSecret } = database.form.kind === "plain" ? database.form : {};
  return {
    namespace: namespaces.data,
    partOf,
    labels: platformLabels(platform, { tier: "data", planStep: "3" }),
    database,
    pool: findPool(platform),
    priorityClassNames: { servers: priorities.data.name, jobs: priorities.batch.name },
    storageClassName: storageClasses.retained.name,
    scratchStorageClassName: storageClasses.block.name,
    sharedStorageClassName: storageClasses.shared.name,
    passwordsSecret: databaseSecretMetadata(platform).name,
    passwordGenerations: Object.fromEntries(
      databasePasswords(platform).map(({ role, secret }) => [role, rotations[secret] ?? 1]),
    ),
    ...(primaryOrdinal === undefined ? {} : { primaryOrdinal }),
    ...(certificateSecret === undefined ? {} : { certificateSecret }),
    apiServerNetworks: scaling.apiServerNetworks,
  };
}

/** What the layer takes from the cluster. */
export function dataFootprints(platform: Platform): Footprint[] {
  return postgresqlFootprints(postgresqlArgs(platform));
}

/** The layer's objects, in the order in which they are made. */
export function dataManifests(platform: Platform): Manifest[] {
  return manifests(postgresqlArgs(platform));
}

function findPool({ pools }: Platform): NodePool {
  const pool = pools.find(({ name }) => name === dataPool) ?? pools[0];
  if (!pool) throw new Error("a platform has at least one node pool");
  return pool;
}
