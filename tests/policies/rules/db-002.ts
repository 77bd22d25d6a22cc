import { type Mutant, type RuleCases } from "../case";
import { inText, planned, table } from "../database";
import { add, type Manifest, unknown, set } from "../fixtures";
import { namespaced } from "../objects";

const path = 'data["plan.json"]';
const range = (changes: Manifest) => ({
  kind: "range",
  interval: "day",
  premake: 14,
  retain: 14,
  graceDays: 7,
  ...changes,
});
const plan = (changes: Manifest) => add(planned(table({ method: range(changes) })));
const maintained = (schedule: string, call = "CALL partitioning.maintain(now())") =>
  add(
    namespaced("batch/v1", "CronJob", "maintenance", {
      spec: {
        schedule,
        jobTemplate: { spec: { template: { spec: { containers: [{ name: "psql", args: ["psql", "-c", call] }] } } } },
      },
    }),
  );

export const cases: RuleCases = {
  pass: [
    { title: "two weeks of days ahead", edits: [plan({})] },
    { title: "maintained each day", edits: [plan({}), maintained("23 */6 * * *")] },
    { title: "maintained each week, twice within the horizon", edits: [plan({}), maintained("0 3 * * 0")] },
    { title: "another CronJob once a year", edits: [plan({}), maintained("0 3 1 1 *", "VACUUM")] },
    {
      title: "a hash, which needs no horizon",
      edits: [add(planned(table({ method: { kind: "hash", modulus: 4 } }))), maintained("0 3 1 1 *")],
    },
  ],
  fail: [
    {
      title: "tomorrow alone",
      edits: [plan({ premake: 1 })],
      says: /ConfigMap altlas\/postgresql-partitions plans platform\.jobs with method\.premake 1: the horizon is 1 days .*set premake to 2 or more/,
      at: path,
    },
    {
      title: "maintained each month",
      edits: [plan({}), maintained("0 3 1 * *")],
      says: /plans platform\.jobs 14 days ahead \(14 × day\), less than two runs of CronJob maintenance, which may pause 31 days \("0 3 1 \* \*"\)/,
      at: path,
    },
    {
      title: "maintained at no time",
      edits: [plan({}), maintained("often")],
      says: /whose schedule "often" cannot be read/,
      at: path,
    },
    {
      title: "one of two tables",
      edits: [add(planned(table(), table({ name: "events", method: range({ premake: 0 }) })))],
      says: /plans platform\.events with method\.premake 0/,
      at: path,
    },
  ],
  notApplicable: [{ title: "no plan", edits: [maintained("0 3 1 1 *")] }],
  unknown: [
    {
      title: "a plan from an output",
      edits: [plan({}), unknown("ConfigMap/postgresql-partitions", ["data", "plan.json"])],
      because: path,
    },
    {
      title: "a schedule from an output",
      edits: [plan({}), maintained("@daily"), unknown("CronJob", "spec.schedule")],
      because: "spec.schedule",
    },
  ],
  configured: [
    {
      title: "a procedure of another name",
      edits: [plan({}), maintained("0 3 1 * *", "CALL roll_over()")],
      options: { settings: { "ALT-DB-002": { calls: ["roll_over"] } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the plan reaches one month ahead",
    edits: [inText("ConfigMap/postgresql-partitions", "plan.json", /"premake": \d+/, '"premake": 1')],
    says: /plans platform\.\w+ with method\.premake 1/,
  },
  {
    title: "maintenance runs once a quarter",
    edits: [set("CronJob/postgresql-maintenance", "spec.schedule", "0 3 1 */3 *")],
    says: /less than two runs of CronJob postgresql-maintenance, which may pause 92 days/,
  },
];
