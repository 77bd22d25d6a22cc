import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { allow, altered, aws, elsewhere, join, one } from "../aws";

const policy = (statement: Record<string, unknown>) => one("iam/policy:Policy", { policy: allow(statement) });
const role = (statement: Record<string, unknown>) => one("iam/role:Role", { assumeRolePolicy: allow(statement) });
const attached = (policyArn: unknown) => one("iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn });
const association = (serviceAccount: string, roleArn: unknown) =>
  aws("eks/podIdentityAssociation:PodIdentityAssociation", { serviceAccount, roleArn }, { name: serviceAccount });
const federated = (sub: string, test = "StringEquals") =>
  role({
    Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/oidc" },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { [test]: { "oidc:sub": sub } },
  });
const scaling = { Action: ["autoscaling:SetDesiredCapacity", "ec2:DescribeImages"], Resource: "*" };

export const cases: RuleCases = {
  pass: [
    { title: "one action on one bucket", resources: policy({ Action: "s3:PutObject", Resource: "arn:aws:s3:::b/*" }) },
    {
      title: "reading everything",
      resources: policy({ Action: ["ec2:Describe*", "s3:ListAllMyBuckets"], Resource: "*" }),
    },
    {
      title: "writing where a tag says so",
      resources: policy({ ...scaling, Condition: { StringEquals: { "aws:ResourceTag/cluster": "beta" } } }),
    },
    {
      title: "a service of AWS",
      resources: role({ Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" }),
    },
    { title: "one service account", resources: federated("system:serviceaccount:kube-system:autoscaler") },
    { title: "a narrow managed policy", resources: attached("arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy") },
    { title: "a role each", resources: [association("one", "arn:one"), association("two", "arn:two")] },
  ],
  fail: [
    {
      title: "everything",
      resources: policy({ Action: "*", Resource: "*" }),
      says: /Policy beta allows \* on every resource/,
      at: "policy",
    },
    {
      title: "all of a service",
      resources: policy({ Action: ["s3:*"], Resource: ["*"] }),
      says: /allows s3:\* on every resource/,
      at: "policy",
    },
    {
      title: "writing anywhere",
      resources: policy(scaling),
      says: /allows autoscaling:SetDesiredCapacity on every resource/,
      at: "policy",
    },
    {
      title: "all but a list",
      resources: policy({ NotAction: "iam:*", Resource: "arn:aws:s3:::b" }),
      says: /allows everything but a list/,
      at: "policy",
    },
    {
      title: "trust in everybody",
      resources: role({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" }),
      says: /Role beta may be assumed by everybody/,
      at: "assumeRolePolicy",
    },
    {
      title: "any service account",
      resources: federated("system:serviceaccount:*", "StringLike"),
      says: /may be assumed by service accounts that it does not name/,
      at: "assumeRolePolicy",
    },
    {
      title: "an administrator",
      resources: attached("arn:aws:iam::aws:policy/AdministratorAccess"),
      says: /gives a role arn:aws:iam::aws:policy\/AdministratorAccess/,
      at: "policyArn",
    },
    {
      title: "a shared role",
      resources: [association("one", "arn:one"), association("two", "arn:one")],
      says: /shares its role with (?:one|two)/,
      at: "roleArn",
      count: 2,
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    { title: "a document from outputs", resources: one("iam/policy:Policy", { policy: UNKNOWN }), because: "policy" },
    {
      title: "roles from outputs",
      resources: [association("one", UNKNOWN), association("two", UNKNOWN)],
      because: "roleArn",
    },
  ],
  configured: [
    {
      title: "an action that takes no resource",
      resources: policy(scaling),
      options: { settings: { "ALT-AWS-012": { resourceless: ["autoscaling:SetDesiredCapacity"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's roles may do everything",
    ...altered("iam/rolePolicy:RolePolicy", (inputs) => (inputs.policy = allow({ Action: "*", Resource: "*" }))),
    says: /RolePolicy \S+ allows \* on every resource/,
  },
  {
    title: "a policy joins that allows everything",
    change: join(...policy({ Action: "*", Resource: "*" })),
    says: /Policy beta allows \* on every resource/,
  },
];
