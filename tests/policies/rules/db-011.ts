import { type Mutant, type RuleCases } from "../case";
import { configurationPath, inText, migrations, ofCluster, operated, plain } from "../database";
import { add, drop, type Edit, type Manifest, set, unknown, without } from "../fixtures";
import { namespaced } from "../objects";

const hba = "spec.postgresql.pg_hba";
const pod = "spec.template.spec";
const sqlPath = 'data["0001_jobs.sql"]';
const lines = (...given: string[]) => ofCluster(hba, given);
const file = (...given: string[]): Edit => set("ConfigMap/postgresql", ["data", "pg_hba.conf"], given.join("\n"));
const sql = (text: string) => add(migrations(text));
const wanted = (...rows: string[]) =>
  sql(
    `CREATE TEMP TABLE all_grants (database name); INSERT INTO all_grants VALUES\n${rows.map((row) => `('altlas', ${row})`).join(",\n")};`,
  );
const caller = (name: string, role: string, rights?: Manifest[]) => ({
  workload: `Deployment/altlas/${name}`,
  role,
  ...(rights && { rights }),
});
const callers = (...given: ReturnType<typeof caller>[]) => ({ settings: { "ALT-DB-011": { callers: given } } });
const reader = [{ name: "platform.jobs", privileges: ["select"] }];
const administrators = {
  settings: { "ALT-DB-011": { administrators: [{ secret: "postgresql-roles", key: "postgres" }] } },
};
const inMesh = set("Namespace", ["metadata", "annotations"], { "linkerd.io/inject": "enabled" });
const volume = (source: Manifest) => set("Deployment", `${pod}.volumes[1]`, { name: "passwords", ...source });

