import { databaseObjects, metricsPorts, postgresqlPort } from "../../../model/database/names";
import { type Edge } from "../../../model/endpoint";
import { scrape } from "../scrape";
import { type DatabaseShape } from "./shape";

const { server, pooler, postgresExporter, migrations, maintenance, refresh, backup, restoreDrill } = databaseObjects;

/** Seconds that one try to connect may take: the default of PostgreSQL's own client in our jobs (`PGCONNECT_TIMEOUT`). */
const connectSeconds = 10;

/** Calls among the data systems, and of what looks at them. */
export function componentEdges({ form, instances, backup: saved }: DatabaseShape): readonly Edge[] {
  const ours = form === "plain";
  return [
    call(pooler, server, "Passes the services' transactions on; asks for their passwords by its own role."),
    call(migrations, server, "Makes roles, schema and partitions, once for each version of them."),
    call(maintenance, server, "Makes partitions ahead, detaches and drops old ones."),
    call(refresh, server, "Refreshes materialised views."),
    call(postgresExporter, server, "Reads statistics, the partition horizon and the age of the last good restore."),
    ...(ours && instances > 1
      ? [call(server, server, "Replicas stream the write-ahead log from the primary, and are first copied from it.")]
      : []),
    ...(ours && saved ? [call(backup, server, "Takes the base backup.")] : []),
    ...(saved ? [call(restoreDrill, server, "Writes down whether the restored backup was whole.")] : []),
    scrape(postgresExporter, metricsPorts.server),
    // Its exporter lies in its own pod, for its console is open to nobody else.
    scrape(pooler, metricsPorts.pooler),
    // The operator's own metrics, of archive and backups.
    ...(form === "cloudNativePg" ? [scrape(server, metricsPorts.server)] : []),
  ];
}

/** The calls of every form together, for those who must know every port that one leads to. */
export const everyComponentEdge: readonly Edge[] = (["plain", "cloudNativePg"] as const).flatMap((form) =>
  componentEdges({ form, instances: 2, backup: true }),
);

function call(from: string, to: string, purpose: string): Edge {
  return {
    from,
    to,
    port: postgresqlPort,
    protocol: "TCP",
    application: "postgresql",
    purpose,
    idempotent: false,
    timeoutSeconds: connectSeconds,
    retries: 0,
    status: "exists",
  };
}
