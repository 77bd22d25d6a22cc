import { fromObjects } from "../../../policies/sources/objects";
import { add, drop, set, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { namespaced } from "../objects";

const template = { spec: { restartPolicy: "Never", containers: [{ name: "a" }] } };
const bounds = { activeDeadlineSeconds: 600, backoffLimit: 2, template };
const importJob = namespaced("batch/v1", "Job", "import", { spec: { ...bounds, ttlSecondsAfterFinished: 3600 } });
const job = add(importJob);
const cronJob = add(
  namespaced("batch/v1", "CronJob", "clean", {
    spec: {
      schedule: "5 3 * * *",
      startingDeadlineSeconds: 3600,
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: bounds },
    },
  }),
);

export const cases: RuleCases = {
  pass: [
    { title: "a Job with every bound", edits: [job] },
    { title: "a CronJob with every bound", edits: [cronJob] },
    {
      title: "no history, and no second try",
      edits: [
        cronJob,
        set("CronJob", "spec.successfulJobsHistoryLimit", 0),
        set("CronJob", "spec.jobTemplate.spec.backoffLimit", 0),
      ],
    },
    {
      title: "attempts for each part of an indexed Job",
      edits: [job, drop("Job", "spec.backoffLimit"), set("Job", "spec.backoffLimitPerIndex", 1)],
    },
  ],
  fail: [
    ...(
      [
        ["activeDeadlineSeconds", "may run for ever"],
        ["backoffLimit", "is tried 7 times by default"],
        ["ttlSecondsAfterFinished", "stays with its pods until somebody deletes it"],
      ] as const
    ).map(([key, without]) => ({
      title: `a Job without ${key}`,
      edits: [job, drop("Job", `spec.${key}`)],
      says: new RegExp(`Job altlas/import has no ${key} and ${without}`),
      at: `spec.${key}`,
    })),
    ...(
      [
        ["startingDeadlineSeconds", "starts runs that it missed"],
        ["concurrencyPolicy", "starts a run beside one that still runs"],
        ["successfulJobsHistoryLimit", "keeps 3 by default"],
        ["failedJobsHistoryLimit", "keeps 1 by default"],
        ["jobTemplate.spec.activeDeadlineSeconds", "may run for ever"],
        ["jobTemplate.spec.backoffLimit", "is tried 7 times"],
      ] as const
    ).map(([path, without]) => ({
      title: `a CronJob without ${path}`,
      edits: [cronJob, drop("CronJob", `spec.${path}`)],
      says: new RegExp(`CronJob altlas/clean has no ${path.split(".").pop()!} and ${without}`),
      at: `spec.${path}`,
    })),
    {
      title: "a deadline of nothing",
      edits: [job, set("Job", "spec.activeDeadlineSeconds", 0)],
      says: /has a deadline of 0 s, which no run can meet/,
      at: "spec.activeDeadlineSeconds",
    },
    {
      title: "a starting deadline below the controller's interval",
      edits: [cronJob, set("CronJob", "spec.startingDeadlineSeconds", 5)],
      says: /gives up a run that is 5 s late, while Kubernetes looks every 10 s/,
      at: "spec.startingDeadlineSeconds",
    },
  ],
  notApplicable: [{ title: "no Job" }],
  configured: [
    {
      title: "a Job that stays on purpose",
      edits: [job, drop("Job", "spec.ttlSecondsAfterFinished")],
      options: {
        settings: {
          "ALT-K8S-066": { kept: [{ workload: "Job/*/imp*", reason: "Its being there says that it was done." }] },
        },
      },
      outcome: "pass",
    },
  ],
  unknown: [
    {
      title: "a deadline from an output",
      edits: [job, unknown("Job", "spec.activeDeadlineSeconds")],
      because: "spec.activeDeadlineSeconds",
    },
    {
      title: "the template of Jobs from an output",
      edits: [cronJob, unknown("CronJob", "spec.jobTemplate")],
      because: "spec.jobTemplate",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a Job for partitions joins without a deadline",
    change: (resources) => {
      const spec = { backoffLimit: 2, ttlSecondsAfterFinished: 3600, template };
      resources.push(...fromObjects([{ ...importJob, spec }]));
    },
    says: /Job altlas\/import has no activeDeadlineSeconds and may run for ever/,
  },
];
