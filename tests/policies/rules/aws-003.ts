import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { aws, elsewhere, join, missing } from "../aws";

const all = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
const cluster = (enabledClusterLogTypes: unknown = all, name: unknown = "beta") =>
  aws("eks/cluster:Cluster", { name, enabledClusterLogTypes });
const group = (inputs: Record<string, unknown> = {}) =>
  aws("cloudwatch/logGroup:LogGroup", {
    name: "/aws/eks/beta/cluster",
    retentionInDays: 365,
    kmsKeyId: UNKNOWN,
    ...inputs,
  });
const settings = { "ALT-AWS-003": { retentionDays: 30 } };

export const cases: RuleCases = {
  pass: [
    { title: "all logs, kept for a year", resources: [cluster(), group()] },
    {
      title: "a month in beta",
      resources: [cluster(), group({ retentionInDays: 30 })],
      options: { environment: "beta" },
    },
  ],
  fail: [
    {
      title: "two types are missing",
      resources: [cluster(["api", "audit", "scheduler"]), group()],
      says: /Cluster beta does not write the logs authenticator, controllerManager/,
      at: "enabledClusterLogTypes",
    },
    {
      title: "the group is left to EKS",
      resources: [cluster()],
      says: /writes its logs to \/aws\/eks\/beta\/cluster, which nobody registers/,
      at: "name",
    },
    {
      title: "a month in production, in the clear",
      resources: [cluster(), group({ retentionInDays: 30, kmsKeyId: undefined })],
      options: { environment: "prod" },
      says: /keeps its logs for 30 days|under no key/,
      at: "retentionInDays",
      count: 2,
    },
    {
      title: "kept for ever, which nobody decided",
      resources: [cluster(), group({ retentionInDays: undefined })],
      options: { environment: "beta" },
      says: /keeps its logs for no stated time/,
      at: "retentionInDays",
    },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "a name from an output", resources: [cluster(all, UNKNOWN), group()], because: "name" }],
  configured: [
    {
      title: "a month is enough here",
      resources: [cluster(), group({ retentionInDays: 30 })],
      options: { environment: "prod", settings },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's log groups are left to EKS",
    ...missing("cloudwatch/logGroup:LogGroup"),
    says: /Cluster \S+ writes its logs to \S+, which nobody/,
  },
  {
    title: "a cluster joins without its log group",
    change: join(cluster()),
    says: /\/aws\/eks\/beta\/cluster, which nobody/,
  },
];
