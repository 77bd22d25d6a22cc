import { type Problem } from "./requests";

/** A finding of the linter that is none here, with the reason; one that finds nothing any more fails the test. */
export interface Accepted {
  /** The linter's name of the finding. */
  readonly issue: string;
  /** Keys of the resources that it is accepted of. */
  readonly resource: RegExp;
  readonly problem: RegExp;
  readonly reason: string;
}

/** Every finding of parliament that we do not follow. */
export const accepted: readonly Accepted[] = [
  {
    issue: "RESOURCE_STAR",
    resource: /aws:kms\/key:Key::/,
    problem: /"kms:/,
    reason: "In the policy of a key * is that key; its ARN is not known before it is made.",
  },
  {
    issue: "MISMATCHED_TYPE",
    resource: /aws:kms\/key:Key::key-logs-key$/,
    problem: /ArnLike requires a value of type Arn but given String/,
    reason: "CloudWatch Logs puts the ARN of the log group there, and its own guide compares it as one.",
  },
  {
    issue: "MISMATCHED_TYPE",
    resource: /bucketPolicy:BucketPolicy::/,
    problem: /s3:TlsVersion requires a value of type Numeric but given \['1\.2'\]/,
    reason: "parliament knows whole numbers only; the guide of S3 has 1.2.",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    resource: /bucketPolicy:BucketPolicy::/,
    problem: /s3:TlsVersion for action s3:(InitiateReplication|PutAccessPointPublicAccessBlock)$/,
    reason: "The statement refuses every action; the two that have no such condition are made by S3 itself.",
  },
  {
    issue: "RESOURCE_MISMATCH",
    resource: /rolePolicy:RolePolicy::role-load-balancer-controller-policy$/,
    problem:
      /^No resources match for the given action: \[\{"action": "ec2:CreateSecurityGroup", [^{]*security-group\/\*"\}\]$/,
    reason: "AWS asks for the network and for the group; the network is in a statement of its own, without the tag.",
  },
  {
    issue: "RESOURCE_MISMATCH",
    resource: /policy:Policy::deployer-beta-network$/,
    problem: /^No resources match for the given action: \[\{"action": "ec2:ModifySecurityGroupRules", [^{]*\}\]$/,
    reason:
      "AWS asks for the rule and for its group; each is in a statement of its own, because only the group has tags.",
  },
  {
    issue: "RESOURCE_MISMATCH",
    resource: /policy:Policy::deployer-beta-storage$/,
    problem:
      /^No resources match for the given action: \[(\{"action": "kms:(Create|Delete|Update)Alias", [^{]*\}(, )?){3}\]$/,
    reason: "AWS asks for the alias and for the key; each is in a statement of its own, because an alias has no tags.",
  },
  {
    issue: "RESOURCE_STAR",
    resource: /policy:Policy::deployer-beta-network$/,
    problem: /: \["ec2:Describe/,
    reason: "It reads whatever EC2 describes, of which most has no narrower resource.",
  },
  {
    issue: "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    resource: /policy:Policy::deployer-beta-storage$/,
    problem: /does allow s3:Put(BucketPolicy|LifecycleConfiguration)$/,
    reason: "Whoever deploys the buckets sets their policy and their lifecycle; that is what the role is for.",
  },
  {
    issue: "UNKNOWN_FEDERATION_SOURCE",
    resource: /role:Role::deployer-beta-role$/,
    problem: /oidc-provider\/token\.actions\.githubusercontent\.com$/,
    reason: "parliament knows four sources by name; this is GitHub's, whose provider the same program registers.",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    resource: /role:Role::deployer-beta-role$/,
    problem: /token\.actions\.githubusercontent\.com:(aud|sub) for action sts:AssumeRoleWithWebIdentity$/,
    reason: "What GitHub's tokens say, as IAM names it after the provider; parliament knows no provider of one's own.",
  },
];

/** Problems that nobody has accepted, and what is accepted without being needed. */
export function judge(problems: readonly Problem[], known: readonly Accepted[] = accepted) {
  const fits = ({ issue, resource, problem }: Accepted, found: Problem) =>
    found.path === issue && resource.test(found.id) && problem.test(found.problem);
  return {
    left: problems.filter((found) => !known.some((each) => fits(each, found))),
    unused: known.filter((each) => !problems.some((found) => fits(each, found))),
  };
}
