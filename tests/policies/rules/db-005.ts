import { type Mutant, type RuleCases } from "../case";
import { inText, migrations, ofCluster, operated, plain, planned, schema, table } from "../database";
import { add, type Manifest, set, unknown } from "../fixtures";
import { cronJob, namespaced } from "../objects";

const path = 'data["plan.json"]';
const range = (changes: Manifest) => ({
  kind: "range",
  interval: "month",
  premake: 3,
  retain: 12,
  graceDays: 7,
  ...changes,
});
const plan = (changes: Manifest = {}) => add(planned(table({ method: range(changes) })));
const routine = (body: string) =>
  add(migrations(`${schema} CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;`));

export const cases: RuleCases = {
  pass: [
    { title: "a year of months", edits: [plan()] },
    { title: "on a volume that holds them", edits: [plan(), ...operated] },
    { title: "on a StatefulSet's volume", edits: [plan(), ...plain] },
    { title: "rows of another table are deleted", edits: [plan(), routine("DELETE FROM platform.jobs_archive;")] },
    {
      title: "a server of another namespace",
      edits: [
        plan(),
        ...operated,
        ofCluster("spec.storage.size", "1Gi"),
        set("Cluster", "metadata.namespace", "other"),
      ],
    },
  ],
  fail: [
    {
      title: "nothing kept besides the present month",
      edits: [plan({ retain: 0 })],
      says: /ConfigMap altlas\/postgresql-partitions plans platform\.jobs with method\.retain 0: without a whole period/,
      at: path,
    },
    {
      title: "dropped as soon as detached",
      edits: [plan({ graceDays: 0 })],
      says: /plans platform\.jobs with method\.graceDays 0/,
      at: path,
    },
    {
      title: "ten years of months",
      edits: [plan({ retain: 130 })],
      says: /plans platform\.jobs with method\.retain 130: the table would have 134 partitions/,
      at: path,
    },
    {
      title: "more than the Cluster's volume holds",
      edits: [plan(), ...operated, ofCluster("spec.storage.size", "10Gi")],
      says: /plans more than fits on volume data of Cluster altlas\/postgresql: what the tables keep comes to 8\.08 GiB \(platform\.jobs 8\.08 GiB\); 70 % of the volume are 7 GiB.*set the volume to 12Gi or more/,
      at: path,
    },
    {
      title: "more than the StatefulSet's volume holds",
      edits: [
        plan(),
        ...plain,
        set("StatefulSet", "spec.volumeClaimTemplates[0].spec.resources.requests.storage", "10Gi"),
      ],
      says: /plans more than fits on volume data of StatefulSet altlas\/postgresql/,
      at: path,
    },
    {
      title: "rows that go one by one, in a function",
      edits: [plan(), routine("DELETE FROM platform.jobs WHERE created_at < now();")],
      says: /plans platform\.jobs by time, and ConfigMap postgresql-migrations deletes rows of it one by one/,
      at: path,
    },
    {
      title: "rows that go one by one, in a CronJob",
      edits: [
        plan(),
        add(cronJob({ containers: [{ name: "a", args: ["psql", "-c", "delete from only platform.jobs"] }] })),
      ],
      says: /and CronJob extra deletes rows of it one by one/,
      at: path,
    },
  ],
  notApplicable: [{ title: "no plan", edits: operated }],
  unknown: [
    {
      title: "a plan from an output",
      edits: [plan(), unknown("ConfigMap/postgresql-partitions", ["data", "plan.json"])],
      because: path,
    },
    {
      title: "a volume from an output",
      edits: [plan(), ...operated, unknown("Cluster", "spec.storage.size")],
      because: "spec.storage.size",
    },
    {
      title: "arguments from an output",
      edits: [
        plan(),
        add(
          namespaced("batch/v1", "CronJob", "x", {
            spec: { jobTemplate: { spec: { template: { spec: { containers: [{ args: ["a"] }] } } } } },
          }),
        ),
        unknown("CronJob", "spec.jobTemplate.spec.template.spec.containers[0].args"),
      ],
      because: "spec.jobTemplate.spec.template.spec.containers[0].args",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the volume of the data is too small",
    edits: [set("StatefulSet/postgresql", "spec.volumeClaimTemplates[0].spec.resources.requests.storage", "1Gi")],
    says: /plans more than fits on volume data of StatefulSet altlas-data\/postgresql/,
  },
  {
    title: "a routine deletes old jobs row by row",
    edits: [
      inText(
        "ConfigMap/postgresql-migrations",
        "routine_jobs.sql",
        /$/,
        "\nCREATE FUNCTION platform.purge() RETURNS void LANGUAGE sql AS $$ DELETE FROM platform.jobs $$;",
      ),
    ],
    says: /plans platform\.jobs by time, and ConfigMap postgresql-migrations deletes rows of it one by one/,
  },
];
