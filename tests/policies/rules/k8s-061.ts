import { add, copy, drop, pod, set, unknown, without } from "../fixtures";
import { type Manifest } from "../fixtures";
import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { cronJob, daemonSet } from "../objects";

const priority = (name: string, value: unknown): Manifest => ({
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name },
  value,
});
const classes = add(priority("altlas-data", 5000), priority("altlas-services", 2000), priority("altlas-batch", 1000));
const at = `${pod}.priorityClassName`;
const ofClass = (name: string, edits: Parameters<typeof copy>[2][] = []) =>
  copy("Deployment", "postgresql", set("Deployment", at, name), ...edits);
const named = set("Deployment", ["spec", "template", "metadata", "labels", "app.kubernetes.io/name"], "postgresql");

export const cases: RuleCases = {
  pass: [
    { title: "a class that another program makes" },
    { title: "a class that is here", edits: [classes] },
    { title: "what is called is more important", edits: [classes, ofClass("altlas-data", [named])] },
    { title: "what is called is as important", edits: [classes, ofClass("altlas-services", [named])] },
    { title: "a class of every cluster", edits: [classes, ofClass("system-cluster-critical", [named])] },
    {
      title: "a less important caller of nobody",
      edits: [classes, copy("Deployment", "other", set("Deployment", at, "altlas-batch"))],
    },
  ],
  fail: [
    { title: "no class", edits: [drop("Deployment", at)], says: /archive-service has no priority class/, at },
    {
      title: "a DaemonSet and a CronJob without a class",
      edits: [add(daemonSet, cronJob({ containers: [] }))],
      says: /(DaemonSet altlas\/agent|CronJob altlas\/extra) has no priority class, and so the lowest priority/,
      at: "spec.jobTemplate.spec.template.spec.priorityClassName",
      count: 2,
    },
    {
      title: "a class that does not exist",
      edits: [classes, set("Deployment", at, "altlas-service")],
      says: /names the priority class altlas-service, which none of the 3 classes here is/,
      at,
    },
    {
      title: "the database is less important than the service that needs it",
      edits: [classes, ofClass("altlas-batch", [named])],
      says: /Deployment altlas\/postgresql has the priority 1000 \(altlas-batch\), below the 2000 \(altlas-services\) of Deployment altlas\/archive-service/,
      at,
    },
    {
      title: "classes out of order",
      edits: [add(priority("altlas-services", 2000), priority("altlas-data", 2000))],
      says: /PriorityClass altlas-data has the value 2000, not above the 2000 of altlas-services/,
      at: "value",
    },
  ],
  notApplicable: [{ title: "a class outside the order", edits: [without("Deployment"), add(priority("other", 5))] }],
  unknown: [
    { title: "a class from an output", edits: [unknown("Deployment", at)], because: at },
    {
      title: "a value from an output",
      edits: [
        add(priority("altlas-data", UNKNOWN), priority("altlas-services", 2000)),
        set("Deployment", at, "altlas-data"),
        ofClass("altlas-services", [named]),
      ],
      because: "value",
    },
  ],
  configured: [
    {
      title: "an edge that the stack adds",
      edits: [classes, copy("Deployment", "other", set("Deployment", at, "altlas-batch"))],
      options: { settings: { "ALT-K8S-061": { dependencies: [{ from: "archive-service", to: "other" }] } } },
      outcome: "fail",
    },
    {
      title: "another order",
      edits: [add(priority("altlas-services", 2000), priority("altlas-data", 1000))],
      options: { settings: { "ALT-K8S-061": { order: ["altlas-services", "altlas-data"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service loses its priority class",
    edits: [drop("Deployment/api-gateway", at)],
    says: /api-gateway has no priority class/,
  },
  {
    title: "the archive counts as a batch job, and the gateway needs it",
    edits: [set("Deployment/archive-service", at, "altlas-batch")],
    says: /archive-service has the priority 1000 \(altlas-batch\), below the 2000 \(altlas-services\) of Deployment altlas\/api-gateway/,
  },
  {
    title: "the data class falls below the services'",
    edits: [set("PriorityClass/altlas-data", "value", 1500)],
    says: /PriorityClass altlas-data has the value 1500, not above the 2000 of altlas-services/,
  },
];
