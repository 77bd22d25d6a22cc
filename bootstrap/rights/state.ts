import { bucketArn } from "../../components/aws-bucket/specs";
import { type Statement } from "../../components/shared/iam";

/** Where an environment's state is. */
export interface StateFolder {
  readonly bucketName: string;
  readonly folder: string;
  readonly region: string;
  /** The key that the bucket encrypts with. */
  readonly keyArn: string;
}

/**
 * Rights on the state of one environment: what the engine does with a bucket, in one folder of it. It lists, reads, writes
 * and deletes objects (locks, and backups of states that were removed); it never asks for old versions, so a deployer that
 * went astray cannot delete those.
 */
export function stateRights({ bucketName, folder, region, keyArn }: StateFolder): Statement[] {
  return [
    {
      Sid: "ListState",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: bucketArn(bucketName),
      Condition: { StringLike: { "s3:prefix": `${folder}/*` } },
    },
    {
      Sid: "KeepState",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${bucketArn(bucketName)}/${folder}/*`,
    },
    {
      Sid: "EncryptState",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
  ];
}
