import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { type Field } from "../field";
import { workloads } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  kept: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment"),
        reason: z.string().min(20).describe("why it stays when it is done, and who removes it"),
      }),
    )
    .default([])
    .describe("Jobs that stay when they are done, because their being there says that they were done"),
});
type Settings = z.infer<typeof settings>;

const template = { spec: { restartPolicy: "Never", containers: [{ name: "drop-partitions" }] } };
const job = { activeDeadlineSeconds: 600, backoffLimit: 2, template };
const cronJob = (spec: Record<string, unknown>) =>
  object("batch/v1", "CronJob", "drop-partitions", { spec: { schedule: "5 3 * * *", ...spec } });

/** What a property bounds, and what Kubernetes does without it. */
interface Bound {
  readonly key: string;
  readonly without: string;
  readonly fix: string;
}

/** Defaults of the API: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/, cron-job-v1/ */
const jobBounds: readonly Bound[] = [
  { key: "activeDeadlineSeconds", without: "may run for ever", fix: "set it to the longest that a run may take" },
  { key: "backoffLimit", without: "is tried 7 times by default", fix: "set how often a run that fails is repeated" },
];
const timeToLive: Bound = {
  key: "ttlSecondsAfterFinished",
  without: "stays with its pods until somebody deletes it",
  fix: "set how long its result is of interest",
};
const cronJobBounds: readonly Bound[] = [
  {
    key: "startingDeadlineSeconds",
    without: "starts runs that it missed at any later time, and never again after 100 of them",
    fix: "set it to less than the time between two runs",
  },
  {
    key: "concurrencyPolicy",
    without: "starts a run beside one that still runs",
    fix: "set Forbid or Replace, or Allow where runs do not touch each other",
  },
  { key: "successfulJobsHistoryLimit", without: "keeps 3 by default", fix: "set how many runs to keep" },
  { key: "failedJobsHistoryLimit", without: "keeps 1 by default", fix: "set how many failures to keep for their logs" },
];

export const rule = defineRule<Settings>({
  id: "ALT-K8S-066",
  slug: "kubernetes-job-requires-bounds",
  title: "Jobs end, are repeated a stated number of times and go; CronJobs say what happens when a run is late or long",
  severity: "medium",
  gate: "mandatory",
  scope: "resource",
  why:
    "A run that hangs holds its locks and its memory until somebody looks. Its successor starts beside it, or after 100 " +
    "missed starts none does any more; and finished pods pile up until the namespace's quota is full of them.",
  fix: "Set deadline, number of attempts and time to live of the Job, and starting deadline, concurrency and history of the CronJob.",
  planSteps: ["3.5.4"],
  peers: ["kube-score cronjob-has-deadline", "kube-linter job-ttl-seconds-after-finished", "datree CRONJOB_*"],
  settings,
  examples: {
    pass: {
      title: "every bound is stated",
      manifests: [
        cronJob({
          startingDeadlineSeconds: 3600,
          concurrencyPolicy: "Forbid",
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: { spec: job },
        }),
      ],
    },
    fail: { title: "a schedule alone", manifests: [cronJob({ jobTemplate: { spec: { template } } })] },
  },
  parts: [
    part(
      ({ graph }) => workloads(graph).filter(({ read }) => read().isJob),
      ({ kind, object: { spec, identity } }, { settings: { kept } }) =>
        kind === "Job"
          ? aspects(
              () =>
                require(spec, kept.some(({ workload }) => matchesResource(workload, identity))
                  ? jobBounds
                  : [...jobBounds, timeToLive]),
              () => checkDeadline(spec),
            )
          : aspects(
              () => require(spec, cronJobBounds),
              // Its history limits remove finished Jobs, so these need no time to live of their own.
              () => require(spec.at("jobTemplate", "spec"), jobBounds),
              () => checkDeadline(spec.at("jobTemplate", "spec")),
              () => checkStart(spec),
            ),
    ),
  ],
});

function require(spec: Field, bounds: readonly Bound[]): Generator<Failure, undefined> {
  return each(bounds, function* ({ key, without, fix }) {
    const field = spec.at(key);
    // Attempts may be counted for each part of an indexed Job instead.
    if (key === "backoffLimit" && spec.at("backoffLimitPerIndex").exists) return;
    if (!field.exists) yield { problem: `has no ${key} and ${without}`, path: field.path, fix };
  });
}

function* checkDeadline(spec: Field): Generator<Failure> {
  const deadline = spec.at("activeDeadlineSeconds");
  const seconds = deadline.number();
  if (seconds === undefined || seconds > 0) return;
  const problem = `has a deadline of ${seconds} s, which no run can meet`;
  yield { problem, path: deadline.path, fix: "set it to the longest that a run may take" };
}

/** Below the ten seconds at which the controller looks, a run may be missed each time. */
const controllerSeconds = 10;

function* checkStart(spec: Field): Generator<Failure> {
  const deadline = spec.at("startingDeadlineSeconds");
  const seconds = deadline.number();
  if (seconds === undefined || seconds >= controllerSeconds) return;
  const problem = `gives up a run that is ${seconds} s late, while Kubernetes looks every ${controllerSeconds} s`;
  yield { problem, path: deadline.path, fix: `set it to ${controllerSeconds} at least` };
}
