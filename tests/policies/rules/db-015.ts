import { fromObjects } from "../../../policies/sources/objects";
import { type Mutant, type RuleCases } from "../case";
import { operated, plain, statefulSet } from "../database";
import { set, unknown } from "../fixtures";

const image = "spec.template.spec.containers[0].image";

export const cases: RuleCases = {
  pass: [
    { title: "the operator's Cluster", edits: operated },
    {
      title: "a Cluster of one server, which ALT-DB-014 judges",
      edits: [...operated, set("Cluster", "spec.instances", 1)],
    },
  ],
  fail: [
    {
      title: "a StatefulSet with replicas",
      edits: plain,
      says: /StatefulSet altlas\/postgresql has no automatic failover: a StatefulSet promotes no replica/,
      at: image,
    },
    {
      title: "a Deployment in beta",
      edits: [set("Deployment", "spec.template.spec.containers[0].image", "docker.io/library/postgres:18.4")],
      options: { environment: "beta" },
      says: /Deployment altlas\/archive-service has no automatic failover: a Deployment promotes/,
      at: image,
    },
  ],
  notApplicable: [
    { title: "no database" },
    { title: "a StatefulSet in dev", edits: plain, options: { environment: "dev" } },
    {
      title: "a server that is only beside the program",
      edits: [set("Deployment", "spec.template.spec.initContainers[0].image", "docker.io/library/postgres:18.4")],
    },
  ],
  unknown: [{ title: "an image from an output", edits: [...plain, unknown("StatefulSet", image)], because: image }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the plain form reaches beta",
    stack: "beta",
    change: (resources) => resources.push(...fromObjects([statefulSet])),
    says: /StatefulSet altlas\/postgresql has no automatic failover/,
  },
];
