import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";
import { engineResource } from "../objects";
import { committedKeys } from "../../support/golden/files";

const prefix = "urn:pulumi:beta::altlas-infra::";
const bucket = (name: string, ...aliases: string[]) =>
  engineResource("aws:s3/bucket:Bucket", {
    name,
    urn: `${prefix}aws:s3/bucket:Bucket::${name}`,
    options: { protect: false, ignoreChanges: [], aliases },
  });
const baseline = (...urns: string[]) => ({ settings: { "ALT-OPS-004": { urns } } });
const orders = "aws:s3/bucket:Bucket::orders";
const chart = engineResource("kubernetes:helm.sh/v4:Chart", {
  name: "controller",
  urn: `${prefix}kubernetes:helm.sh/v4:Chart::controller`,
  inputs: { values: { vpcId: UNKNOWN } },
});
const inChart = "kubernetes:helm.sh/v4:Chart$kubernetes:apps/v1:Deployment::controller";

export const cases: RuleCases = {
  pass: [
    { title: "what was registered still is", resources: [bucket("orders")], options: baseline(orders) },
    { title: "a baseline of whole URNs", resources: [bucket("orders")], options: baseline(`${prefix}${orders}`) },
    { title: "more than before", resources: [bucket("orders"), bucket("logs")], options: baseline(orders) },
    { title: "a new name with an alias", resources: [bucket("new", `${prefix}${orders}`)], options: baseline(orders) },
  ],
  fail: [
    {
      title: "a new name without",
      resources: [bucket("new")],
      options: baseline(orders),
      says: /Bucket orders is no longer registered as aws:s3\/bucket:Bucket::orders, and no alias leads there; give what it has become an alias/,
      at: "",
    },
    {
      title: "an alias of another resource",
      resources: [bucket("new", `${prefix}aws:s3/bucket:Bucket::other`)],
      options: baseline(orders),
      says: /Bucket orders is no longer registered/,
      at: "",
    },
    {
      title: "a resource that moved into a component: its types are part of what it is",
      resources: [
        engineResource("aws:s3/bucket:Bucket", {
          name: "orders",
          urn: `${prefix}shop:index:Store$aws:s3/bucket:Bucket::orders`,
        }),
      ],
      options: baseline(orders),
      says: /Bucket orders is no longer registered as aws:s3\/bucket:Bucket::orders/,
      at: "",
    },
    {
      title: "two of them",
      resources: [bucket("new")],
      options: baseline(orders, inChart),
      says: /(?:Bucket orders|Deployment controller) is no longer registered/,
      at: "",
      count: 2,
    },
  ],
  notApplicable: [
    { title: "no baseline", resources: [bucket("orders")] },
    { title: "plain manifests, which have no URN", options: baseline(orders) },
  ],
  unknown: [
    {
      title: "a resource of a chart whose values only an update knows",
      resources: [chart],
      options: baseline(inChart),
      because: "controller.values.vpcId",
    },
  ],
  configured: [
    { title: "a baseline that has it", resources: [bucket("new")], options: baseline(orders), outcome: "fail" },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's Deployment is renamed without an alias",
    change: (resources) => {
      const index = resources.findIndex(({ name }) => name === "archive-service-deployment");
      const own = resources[index]!;
      resources[index] = { ...own, urn: own.urn!.replace("archive-service-deployment", "archive") };
    },
    options: baseline(...committedKeys("dev")),
    says: /Deployment archive-service-deployment is no longer registered/,
  },
  {
    title: "a bucket leaves its component without an alias",
    stack: "beta",
    change: (resources) => {
      const index = resources.findIndex(({ name }) => name === "backups-bucket");
      const own = resources[index]!;
      resources[index] = { ...own, urn: own.urn!.slice(own.urn!.lastIndexOf("$") + 1) };
    },
    options: baseline(...committedKeys("beta")),
    says: /Bucket backups-bucket is no longer registered as .*\$aws:s3/,
  },
];
