import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, daemonSet, ephemeral } from "../objects";

const bare = { containers: [{ name: "clean", image: "a:1" }] };

export const cases: RuleCases = {
  pass: [
    { title: "a decimal number of cores", edits: [set("Deployment", `${app}.resources.limits.cpu`, 0.5)] },
    { title: "an ephemeral container, which cannot have limits", edits: [add(ephemeral({ image: "a:1" }))] },
    {
      title: "a limit of the whole pod, which holds for each container",
      edits: [
        drop("Deployment", `${app}.resources.limits.cpu`),
        set("Deployment", `${pod}.resources`, { limits: { cpu: "1" } }),
      ],
    },
  ],
  fail: [
    {
      title: "no limit",
      edits: [drop("Deployment", `${app}.resources.limits.cpu`)],
      says: /^Container app of Deployment altlas\/archive-service has no cpu limit .*; set .* or exempt/,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "an init container without a limit",
      edits: [drop("Deployment", `${init}.resources.limits.cpu`)],
      says: /^Init container migrate .* has no cpu limit/,
      at: `${pod}.initContainers[0].resources.limits.cpu`,
    },
    {
      title: "a sidecar without resources",
      edits: [drop("Deployment", `${sidecar}.resources`)],
      says: /^Sidecar container proxy .* has no cpu limit/,
      at: `${pod}.initContainers[1].resources.limits.cpu`,
    },
    {
      title: "a limit of nothing, which the kubelet takes for none",
      edits: [set("Deployment", `${app}.resources.limits.cpu`, "0m")],
      says: /has the cpu limit 0m, which means none/,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "a limit that is no quantity",
      edits: [set("Deployment", `${app}.resources.limits.cpu`, "2 cores")],
      says: /has the cpu limit "2 cores", which is no quantity/,
      at: `${container}.resources.limits.cpu`,
    },
    {
      title: "a CronJob's container",
      edits: [add(cronJob(bare))],
      says: /^Container clean of CronJob altlas\/extra has no cpu limit/,
      at: "spec.jobTemplate.spec.template.spec.containers[0].resources.limits.cpu",
    },
    {
      title: "a DaemonSet's container",
      edits: [add(daemonSet), set("DaemonSet", pod, bare)],
      says: /^Container clean of DaemonSet altlas\/agent has no cpu limit/,
      at: `${container}.resources.limits.cpu`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "a limit from an output",
      edits: [unknown("Deployment", `${app}.resources.limits.cpu`)],
      because: `${container}.resources.limits.cpu`,
    },
    {
      title: "no limit, and the pod's own from an output",
      edits: [drop("Deployment", `${app}.resources.limits.cpu`), unknown("Deployment", `${pod}.resources`)],
      because: `${pod}.resources`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service loses its cpu limit",
    edits: [drop("Deployment/api-gateway", `${app}.resources.limits.cpu`)],
    says: /^Container api-gateway of Deployment altlas\/api-gateway has no cpu limit/,
  },
  {
    title: "the cpu limit of a service is written as nothing",
    edits: [set("Deployment/archive-service", `${app}.resources.limits.cpu`, "0")],
    says: /archive-service has the cpu limit 0, which means none/,
  },
];