export const cases: RuleCases = {
  pass: [
    { title: "TLS or nothing, under the operator", edits: [...operated] },
    { title: "TLS or nothing, in a file", edits: plain },
    {
      title: "the way in by the container's own socket",
      edits: [
        ...plain,
        file("local all postgres trust", "host all all 127.0.0.1/32 trust", "hostssl all all all cert"),
      ],
    },
    { title: "without TLS inside the mesh", edits: [...operated, lines(), inMesh] },
    {
      title: "without TLS inside the mesh, a StatefulSet",
      edits: [...plain, file("host all all all scram-sha-256"), inMesh],
    },
    { title: "a job as superuser", edits: [...plain, add(passwordsJob())], options: administrators },
    {
      title: "another key of the Secret",
      edits: [...plain, volume({ secret: { secretName: "postgresql-roles", items: [{ key: "archive", path: "a" }] } })],
      options: administrators,
    },
    {
      title: "rights on single tables",
      edits: [sql("CREATE ROLE reader LOGIN NOSUPERUSER; GRANT SELECT ON TABLE platform.jobs TO reader;")],
    },
    {
      title: "what the edge says",
      edits: [
        wanted(
          "'reader', 'TABLE', 'platform', 'jobs', 'SELECT'",
          "'reader', 'SCHEMA', 'platform', 'platform', 'USAGE'",
        ),
      ],
      options: callers(caller("archive-service", "reader", reader)),
    },
    { title: "a role for each", options: callers(caller("archive-service", "archive"), caller("other", "other")) },
  ],
  fail: [
    {
      title: "the operator's own last line",
      edits: [...operated, lines()],
      says: /Cluster altlas\/postgresql takes connections without TLS \(host all all all scram-sha-256\)/,
      at: hba,
    },
    {
      title: "a reject for one database only",
      edits: [...operated, lines("host other all all reject")],
      says: /takes connections without TLS \(host all all all scram-sha-256\)/,
      at: hba,
    },
    {
      title: "the official image's own lines",
      edits: [...plain, without("ConfigMap/postgresql"), drop("StatefulSet", `${pod}.volumes`)],
      says: /StatefulSet altlas\/postgresql takes connections without TLS/,
      at: `${pod}.containers[0].args`,
    },
    {
      title: "anybody from anywhere",
      edits: [...plain, file("hostssl all all 0.0.0.0/0 trust # for now")],
      says: /lets all in without a password \(hostssl all all 0\.0\.0\.0\/0 trust\)/,
      at: configurationPath,
    },
    {
      title: "MD5, with the mask beside the address",
      edits: [...plain, file("hostssl all archive 10.0.0.0 255.0.0.0 md5")],
      says: /lets archive in by MD5/,
      at: configurationPath,
    },
    {
      title: "only without TLS",
      edits: [...plain, file("hostnossl all all all password")],
      says: /(lets all in by a password in the clear|takes connections without TLS)/,
      at: configurationPath,
      count: 2,
    },
    {
      title: "a role that the operator makes superuser",
      edits: [...operated, ofCluster("spec.managed.roles", [{ name: "archive", superuser: true }, { name: "reader" }])],
      says: /makes archive a superuser/,
      at: "spec.managed.roles[0].superuser",
    },
    {
      title: "a service with the superuser's password, in a variable",
      edits: [
        ...operated,
        set("Deployment", `${pod}.containers[0].env[2]`, {
          name: "P",
          valueFrom: { secretKeyRef: { name: "postgresql-superuser", key: "password" } },
        }),
      ],
      says: /Cluster altlas\/postgresql gives its superuser's password to Deployment archive-service, which runs all the time/,
      at: "spec.superuserSecret.name",
    },
    {
      title: "a service with all keys of a Secret",
      edits: [...plain, volume({ projected: { sources: [{ secret: { name: "postgresql-roles" } }] } })],
      options: administrators,
      says: /StatefulSet altlas\/postgresql gives its superuser's password to Deployment archive-service/,
      at: "spec",
    },
    {
      title: "a service with all variables of a Secret",
      edits: [
        ...operated,
        ofCluster("spec.superuserSecret.name", "root"),
        set("Deployment", `${pod}.containers[0].envFrom[1]`, { secretRef: { name: "root" } }),
      ],
      says: /gives its superuser's password to Deployment archive-service/,
      at: "spec.superuserSecret.name",
    },
    {
      title: "a superuser by SQL",
      edits: [sql("ALTER ROLE archive WITH LOGIN SUPERUSER;")],
      says: /ConfigMap altlas\/postgresql-migrations makes archive a superuser/,
      at: sqlPath,
    },
    {
      title: "rights for everybody",
      edits: [sql("GRANT SELECT ON platform.jobs TO PUBLIC;")],
      says: /gives every role SELECT on platform\.jobs/,
      at: sqlPath,
    },
    {
      title: "all rights on all tables",
      edits: [sql("GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA platform TO archive;")],
      says: /gives archive all rights on ALL TABLES IN SCHEMA platform/,
      at: sqlPath,
    },
    {
      title: "a role that reads everything",
      edits: [sql("GRANT pg_read_all_data TO reader;")],
      says: /gives reader pg_read_all_data, which reaches every schema/,
      at: sqlPath,
    },
    {
      title: "more than the edge says",
      edits: [
        wanted(
          "'reader', 'TABLE', 'platform', 'jobs', 'SELECT'",
          "'reader', 'TABLE', 'platform', 'jobs', 'DELETE'",
          "'other', 'TABLE', 'platform', 'jobs', 'DELETE'",
        ),
      ],
      options: callers(caller("archive-service", "reader", reader)),
      says: /gives reader DELETE on platform\.jobs, which its edge does not say/,
      at: sqlPath,
    },
    {
      title: "one role for two services",
      options: callers(caller("archive-service", "shared"), caller("other", "shared")),
      says: /Deployment altlas\/archive-service comes to the database as shared, as Deployment\/altlas\/other does too/,
      at: pod,
    },
  ],
  notApplicable: [
    { title: "no database" },
    {
      title: "an image that decides itself",
      edits: [
        ...plain,
        without("ConfigMap/postgresql"),
        drop("StatefulSet", `${pod}.volumes`),
        set("StatefulSet", `${pod}.containers[0].image`, "bitnami/postgresql:18"),
      ],
    },
    { title: "lines that are made elsewhere", edits: [...plain, without("ConfigMap/postgresql")] },
    { title: "SQL on tables", edits: [sql("CREATE TABLE a (b text);")] },
  ],
  unknown: [
    { title: "lines from an output", edits: [...operated, unknown("Cluster", hba)], because: hba },
    {
      title: "a file from an output",
      edits: [...plain, unknown("ConfigMap/postgresql", ["data", "pg_hba.conf"])],
      because: 'data["pg_hba.conf"]',
    },
    {
      title: "a Secret's name from an output",
      edits: [...operated, volume({ secret: {} }), unknown("Deployment", `${pod}.volumes[1].secret.secretName`)],
      because: `${pod}.volumes[1].secret.secretName`,
    },
  ],
  configured: [
    {
      title: "callers",
      options: callers(caller("archive-service", "shared"), caller("other", "shared")),
      outcome: "fail",
    },
    {
      title: "administrators",
      edits: [...plain, volume({ secret: { secretName: "postgresql-roles" } })],
      options: administrators,
      outcome: "fail",
    },
  ],
};

function passwordsJob(): Manifest {
  return namespaced("batch/v1", "Job", "migrations", {
    spec: {
      template: {
        spec: { containers: [{ name: "a" }], volumes: [{ name: "p", secret: { secretName: "postgresql-roles" } }] },
      },
    },
  });
}

export const mutants: readonly Mutant[] = [
  {
    title: "passwords cross the network in the clear",
    edits: [inText("ConfigMap/postgresql-configuration", "pg_hba.conf", /hostssl/g, "host")],
    says: /StatefulSet altlas-data\/postgresql takes connections without TLS/,
  },
  {
    title: "beta's operator lets both in by its last line",
    stack: "beta",
    edits: [drop("Cluster/postgresql", "spec.postgresql.pg_hba")],
    says: /Cluster altlas-data\/postgresql takes connections without TLS/,
  },
  {
    title: "a migration makes a role superuser",
    edits: [inText("ConfigMap/postgresql-migrations", "0002_jobs.sql", /$/, "\nALTER ROLE archive SUPERUSER;")],
    says: /makes archive a superuser/,
  },
];
