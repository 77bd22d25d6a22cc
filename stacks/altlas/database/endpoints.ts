import { databaseObjects } from "../../../model/database/names";
import { type Endpoint } from "../../../model/endpoint";
import { selectorLabels } from "../../../model/labels";

const { postgresExporter, migrations, maintenance, refresh, backup, restoreDrill } = databaseObjects;

/** Pods beside PostgreSQL that call it. Nobody calls jobs; exporters are scraped, by the address of their pods. */
export const dataEndpoints: readonly Endpoint[] = [
  postgresExporter,
  migrations,
  maintenance,
  refresh,
  backup,
  restoreDrill,
].map((name) => ({ kind: "component", name, concern: "data", podLabels: selectorLabels(name) }));
