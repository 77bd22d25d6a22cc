import { z } from "zod";
import { awsResources, documentOf, isGiven } from "../checks/aws";
import { Field } from "../field";
import { type Graph } from "../graph/graph";
import { defineRule, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  tags: z
    .array(z.string().min(1))
    .default(["project", "environment", "owner", "cost-center", "plan-ref", "managed-by"])
    .describe("tags that every resource has, its own or by the provider's defaultTags"),
});
type Settings = z.infer<typeof settings>;

/** Types that cost money or hold data, and take tags. */
const tagged: readonly string[] = [
  "cloudwatch/logGroup:LogGroup",
  "ebs/volume:Volume",
  "ec2/eip:Eip",
  "ec2/flowLog:FlowLog",
  "ec2/instance:Instance",
  "ec2/internetGateway:InternetGateway",
  "ec2/launchTemplate:LaunchTemplate",
  "ec2/natGateway:NatGateway",
  "ec2/routeTable:RouteTable",
  "ec2/securityGroup:SecurityGroup",
  "ec2/subnet:Subnet",
  "ec2/vpc:Vpc",
  "ec2/vpcEndpoint:VpcEndpoint",
  "ecr/repository:Repository",
  "efs/fileSystem:FileSystem",
  "eks/addon:Addon",
  "eks/cluster:Cluster",
  "eks/nodeGroup:NodeGroup",
  "iam/policy:Policy",
  "iam/role:Role",
  "kms/key:Key",
  "lb/loadBalancer:LoadBalancer",
  "rds/cluster:Cluster",
  "rds/instance:Instance",
  "s3/bucket:Bucket",
  "sqs/queue:Queue",
];

const tags = {
  project: "altlas",
  environment: "beta",
  owner: "platform",
  "cost-center": "altlas",
  "plan-ref": "2.1",
  "managed-by": "pulumi",
};

export const rule = defineRule<Settings>({
  id: "ALT-AWS-015",
  slug: "aws-resources-carry-tags",
  title: "AWS resources say by tags whose they are, what they belong to and who pays",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "The bill lists tags, not stacks: what has none is a sum that nobody owns. And who finds a stray resource a year later " +
    "cannot tell whether it may go.",
  fix: "Set the tags once in the provider's defaultTags, or on the resource.",
  planSteps: ["2.1"],
  peers: [],
  settings,
  examples: {
    pass: { title: "all of them", resources: [aws("ec2/vpc:Vpc", { tags })] },
    fail: { title: "no owner", resources: [aws("ec2/vpc:Vpc", { tags: { ...tags, owner: undefined } })] },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, ...tagged),
      function* ({ root }, { graph, settings: { tags: wanted } }) {
        const own = root.at("tags");
        const given = new Set(own.entries().map(([key]) => key));
        const missing = wanted.filter((key) => !(given.has(key) && isGiven(own.at(key))));
        if (missing.length === 0) return undefined;
        const defaults = defaultTags(graph);
        const left = missing.filter((key) => !defaults.has(key));
        if (left.length === 0) return undefined;
        const names = left.join(", ");
        const problem = `lacks the ${left.length === 1 ? "tag" : "tags"} ${names}`;
        yield { problem, path: own.path, fix: "add them, or set them in the provider's defaultTags" };
        return undefined;
      },
    ),
  ],
});

/** Keys that every AWS provider of the program puts on what it makes. */
function defaultTags(graph: Graph): ReadonlySet<string> {
  const keys = graph.resources
    .filter(({ type }) => type === "pulumi:providers:aws")
    .map(({ inputs }) => {
      return new Set(
        documentOf(Field.root(inputs).at("defaultTags"))
          .at("tags")
          .entries()
          .map(([key]) => key),
      );
    });
  const [first, ...others] = keys;
  return new Set([...(first ?? [])].filter((key) => others.every((other) => other.has(key))));
}
