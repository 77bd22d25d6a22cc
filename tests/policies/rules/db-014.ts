import { type Mutant, type RuleCases } from "../case";
import { cluster, ofCluster, operated, plain } from "../database";
import { add, drop, set, unknown } from "../fixtures";
import { cronJob } from "../objects";

const spread = "spec.topologySpreadConstraints";
const podSpread = "spec.template.spec.topologySpreadConstraints";
const zone = "topology.kubernetes.io/zone";
const antiAffinity = "spec.template.spec.affinity.podAntiAffinity";
const term = { topologyKey: zone, labelSelector: { matchLabels: { "app.kubernetes.io/name": "postgresql" } } };

export const cases: RuleCases = {
  pass: [
    { title: "three servers under the operator", edits: operated },
    { title: "three pods of a StatefulSet", edits: plain },
    {
      title: "zones by constraints in place of anti-affinity",
      edits: [
        ...operated,
        drop("Cluster", "spec.affinity"),
        ofCluster(spread, [{ topologyKey: zone, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }]),
      ],
    },
    {
      title: "zones by anti-affinity that must hold",
      edits: [
        ...plain,
        drop("StatefulSet", podSpread),
        set("StatefulSet", `${antiAffinity}.requiredDuringSchedulingIgnoredDuringExecution`, [term]),
      ],
    },
    {
      title: "zones by anti-affinity that is preferred",
      edits: [
        ...plain,
        drop("StatefulSet", podSpread),
        set("StatefulSet", `${antiAffinity}.preferredDuringSchedulingIgnoredDuringExecution`, [
          { weight: 100, podAffinityTerm: term },
        ]),
      ],
    },
    { title: "no environment named, and three servers", edits: operated, options: { environment: "prod" } },
  ],
  fail: [
    {
      title: "one server",
      edits: [...operated, ofCluster("spec.instances", 1)],
      says: /Cluster altlas\/postgresql has no read replica, where 2 are asked for .*run 3 servers/,
      at: "spec.instances",
    },
    {
      title: "a number that the operator leaves at one",
      edits: [...operated, drop("Cluster", "spec.instances")],
      says: /has no read replica/,
      at: "spec.instances",
    },
    {
      title: "one replica",
      edits: [...plain, set("StatefulSet", "spec.replicas", 2)],
      says: /StatefulSet altlas\/postgresql has one read replica, where 2 are asked for/,
      at: "spec.replicas",
    },
    {
      title: "the operator's own spread, which is over nodes",
      edits: [...operated, drop("Cluster", "spec.affinity")],
      says: /may have all its servers in one zone/,
      at: spread,
    },
    {
      title: "no spread by the operator",
      edits: [...operated, ofCluster("spec.affinity.enablePodAntiAffinity", false)],
      says: /may have all its servers in one zone/,
      at: spread,
    },
    {
      title: "pods over nodes only",
      edits: [...plain, set("StatefulSet", `${podSpread}[0].topologyKey`, "kubernetes.io/hostname")],
      says: /may have all its servers in one zone/,
      at: podSpread,
    },
    {
      title: "one server whose spread is not known",
      edits: [...operated, ofCluster("spec.instances", 1), unknown("Cluster", "spec.affinity.topologyKey")],
      says: /has no read replica/,
      at: "spec.instances",
    },
  ],
  notApplicable: [
    { title: "no database" },
    {
      title: "one server in dev",
      edits: [...operated, ofCluster("spec.instances", 1)],
      options: { environment: "dev" },
    },
    {
      title: "a job with the server's image",
      edits: [add(cronJob({ containers: [{ name: "a", image: "docker.io/library/postgres:18.4" }] }))],
    },
    { title: "a Cluster of another operator", edits: [add({ ...cluster, apiVersion: "example.com/v1" })] },
  ],
  unknown: [
    {
      title: "a number from an output",
      edits: [...operated, unknown("Cluster", "spec.instances")],
      because: "spec.instances",
    },
    {
      title: "a StatefulSet whose image is not known",
      edits: [...plain, unknown("StatefulSet", "spec.template.spec.containers[0].image")],
      because: "spec.template.spec.containers[0].image",
    },
    {
      title: "constraints from an output",
      edits: [...plain, unknown("StatefulSet", podSpread)],
      because: podSpread,
    },
  ],
  configured: [
    {
      title: "one replica is enough for this database",
      edits: [...operated, ofCluster("spec.instances", 2)],
      options: { settings: { "ALT-DB-014": { replicas: 1 } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's database loses a replica",
    stack: "beta",
    edits: [set("Cluster/postgresql", "spec.instances", 2)],
    says: /Cluster altlas-data\/postgresql has one read replica/,
  },
];
