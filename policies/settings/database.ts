import { databaseObjects, systemRoles } from "../../model/database/names";
import { partitionAlerts } from "../../model/database/partitions";
import { type Grant } from "../../model/database/access";
import { type RuleSettings } from "../../model/rule-settings";
import { type Declared } from "../../stacks/altlas/declared";
import { namespaces } from "../../stacks/altlas/namespaces";

/**
 * Tables that the plan wants partitioned (steps 3.5.1 and 3.5.2: jobs, job events, logs, analytics). Written a second time
 * besides the schema, so that a table cannot leave the plan unseen. Its fifth, the archive's files, is the archive's own:
 * its migrator would have to do it, and the planner proposes how.
 */
const plannedTables = [
  { table: "platform.jobs", reason: "Each segmentation is a job, 14 400 of them a day in the beta environment." },
  { table: "platform.job_events", reason: "Each job has five events or more, which are read as long as the job is." },
  { table: "platform.outbox", reason: "Each change of a job's state is a message, worth nothing once it is sent." },
  { table: "platform.audit_log", reason: "Every request that changes something is a line, kept for a year." },
  { table: "platform.usage", reason: "A row for each tenant, model and day, in the four shards of the scaling plan." },
];

/** Tables whose rows change soon after they were written. */
const churningTables = [
  { table: "platform.jobs", reason: "A job's row changes with each of its states and each lease of its worker." },
  { table: "platform.outbox", reason: "Each message's row changes once, when it is sent." },
  { table: "platform.usage", reason: "The row of the present day changes with each request to a model." },
];

/** What a stack of this project says to the rules on databases, whoever calls them. */
export const databaseSettings: RuleSettings = {
  "ALT-DB-001": { tables: plannedTables },
  "ALT-DB-003": { alerts: alerts() },
  "ALT-DB-006": { alerts: alerts() },
  "ALT-DB-012": { churningTables },
  // A tenant's own jobs, page by page (job_of_tenant_list).
  "ALT-DB-013": { lookups: ["tenant_id"] },
};

/** Until rules of Prometheus are registered, the alerts are data beside the planner. */
function alerts() {
  return partitionAlerts.map(({ name, expression }) => ({ name, expression }));
}

/** What a stack declares about who comes to its database. */
export function databaseClients({ edges, endpoints }: Declared): RuleSettings {
  const isService = (name: string) =>
    endpoints.some((endpoint) => endpoint.name === name && endpoint.kind === "service");
  const callers = edges.flatMap(({ from, to, database }) =>
    database && isService(from) ? [{ workload: `Deployment/${namespaces.services}/${from}`, to, database }] : [],
  );
  const pooled = callers.filter(({ to }) => to === databaseObjects.pooler).map(({ database }) => database.database);
  return {
    "ALT-DB-009": {
      clients: callers.map(({ workload, to, database }) => ({ workload, to, connections: database.connectionsPerPod })),
      databases: Math.max(1, new Set(pooled).size),
    },
    "ALT-DB-011": {
      callers: callers.map(({ workload, database: { role, rights } }) => ({
        workload,
        role,
        ...(rights !== "owner" && { rights: rights.map(toRight) }),
      })),
      administrators: [
        { secret: databaseObjects.passwords, key: systemRoles.administrator },
        { secret: databaseObjects.administrator, key: "password" },
      ],
    },
  };
}

function toRight({ schema, object, privileges }: Grant) {
  return { name: `${schema}.${object}`, privileges: privileges === "execute" ? ["execute"] : privileges };
}
