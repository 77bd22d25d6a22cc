import { partitionPlans, type PartitionPlan } from "../checks/database/plans";
import { tableFailures, volumeFailures } from "../checks/database/planning";
import { databaseServers } from "../checks/database/servers";
import { cronJobs, wordsOf } from "../checks/database/jobs";
import { readable } from "../checks/database/known";
import { sqlSchemas } from "../checks/database/sql";
import { bytesOfVolume, volumesOf } from "../checks/database/volumes";
import { type Graph } from "../graph/graph";
import { describeIdentity } from "../graph/object";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const plan = (retain: number) =>
  object("v1", "ConfigMap", "partitions", {
    data: {
      "plan.json": JSON.stringify({
        tables: [
          {
            schema: "platform",
            name: "jobs",
            key: "created_at",
            primaryKey: ["id", "created_at"],
            method: { kind: "range", interval: "month", premake: 3, retain, graceDays: 7 },
            bytesPerDay: 20_000_000,
          },
        ],
      }),
    },
  });

export const rule = defineRule({
  id: "ALT-DB-005",
  slug: "postgresql-retention-fits-the-volume",
  title: "Old rows go by dropping partitions after a stated time, and all that is kept fits on 70 % of the volume",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "Without an end a table fills its volume, and a full volume stops the server for everybody. Deleting a month row by row " +
    "takes hours, writes it all to the log once more, and leaves its room as holes; dropping a partition takes a moment.",
  fix: "State how many periods are kept and how long a detached partition waits, and size the volume for all of it.",
  planSteps: ["3.5.4"],
  peers: [],
  examples: {
    pass: { title: "a year of months", manifests: [plan(12)] },
    fail: { title: "nothing kept besides the present month", manifests: [plan(0)] },
  },
  parts: [
    part(
      ({ graph }) => partitionPlans(graph),
      (read, { graph }) =>
        aspects(
          () =>
            each(read.tables, (table) =>
              tableFailures(table, ["method.retain", "method.graceDays", "method.interval", "growth"]),
            ),
          () => checkVolume(read, graph),
          () => checkDeletes(read, graph),
        ),
    ),
  ],
});

/** The servers of the plan's own namespace; of one that somebody else runs nothing here tells the volume. */
function checkVolume({ object: { namespace }, tables }: PartitionPlan, graph: Graph) {
  const servers = databaseServers(graph).filter(({ identity }) => identity.namespace === namespace);
  return each(servers, function* ({ identity, read }): Generator<Failure> {
    const data = volumesOf(read(), graph).find(({ use }) => use === "data");
    const size = data && bytesOfVolume(data);
    if (data === undefined || size === undefined) return;
    yield* volumeFailures(tables, size, `volume ${data.name} of ${describeIdentity(identity)}`);
  });
}

function* checkDeletes({ tables, path }: PartitionPlan, graph: Graph): Generator<Failure> {
  const ranges = tables.filter(({ table }) => table.method.kind === "range");
  const sql = readable(sqlSchemas(graph)).flatMap(({ object: { name }, statements }) =>
    statements.map(({ text }) => ({ text, where: `ConfigMap ${name}` })),
  );
  const jobs = readable(
    cronJobs(graph).map((job) => ({
      read: () => ({ text: wordsOf(job), where: `CronJob ${job.object.name}` }),
    })),
  );
  for (const { name } of ranges) {
    const deletes = new RegExp(`\\bDELETE FROM (?:ONLY )?${name.replaceAll(".", "\\.")}\\b`, "i");
    const found = [...sql, ...jobs].find(({ text }) => deletes.test(text));
    if (found === undefined) continue;
    const problem = `plans ${name} by time, and ${found.where} deletes rows of it one by one`;
    yield { problem, path, fix: "leave old rows to retention, which drops whole partitions" };
  }
}
