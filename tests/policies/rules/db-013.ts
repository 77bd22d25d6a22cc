import { type Mutant, type RuleCases } from "../case";
import { inText, migrations, planned, schema, table } from "../database";
import { add, unknown } from "../fixtures";

const plan = add(planned(table()));
/** The schema with one of its statements changed. */
const changed = (from: string | RegExp, to: string) => [add(migrations(schema.replace(from, to))), plan];
const path = 'data["0001_jobs.sql"]';
const options = (given: Record<string, unknown>) => ({ settings: { "ALT-DB-013": given } });

export const cases: RuleCases = {
  pass: [
    { title: "an enum, guarded, indexed and told", edits: [add(migrations(schema)), plan] },
    {
      title: "values in a CHECK of the column",
      edits: changed("job_state NOT NULL", "text NOT NULL CHECK (status IN ('a', 'b'))"),
    },
    {
      title: "values in a CHECK of the table",
      edits: changed("job_state NOT NULL", "text, CONSTRAINT s CHECK (status = ANY (ARRAY['a']))"),
    },
    { title: "values in another table", edits: changed("job_state NOT NULL", "text REFERENCES platform.states") },
    {
      title: "a notification in place of an outbox",
      edits: changed(/INSERT INTO platform.outbox .*?;/, "PERFORM pg_notify('jobs', '');"),
    },
  ],
  fail: [
    {
      title: "any text may be a state",
      edits: changed("platform.job_state NOT NULL", "text NOT NULL"),
      says: /ConfigMap altlas\/postgresql-migrations lets any text be the status of platform\.jobs/,
      at: path,
    },
    {
      title: "an enum that nobody makes",
      edits: changed(/CREATE TYPE .*?;/, ""),
      says: /lets any platform\.job_state be the status of platform\.jobs/,
      at: path,
    },
    {
      title: "no state at all",
      edits: changed("status platform.job_state NOT NULL", "tenant_id uuid"),
      says: /makes platform\.jobs without a column of its state \(status, state\)/,
      at: path,
    },
    {
      title: "no index by state",
      edits: changed(/CREATE INDEX .*?;/, ""),
      says: /has no index by which platform\.jobs is found by status/,
      at: path,
    },
    {
      title: "an index that holds the state behind another column",
      edits: changed("(created_at) WHERE status = 'queued'", "(created_at, status)"),
      says: /has no index by which platform\.jobs is found by status/,
      at: path,
    },
    {
      title: "steps that nobody guards",
      edits: changed("BEFORE INSERT OR UPDATE", "BEFORE INSERT"),
      says: /lets a job of platform\.jobs take any step, such as from its end back to the beginning/,
      at: path,
    },
    {
      title: "changes that nobody is told of",
      edits: changed(/INSERT INTO platform.outbox .*?;/, "RETURN NULL;"),
      says: /changes platform\.jobs without telling anybody/,
      at: path,
    },
    {
      title: "a trigger of another table",
      edits: changed("AFTER UPDATE ON platform.jobs", "AFTER UPDATE ON platform.other"),
      says: /changes platform\.jobs without telling anybody/,
      at: path,
    },
    {
      title: "jobs that are kept for ever",
      edits: [add(migrations(schema))],
      says: /keeps jobs in platform\.jobs for ever/,
      at: path,
    },
  ],
  notApplicable: [
    { title: "no SQL" },
    { title: "tables of something else", edits: [add(migrations("CREATE TABLE platform.usage (day date);"))] },
  ],
  unknown: [
    {
      title: "SQL from an output",
      edits: [add(migrations(schema)), plan, unknown("ConfigMap/postgresql-migrations", ["data", "0001_jobs.sql"])],
      because: path,
    },
    {
      title: "a plan from an output",
      edits: [add(migrations(schema)), plan, unknown("ConfigMap/postgresql-partitions", ["data", "plan.json"])],
      because: 'data["plan.json"]',
    },
  ],
  configured: [
    {
      title: "a table of another name",
      edits: changed(/platform\.jobs/g, "platform.work"),
      options: options({ tables: ["work"] }),
      outcome: "fail",
    },
    {
      title: "another column to look for",
      edits: [add(migrations(schema)), plan],
      options: options({ lookups: ["tenant_id"] }),
      outcome: "fail",
    },
    {
      title: "a column of another name",
      edits: changed(/\bstatus\b/g, "phase"),
      options: options({ states: ["phase"] }),
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "jobs may take any step",
    edits: [
      inText(
        "ConfigMap/postgresql-migrations",
        "0008_job_states.sql",
        "BEFORE INSERT OR UPDATE ON platform.jobs",
        "BEFORE INSERT ON platform.jobs",
      ),
    ],
    says: /lets a job of platform\.jobs take any step/,
  },
  {
    title: "a tenant's jobs are found by reading all",
    edits: [
      inText(
        "ConfigMap/postgresql-migrations",
        "0002_jobs.sql",
        "(tenant_id, created_at DESC, id DESC)",
        "(created_at DESC)",
      ),
    ],
    says: /has no index by which platform\.jobs is found by tenant_id/,
  },
];
