import { type PropertyValue } from "../../../registrations/property-values";

type Inputs = Record<string, PropertyValue>;

/** One input of beta made wrong, and what must be said of it. */
export interface WrongInput {
  readonly title: string;
  /** End of the resource's key. */
  readonly resource: string;
  readonly edit: (inputs: Inputs) => void;
  readonly says: RegExp;
}

/** A value inside an input, by its path. */
function set(path: string, value: PropertyValue) {
  return (inputs: Inputs): void => {
    const keys = path.split(".");
    const last = keys.pop()!;
    const place = keys.reduce<Inputs>((at, key) => at[key] as Inputs, inputs);
    place[last] = value;
  };
}

interface Statement {
  Sid: string;
  Action: string[];
  Resource?: PropertyValue;
  Condition?: Record<string, Record<string, PropertyValue>>;
  Effect: string;
}

/** A change of the statement of that name in an IAM document. */
function inDocument(property: string, sid: string, edit: (statement: Statement) => void) {
  return (inputs: Inputs): void => {
    const document = JSON.parse(inputs[property] as string) as { Statement: Statement[] };
    edit(document.Statement.find(({ Sid }) => Sid === sid)!);
    inputs[property] = JSON.stringify(document);
  };
}

const controller = "::role-load-balancer-controller-policy";

/** Inputs that AWS would refuse, or would take for something else than was meant. */
export const wrongInputs: readonly WrongInput[] = [
  {
    title: "a value that an enumeration has not",
    resource: "::eks-control-plane",
    edit: set("accessConfig.authenticationMode", "IAM"),
    says: /'IAM' is none of API, /,
  },
  {
    title: "a value of an enumeration deep in a list",
    resource: "::nodes-memory-group-eu-central-1a",
    edit: set("taints.0.effect", "NoSchedule"),
    says: /'NoSchedule' is none of NO_SCHEDULE, /,
  },
  {
    title: "an image type that EKS does not know",
    resource: "::nodes-cpu-group",
    edit: set("amiType", "AL2024_x86_64_STANDARD"),
    says: /'AL2024_x86_64_STANDARD' is none of AL2_x86_64, /,
  },
  {
    title: "a name that is too long",
    resource: "Role::nodes",
    edit: set("name", "n".repeat(65)),
    says: /^'n{65}' is above the most of 64$/,
  },
  {
    title: "a name with a character that is not allowed",
    resource: "Role::nodes",
    edit: set("name", "altlas nodes"),
    says: /'altlas nodes' is not of the pattern/,
  },
  {
    title: "a subnet that is none",
    resource: "::files-eu-central-1a",
    edit: set("subnetId", "subnet-private-a"),
    says: /'subnet-private-a' is not of the pattern/,
  },
  {
    title: "a bound that is passed",
    resource: "::nodes-cpu-group",
    edit: set("updateConfig.maxUnavailablePercentage", 133),
    says: /^133 is above the most of 100$/,
  },
  {
    title: "a required member that is missing",
    resource: "::eks-control-plane",
    edit: (inputs) => delete inputs.roleArn,
    says: /Missing required parameter in input: "roleArn"/,
  },
  {
    title: "a member that the interface has not",
    resource: "::eks-control-plane",
    edit: set("vpcConfig.subnets", ["subnet-0a1b2c3d"]),
    says: /Unknown parameter in resourcesVpcConfig: "subnets"/,
  },
  {
    title: "a property that the interface has not",
    resource: "::network-vpc",
    edit: set("enableClassiclink", true),
    says: /Unknown parameter in input: "EnableClassiclink"/,
  },
  {
    title: "a number in place of a text",
    resource: "::addon-coredns",
    edit: set("addonName", 1),
    says: /Invalid type for parameter addonName, value: 1/,
  },
  {
    title: "every action of a service on everything",
    resource: controller,
    edit: inDocument("policy", "Read", (statement) => (statement.Action = ["elasticloadbalancing:*"])),
    says: /Unnecessary use of Resource \*/,
  },
  {
    title: "an action that is spelt wrong",
    resource: controller,
    edit: inDocument("policy", "Read", ({ Action }) => Action.push("elasticloadbalancing:DescribeLoadBalancer")),
    says: /Unknown action: .*DescribeLoadBalancer/,
  },
  {
    title: "an action of a service that there is not",
    resource: controller,
    edit: inDocument("policy", "Read", ({ Action }) => Action.push("elb:DescribeLoadBalancers")),
    says: /Unknown prefix/,
  },
  {
    title: "a resource that the action is not about",
    resource: "::role-log-writer-policy",
    edit: inDocument("policy", "Write", (statement) => (statement.Resource = "arn:aws:s3:::altlas-beta-logs")),
    says: /No resources match for the given action/,
  },
  {
    title: "a condition that no action of the statement has",
    resource: "::role-cluster-autoscaler-policy",
    edit: inDocument(
      "policy",
      "ScaleOwnGroups",
      (statement) => (statement.Condition = { StringEquals: { "s3:prefix": "a" } }),
    ),
    says: /Unknown condition s3:prefix for action/,
  },
  {
    title: "a trust policy whose action is spelt wrong",
    resource: "::role-log-writer-role",
    edit: inDocument("assumeRolePolicy", "AssumeAsPod", (statement) => (statement.Action = ["sts:AssumRole"])),
    says: /Unknown action: .*AssumRole/,
  },
  {
    title: "a trust policy that names a resource",
    resource: "::role-log-writer-role",
    edit: inDocument("assumeRolePolicy", "AssumeAsPod", (statement) => (statement.Resource = "*")),
    says: /names a resource, which IAM refuses/,
  },
  {
    title: "an effect that is none",
    resource: "BucketPolicy::backups-bucket-policy",
    edit: inDocument("policy", "RefusePlainHttp", (statement) => (statement.Effect = "Denied")),
    says: /Malformed/,
  },
];
