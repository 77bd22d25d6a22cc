import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, daemonSet, ephemeral } from "../objects";

const storage = "ephemeral-storage";
const amount = (where: string, list: string) => [
  ...where.split(/[.[\]]+/).flatMap((key) => (key === "" ? [] : [/^\d+$/.test(key) ? Number(key) : key])),
  "resources",
  list,
  storage,
];

export const cases: RuleCases = {
  pass: [
    { title: "whole bytes as a number", edits: [set("Deployment", amount(app, "limits"), 1_073_741_824)] },
    { title: "an ephemeral container, which cannot have limits", edits: [add(ephemeral({ image: "a:1" }))] },
    {
      title: "volumes of other sorts have sizes of their own",
      edits: [
        set("Deployment", `${pod}.volumes`, [
          { name: "settings", configMap: { name: "archive-service" } },
          { name: "data", persistentVolumeClaim: { claimName: "data" } },
        ]),
      ],
    },
  ],
  fail: [
    {
      title: "no limit",
      edits: [drop("Deployment", amount(app, "limits"))],
      says: /^Container app of Deployment altlas\/archive-service has no ephemeral-storage limit .*for example 128Mi/,
      at: `${container}.resources.limits.ephemeral-storage`,
    },
    {
      title: "a limit, of which the API server would reserve all",
      edits: [drop("Deployment", amount(app, "requests"))],
      says: /^Container app .* has no ephemeral-storage request/,
      at: `${container}.resources.requests.ephemeral-storage`,
    },
    {
      title: "an init container without either",
      edits: [drop("Deployment", `${init}.resources`)],
      says: /^Init container migrate .* has no ephemeral-storage (request|limit)/,
      at: `${pod}.initContainers[0].resources.limits.ephemeral-storage`,
      count: 2,
    },
    {
      title: "a sidecar whose limit is no quantity",
      edits: [set("Deployment", amount(sidecar, "limits"), "1 GB")],
      says: /^Sidecar container proxy .* has "1 GB" as ephemeral-storage limit, which is no quantity/,
      at: `${pod}.initContainers[1].resources.limits.ephemeral-storage`,
    },
    {
      title: "an emptyDir volume without a size limit",
      edits: [set("Deployment", `${pod}.volumes[0].emptyDir`, {})],
      says: /^Deployment altlas\/archive-service has no size limit on its emptyDir volume scratch .*; set emptyDir.sizeLimit/,
      at: `${pod}.volumes[0].emptyDir.sizeLimit`,
    },
    {
      title: "a volume in memory without a size limit",
      edits: [set("Deployment", `${pod}.volumes[0].emptyDir`, { medium: "Memory" })],
      says: /has no size limit on its emptyDir volume scratch/,
      at: `${pod}.volumes[0].emptyDir.sizeLimit`,
    },
    {
      title: "a size limit of nothing, which the kubelet takes for none",
      edits: [set("Deployment", `${pod}.volumes[0].emptyDir.sizeLimit`, 0)],
      says: /has 0 as size limit on its emptyDir volume scratch, which means none/,
      at: `${pod}.volumes[0].emptyDir.sizeLimit`,
    },
    {
      title: "a CronJob's volume",
      edits: [add(cronJob({ containers: [], volumes: [{ name: "dump", emptyDir: {} }] }))],
      says: /^CronJob altlas\/extra has no size limit on its emptyDir volume dump/,
      at: "spec.jobTemplate.spec.template.spec.volumes[0].emptyDir.sizeLimit",
    },
    {
      title: "a DaemonSet's container",
      edits: [add(daemonSet), set("DaemonSet", pod, { containers: [{ name: "agent", resources: {} }] })],
      says: /^Container agent of DaemonSet altlas\/agent has no ephemeral-storage/,
      at: `${container}.resources.requests.ephemeral-storage`,
      count: 2,
    },
    {
      title: "a volume without a limit beside one of which the limit is unknown",
      edits: [
        set("Deployment", `${pod}.volumes[1]`, { name: "logs", emptyDir: {} }),
        unknown("Deployment", `${pod}.volumes[0].emptyDir.sizeLimit`),
      ],
      says: /on its emptyDir volume logs/,
      at: `${pod}.volumes[1].emptyDir.sizeLimit`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "a limit from an output",
      edits: [unknown("Deployment", amount(app, "limits"))],
      because: `${container}.resources.limits.ephemeral-storage`,
    },
    {
      title: "volumes from an output",
      edits: [unknown("Deployment", `${pod}.volumes`)],
      because: `${pod}.volumes`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's scratch volume loses its size limit",
    edits: [drop("Deployment/api-gateway", `${pod}.volumes[1].emptyDir.sizeLimit`)],
    says: /^Deployment altlas\/api-gateway has no size limit on its emptyDir volume uploads/,
  },
  {
    title: "a service loses its limit of ephemeral storage",
    edits: [drop("Deployment/archive-service", amount(app, "limits"))],
    says: /^Container archive-service .* has no ephemeral-storage limit/,
  },
];
