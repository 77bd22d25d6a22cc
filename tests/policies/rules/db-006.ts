import { type Mutant, type RuleCases } from "../case";
import { inText, planned, table } from "../database";
import { add, drop, type Manifest, set, unknown } from "../fixtures";
import { namespaced } from "../objects";

const container = "spec.jobTemplate.spec.template.spec.containers[0]";
const maintenance: Manifest = namespaced("batch/v1", "CronJob", "postgresql-maintenance", {
  spec: {
    schedule: "10 * * * *",
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 900,
    jobTemplate: {
      spec: {
        activeDeadlineSeconds: 600,
        backoffLimit: 1,
        template: {
          spec: {
            restartPolicy: "Never",
            containers: [
              {
                name: "psql",
                image: "docker.io/library/postgres:18.4",
                command: ["psql", "--command", "CALL partitioning.maintain(now());"],
                env: [{ name: "PGOPTIONS", value: "-c lock_timeout=2s" }],
              },
            ],
          },
        },
      },
    },
  },
});
const job = add(maintenance);
const lateness = {
  settings: { "ALT-DB-006": { alerts: [{ name: "PartitionMaintenanceLate", expression: "age > 7200" }] } },
};
const operatorAlert = (alert: string, expr: string) =>
  add(
    namespaced("monitoring.coreos.com/v1", "PrometheusRule", "p", { spec: { groups: [{ rules: [{ alert, expr }] }] } }),
  );
const routine = (setting: string) =>
  add(
    namespaced("v1", "ConfigMap", "sql", {
      data: {
        "routine.sql": `CREATE OR REPLACE PROCEDURE partitioning.maintain(at timestamptz) LANGUAGE plpgsql AS $$
          BEGIN PERFORM set_config(${setting}, true); END $$;`,
      },
    }),
  );
const noTimeout = drop("CronJob", `${container}.env`);
const containers = "spec.jobTemplate.spec.template.spec.containers";

export const cases: RuleCases = {
  pass: [
    { title: "every bound, and an alert of the stack's own", edits: [job], options: lateness },
    {
      title: "an alert by the operator's rules",
      edits: [job, operatorAlert("Late", 'time() - kube_cronjob_status_last_successful_time{cronjob="x"} > 7200')],
    },
    {
      title: "a procedure that bounds its locks itself",
      edits: [job, noTimeout, routine("'lock_timeout', '2s'")],
      options: lateness,
    },
    {
      title: "the extension's procedure",
      edits: [
        job,
        set("CronJob", `${container}.command`, [
          "psql",
          "-c",
          "SET lock_timeout TO '3s'; CALL partman.run_maintenance_proc()",
        ]),
        noTimeout,
      ],
      options: lateness,
    },
    { title: "a plan with its job", edits: [job, add(planned(table()))], options: lateness },
    {
      title: "a plan of hash partitions, which need nobody",
      edits: [add(planned(table({ method: { kind: "hash", modulus: 4 } })))],
    },
  ],
  fail: [
    {
      title: "runs beside each other",
      edits: [job, drop("CronJob", "spec.concurrencyPolicy")],
      options: lateness,
      says: /CronJob altlas\/postgresql-maintenance may start a run beside one that still runs \(concurrencyPolicy Allow\)/,
      at: "spec.concurrencyPolicy",
    },
    {
      title: "a run that is ended by the next",
      edits: [job, set("CronJob", "spec.concurrencyPolicy", "Replace")],
      options: lateness,
      says: /concurrencyPolicy Replace/,
      at: "spec.concurrencyPolicy",
    },
    {
      title: "no deadline",
      edits: [job, drop("CronJob", "spec.jobTemplate.spec.activeDeadlineSeconds")],
      options: lateness,
      says: /may run for ever/,
      at: "spec.jobTemplate.spec.activeDeadlineSeconds",
    },
    {
      title: "no starting deadline",
      edits: [job, drop("CronJob", "spec.startingDeadlineSeconds")],
      options: lateness,
      says: /is not started again after 100 missed runs/,
      at: "spec.startingDeadlineSeconds",
    },
    {
      title: "switched off",
      edits: [job, set("CronJob", "spec.suspend", true)],
      options: lateness,
      says: /is suspended and makes no partitions/,
      at: "spec.suspend",
    },
    {
      title: "waits for locks as long as they take",
      edits: [job, noTimeout],
      options: lateness,
      says: /waits for locks without end, and every query behind it/,
      at: containers,
    },
    {
      title: "a timeout of 0, which is none",
      edits: [job, set("CronJob", `${container}.env[0].value`, "-c lock_timeout=0"), routine("'lock_timeout', '0'")],
      options: lateness,
      says: /waits for locks without end/,
      at: containers,
    },
    {
      title: "nobody is told when it stops",
      edits: [job, operatorAlert("PodRestarts", "increase(restarts[1h]) > 3")],
      says: /may stop running without anybody being told/,
      at: "spec.schedule",
    },
    {
      title: "a plan that nobody carries out",
      edits: [add(planned(table()))],
      says: /ConfigMap altlas\/postgresql-partitions plans partitions of platform\.jobs that no CronJob makes.*run one that calls partitioning\.maintain/,
      at: 'data["plan.json"]',
    },
  ],
  notApplicable: [
    { title: "no partitions" },
    { title: "another CronJob", edits: [job, set("CronJob", `${container}.command`, ["psql", "-c", "VACUUM"])] },
  ],
  unknown: [
    {
      title: "a policy from an output",
      edits: [job, unknown("CronJob", "spec.concurrencyPolicy")],
      options: lateness,
      because: "spec.concurrencyPolicy",
    },
    {
      title: "an alert from an output",
      edits: [job, operatorAlert("Other", "up == 0"), unknown("PrometheusRule", "spec.groups[0].rules[0].expr")],
      because: "spec.groups[0].rules[0].expr",
    },
  ],
  configured: [
    { title: "an alert outside the manifests", edits: [job], options: lateness, outcome: "pass" },
    {
      title: "a procedure of another name",
      edits: [job, set("CronJob", `${container}.command`, ["psql", "-c", "CALL roll_over()"])],
      options: { settings: { "ALT-DB-006": { calls: ["roll_over"] } } },
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "runs of maintenance overlap",
    edits: [set("CronJob/postgresql-maintenance", "spec.concurrencyPolicy", "Allow")],
    says: /CronJob altlas-data\/postgresql-maintenance may start a run beside one that still runs/,
  },
  {
    title: "maintenance waits for locks as long as they take",
    edits: [inText("ConfigMap/postgresql-migrations", "partitioning.sql", /lock_timeout/g, "statement_timeout")],
    says: /CronJob altlas-data\/postgresql-maintenance waits for locks without end/,
  },
];
