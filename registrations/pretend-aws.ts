import { createHash } from "node:crypto";
import { unknown } from "@pulumi/pulumi";

/** A resource as it is asked for. */
interface Asked {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Account and region of whatever is made up; those of the committed stacks. */
const account = "111122223333";
const region = "eu-central-1";

/** First part of the ids that AWS gives, by type; what has no number there has the name that it was given. */
const idPrefixes: Readonly<Record<string, string>> = {
  "aws:ec2/eip:Eip": "eipalloc",
  "aws:ec2/flowLog:FlowLog": "fl",
  "aws:ec2/internetGateway:InternetGateway": "igw",
  "aws:ec2/launchTemplate:LaunchTemplate": "lt",
  "aws:ec2/natGateway:NatGateway": "nat",
  "aws:ec2/routeTable:RouteTable": "rtb",
  "aws:ec2/securityGroup:SecurityGroup": "sg",
  "aws:ec2/subnet:Subnet": "subnet",
  "aws:ec2/vpc:Vpc": "vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "vpce",
  "aws:efs/fileSystem:FileSystem": "fs",
};

/** ARNs, by type, as far as the program reads them. */
const arns: Readonly<Record<string, (asked: Asked) => string>> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ inputs }) => arn("logs", `log-group:${String(inputs.name)}`),
  "aws:ecr/repository:Repository": ({ inputs }) => arn("ecr", `repository/${String(inputs.name)}`),
  "aws:efs/fileSystem:FileSystem": (asked) => arn("elasticfilesystem", `file-system/${pretendId(asked)}`),
  "aws:eks/cluster:Cluster": ({ inputs }) => arn("eks", `cluster/${String(inputs.name)}`),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ({ inputs }) =>
    `arn:aws:iam::${account}:oidc-provider/${String(inputs.url).replace("https://", "")}`,
  "aws:iam/policy:Policy": ({ inputs }) => `arn:aws:iam::${account}:policy/${String(inputs.name)}`,
  "aws:iam/role:Role": ({ inputs }) => `arn:aws:iam::${account}:role/${String(inputs.name)}`,
  "aws:kms/key:Key": (asked) => arn("kms", `key/${keyId(asked)}`),
  "aws:s3/bucket:Bucket": ({ inputs }) => `arn:aws:s3:::${String(inputs.bucket)}`,
};

/** What else AWS makes of a resource beyond its inputs, by type; only what the program reads. */
const computed: Readonly<Record<string, (asked: Asked) => Readonly<Record<string, unknown>>>> = {
  "aws:kms/key:Key": (asked) => ({ keyId: keyId(asked) }),
  "aws:ecr/repository:Repository": ({ inputs }) => ({
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${String(inputs.name)}`,
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:eks/cluster:Cluster": ({ name, inputs }) => ({
    endpoint: `https://${name}.gr7.${region}.eks.amazonaws.com`,
    certificateAuthority: { data: "Y2VydGlmaWNhdGU=" },
    vpcConfig: { ...(inputs.vpcConfig as object), clusterSecurityGroupId: `sg-${digits(`${name} group`)}` },
  }),
  "aws:eks/nodeGroup:NodeGroup": ({ inputs }) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${String(inputs.nodeGroupName)}-0a1b2c3d` }] }],
  }),
};

/** Id of an AWS resource: of AWS' own form, the same in every run, and another one for another resource. */
export function pretendId({ type, name }: Pick<Asked, "type" | "name">): string {
  const prefix = idPrefixes[type];
  return prefix === undefined ? `${name}-id` : `${prefix}-${digits(`${type} ${name}`)}`;
}

/** Properties of an AWS resource as they are known after an update; in a preview, what AWS makes is unknown. */
export function pretendAws(asked: Asked, preview: boolean): Readonly<Record<string, unknown>> {
  const made = { arn: arns[asked.type]?.(asked) ?? `arn:of:${asked.name}`, ...computed[asked.type]?.(asked) };
  return preview ? Object.fromEntries(Object.keys(made).map((key) => [key, unknown])) : made;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function keyId({ type, name }: Asked): string {
  const hash = digits(`${type} ${name}`, 32);
  return [0, 8, 12, 16, 20].map((start, index) => hash.slice(start, [8, 12, 16, 20, 32][index])).join("-");
}

/** Seventeen hexadecimal digits, as AWS' ids have, which follow from a text. */
function digits(text: string, length = 17): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
