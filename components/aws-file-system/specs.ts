import { policyDocument } from "../shared/iam";

/** Port of NFS version 4. */
export const nfsPort = 2049;

/**
 * Who may mount: principals of the account whose own policies let them, through a mount target, by TLS. A mount that does
 * not sign its request by IAM (mount option `iam`) has no principal and is refused.
 */
export function fileSystemPolicy(account: string, arn: string): string {
  return policyDocument([
    {
      Sid: "Mount",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: arn,
      Condition: { Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } },
    },
    {
      Sid: "RefusePlainNfs",
      Effect: "Deny",
      Principal: "*",
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: arn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
