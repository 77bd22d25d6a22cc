import { databaseObjects } from "../../../model/database/names";
import { type Footprint } from "../../../model/footprint";
import { quantities } from "../../shared/quantities";
import { type PostgresqlArgs } from "../args";
import { jobEphemeralMebibytes, jobResources } from "./pod";

const { migrations, maintenance, refresh } = databaseObjects;

/** What the jobs take while they run, which no quota may refuse: one pod of each kind of job, or of each view. */
export function jobFootprints({ database, namespace, pool }: PostgresqlArgs): Footprint[] {
  const views = database.definition.views.length;
  const job = (name: string, pods: number): Footprint => ({
    kind: "replicated",
    name,
    namespace,
    pool: pool.name,
    pods: { minimum: 0, expected: 0, maximum: pods },
    surgePercent: 0,
    pod: {
      requests: quantities(jobResources.requests, jobEphemeralMebibytes.request),
      limits: quantities(jobResources.limits, jobEphemeralMebibytes.limit),
    },
    volumes: [],
  });
  return [job(migrations, 1), job(maintenance, 1), ...(views > 0 ? [job(refresh, views)] : [])];
}
