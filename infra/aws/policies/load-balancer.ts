import { type Statement } from "../../../components/shared/iam";
import { type AwsCluster } from "../../../model/aws";

/** The tag that the controller puts on everything it makes. */
const ownTag = "elbv2.k8s.aws/cluster";

/**
 * Rights of the AWS load-balancer controller: its published policy (kubernetes-sigs/aws-load-balancer-controller,
 * docs/install/iam_policy.json) without WAF, Shield and Cognito, which the platform does not use, and with every change
 * bound to what carries this cluster's tag.
 */
export function loadBalancerPolicy({ name, account, region }: AwsCluster): Statement[] {
  const ec2 = (kind: string) => `arn:aws:ec2:${region}:${account}:${kind}/*`;
  const balancing = (...kinds: readonly string[]) =>
    kinds.map((kind) => `arn:aws:elasticloadbalancing:${region}:${account}:${kind}/*`);
  const own = { StringEquals: { [`aws:ResourceTag/${ownTag}`]: name } };
  const made = { StringEquals: { [`aws:RequestTag/${ownTag}`]: name } };
  const allow = (
    Sid: string,
    Action: readonly string[],
    Resource: string | readonly string[],
    Condition?: Statement["Condition"],
  ): Statement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition ? { Condition } : {}) });
  return [
    allow("Read", reads, "*"),
    allow("ReadCertificates", ["acm:DescribeCertificate"], `arn:aws:acm:${region}:${account}:certificate/*`),
    allow("ReadGroupsOfNetwork", ["ec2:GetSecurityGroupsForVpc"], ec2("vpc")),
    allow("LinkRole", ["iam:CreateServiceLinkedRole"], linkedRole(account), {
      StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
    }),
    allow("MakeGroupsInNetworks", ["ec2:CreateSecurityGroup"], ec2("vpc")),
    allow("MakeGroups", ["ec2:CreateSecurityGroup"], ec2("security-group"), made),
    allow("TagNewGroups", ["ec2:CreateTags"], ec2("security-group"), {
      StringEquals: { ...made.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" },
    }),
    allow(
      "ChangeOwnGroups",
      [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:RevokeSecurityGroupIngress",
      ],
      ec2("security-group"),
      own,
    ),
    // The nodes' group, which EKS tags itself, must let the load balancers in.
    allow("OpenNodes", ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"], ec2("security-group"), {
      StringEquals: { "aws:ResourceTag/aws:eks:cluster-name": name },
    }),
    allow(
      "Make",
      ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      balancing("loadbalancer", "targetgroup"),
      made,
    ),
    allow(
      "TagNew",
      ["elasticloadbalancing:AddTags"],
      balancing("loadbalancer", "targetgroup", "listener", "listener-rule"),
      made,
    ),
    allow("ChangeOwn", changes, balancing("loadbalancer", "targetgroup", "listener", "listener-rule"), own),
  ];
}

/** The role by which Elastic Load Balancing works in an account; one for all of its load balancers. */
const linkedRole = (account: string) =>
  `arn:aws:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`;

const reads = [
  "acm:ListCertificates",
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstances",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeSSLPolicies",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
];

const changes = [
  "elasticloadbalancing:AddListenerCertificates",
  "elasticloadbalancing:AddTags",
  "elasticloadbalancing:CreateListener",
  "elasticloadbalancing:CreateRule",
  "elasticloadbalancing:DeleteListener",
  "elasticloadbalancing:DeleteLoadBalancer",
  "elasticloadbalancing:DeleteRule",
  "elasticloadbalancing:DeleteTargetGroup",
  "elasticloadbalancing:DeregisterTargets",
  "elasticloadbalancing:ModifyListener",
  "elasticloadbalancing:ModifyListenerAttributes",
  "elasticloadbalancing:ModifyLoadBalancerAttributes",
  "elasticloadbalancing:ModifyRule",
  "elasticloadbalancing:ModifyTargetGroup",
  "elasticloadbalancing:ModifyTargetGroupAttributes",
  "elasticloadbalancing:RegisterTargets",
  "elasticloadbalancing:RemoveListenerCertificates",
  "elasticloadbalancing:RemoveTags",
  "elasticloadbalancing:SetIpAddressType",
  "elasticloadbalancing:SetRulePriorities",
  "elasticloadbalancing:SetSecurityGroups",
  "elasticloadbalancing:SetSubnets",
];
