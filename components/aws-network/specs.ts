import { policyDocument, type Statement } from "../shared/iam";

/** A VPC with a public and a private subnet in each zone. */
export interface NetworkArgs {
  /** First part of the names of what is in it. */
  readonly networkName: string;
  readonly region: string;
  readonly account: string;
  readonly cidr: string;
  readonly subnets: readonly { readonly zone: string; readonly public: string; readonly private: string }[];
  /** One NAT gateway in each zone, or one for all, in the first. */
  readonly natGateways: "perZone" | "single";
  /** Days that flow logs are kept. */
  readonly logRetentionDays: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * AWS' interfaces that nodes, add-ons and controllers call, reached inside the VPC. Without `eks` a private cluster's
 * autoscaler cannot ask for the labels of an empty group.
 */
export const interfaceEndpoints = [
  "autoscaling",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "logs",
  "sts",
] as const;

/** Tags by which the load-balancer controller finds subnets, and by which people do. */
export const subnetRoles = {
  public: "kubernetes.io/role/elb",
  private: "kubernetes.io/role/internal-elb",
} as const;

/** Name of the log group that flow logs go to. */
export function flowLogGroup(networkName: string): string {
  return `/aws/vpc/${networkName}/flow-logs`;
}

/** ARN of a log group. */
export function logGroupArn(region: string, account: string, group: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${group}`;
}

/** What the role that writes flow logs may do. */
export function flowLogPolicy(args: NetworkArgs): string {
  const group = logGroupArn(args.region, args.account, flowLogGroup(args.networkName));
  const statements: Statement[] = [
    {
      Sid: "WriteFlowLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [group, `${group}:*`],
    },
  ];
  return policyDocument(statements);
}

/** Who may use the network's endpoints: principals of the account, and AWS where it acts for nobody's account. */
export function endpointPolicy(account: string): string {
  return policyDocument([
    {
      Sid: "OwnAccount",
      Effect: "Allow",
      Principal: "*",
      Action: ["*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": account } },
    },
  ]);
}
