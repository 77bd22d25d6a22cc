import { add, app, pod, set, sidecar, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, job, podOf } from "../objects";

const grace = (seconds: number) => set("Deployment", `${pod}.terminationGracePeriodSeconds`, seconds);
const sleep = (seconds: number, where = app) =>
  set("Deployment", `${where}.lifecycle`, { preStop: { sleep: { seconds } } });
const command = (...words: string[]) =>
  set("Deployment", `${app}.lifecycle`, { preStop: { exec: { command: words } } });
const at = `${pod}.terminationGracePeriodSeconds`;
const configured = (settings: Record<string, unknown>) => ({
  settings: { "ALT-K8S-060": { drains: {}, ...settings } },
});

export const cases: RuleCases = {
  pass: [
    { title: "no hook and the default of 30 s" },
    { title: "the hook's time and the drain's, exactly", edits: [sleep(15), grace(25)], options: configured({}) },
    { title: "600 s, as long as the autoscaler waits", edits: [grace(600)] },
    { title: "a hook that does not sleep", edits: [command("/bin/sh", "-c", "kill -QUIT 1"), grace(10)] },
    { title: "a word that only ends with sleep", edits: [command("nosleep 500")] },
    {
      title: "a Job, which has nobody to drain",
      edits: [add(job({ terminationGracePeriodSeconds: 0, containers: [] }))],
    },
  ],
  fail: [
    {
      title: "a hook that leaves less than the drain takes",
      edits: [sleep(15), grace(24)],
      options: configured({}),
      says: /Deployment .* gives its pods 24 s to end, of which the preStop hook of container app takes 15 s and draining needs 10 s .*to 25 at least/,
      at,
    },
    {
      title: "the default of 30 s behind a hook of 25 s",
      edits: [sleep(25)],
      options: configured({}),
      says: /leaves its pods Kubernetes' 30 s to end, of which .* takes 25 s/,
      at,
    },
    {
      title: "a sidecar's hook, longer than the application's",
      edits: [sleep(5), sleep(40, sidecar), grace(30)],
      says: /hook of sidecar container proxy takes 40 s/,
      at,
    },
    {
      title: "a hook that sleeps in a shell",
      edits: [command("/bin/sh", "-c", "sleep 1m && nginx -s quit"), grace(30)],
      says: /takes 60 s/,
      at,
    },
    { title: "no time at all", edits: [grace(0)], says: /gives its pods 0 s to end and draining needs \d+ s/, at },
    {
      title: "more than the autoscaler waits",
      edits: [grace(601)],
      says: /gives its pods 601 s to end, more than the 600 s that the autoscaler waits .*to 600 at most/,
      at,
    },
    {
      title: "a bare pod",
      edits: [add(podOf({ spec: { containers: [], terminationGracePeriodSeconds: 1 } }))],
      says: /Pod altlas\/extra gives its pods 1 s to end/,
      at: "spec.terminationGracePeriodSeconds",
    },
    {
      title: "a CronJob whose hook is cut off, and which takes too long",
      edits: [
        add(
          cronJob({
            terminationGracePeriodSeconds: 700,
            containers: [{ name: "a", lifecycle: { preStop: { sleep: { seconds: 800 } } } }],
          }),
        ),
      ],
      says: /CronJob .* gives its pods 700 s to end, (more than the 600 s|of which .* takes 800 s and draining needs 0 s)/,
      at: "spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds",
      count: 2,
    },
    {
      title: "an unknown hook hides no certain failure",
      edits: [sleep(40), unknown("Deployment", `${sidecar}.lifecycle`)],
      says: /takes 40 s/,
      at,
    },
  ],
  notApplicable: [
    {
      title: "no workloads",
      edits: [(manifests) => manifests.splice(0, manifests.length)],
    },
  ],
  unknown: [
    { title: "a grace period from an output", edits: [unknown("Deployment", at)], because: at },
    {
      title: "a hook from an output",
      edits: [unknown("Deployment", `${app}.lifecycle`)],
      because: `${container}.lifecycle`,
    },
  ],
  configured: [
    {
      title: "a workload that drains longer",
      edits: [grace(60)],
      options: configured({ drains: { "Deployment/*/archive-service": 61 } }),
      outcome: "fail",
    },
    { title: "another autoscaler", edits: [grace(900)], options: configured({ maximumSeconds: 900 }), outcome: "pass" },
    { title: "a shorter drain", edits: [grace(2)], options: configured({ drainSeconds: 2 }), outcome: "pass" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the runner is killed in the middle of a task",
    edits: [set("Deployment/runner-service", `${pod}.terminationGracePeriodSeconds`, 30)],
    says: /runner-service gives its pods 30 s to end, of which the preStop hook of container runner-service takes \d+ s/,
  },
];
