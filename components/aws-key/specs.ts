import { policyDocument, type Statement } from "../shared/iam";

/** An AWS service that uses a key for principals of the account. */
export interface KeyUser {
  /** First label of the service's host name, such as `s3`. */
  readonly service: "ec2" | "ecr" | "eks" | "elasticfilesystem" | "s3";
}

/** A KMS key and who may use it. */
export interface KeyArgs {
  /** Last part of the key's alias. */
  readonly keyName: string;
  readonly purpose: string;
  readonly account: string;
  readonly region: string;
  /** Services through which principals of the account may use it; what each of them may is said by its own policies. */
  readonly through?: readonly KeyUser["service"][];
  /** Log groups (ARNs with wildcards) that CloudWatch Logs encrypts with it. */
  readonly logGroups?: readonly string[];
  /** Roles that use it themselves, such as the service-linked role of Auto Scaling, which starts nodes. */
  readonly roles?: readonly string[];
  /** Roles that encrypt and decrypt small values with it themselves, such as whoever deploys; they can pass nothing on. */
  readonly users?: readonly string[];
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Days before a deleted key is gone for good: the most that KMS has, because what it encrypted is gone with it. */
export const deletionWindowDays = 30;

/** What administering a key is; using it is not among it. */
const administration = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListAliases",
  "kms:ListGrants",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** What using a key is. */
export const use = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** Policy of a key: the account administers it, services use it, and nobody else has anything to do with it. */
export function keyPolicy({ account, region, through = [], logGroups = [], roles = [], users = [] }: KeyArgs): string {
  const root = { AWS: `arn:aws:iam::${account}:root` };
  const everyKey = { Resource: "*" };
  const statements: Statement[] = [
    { Sid: "Administer", Effect: "Allow", Principal: root, Action: administration, ...everyKey },
  ];
  if (through.length > 0) {
    const services = through.map((service) => `${service}.${region}.amazonaws.com`);
    const condition = { StringEquals: { "kms:CallerAccount": account, "kms:ViaService": services } };
    statements.push(
      { Sid: "UseThroughServices", Effect: "Allow", Principal: root, Action: use, ...everyKey, Condition: condition },
      {
        Sid: "GrantThroughServices",
        Effect: "Allow",
        Principal: root,
        Action: ["kms:CreateGrant"],
        ...everyKey,
        Condition: { ...condition, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    );
  }
  if (logGroups.length > 0) {
    statements.push({
      Sid: "EncryptLogs",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      // Describing a key has no context, so under this condition it would never be allowed.
      Action: use.filter((action) => action !== "kms:DescribeKey"),
      ...everyKey,
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
    });
  }
  if (roles.length > 0) {
    statements.push(
      { Sid: "UseByRoles", Effect: "Allow", Principal: { AWS: roles }, Action: use, ...everyKey },
      {
        Sid: "GrantByRoles",
        Effect: "Allow",
        Principal: { AWS: roles },
        Action: ["kms:CreateGrant"],
        ...everyKey,
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    );
  }
  if (users.length > 0) {
    const Action = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"];
    statements.push({ Sid: "UseByDeployers", Effect: "Allow", Principal: { AWS: users }, Action, ...everyKey });
  }
  return policyDocument(statements);
}
