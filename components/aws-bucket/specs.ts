import { policyDocument, type Statement } from "../shared/iam";

/** A bucket that is closed to the public, encrypted, versioned, cleaned up and logged. */
export interface BucketArgs {
  /** Name of the bucket; one for all accounts of AWS. */
  readonly bucketName: string;
  readonly account: string;
  /** Days after which an object is deleted; absent: never, only its old versions. */
  readonly expireDays?: number;
  /** Days after which a replaced or deleted object is gone for good. */
  readonly oldVersionDays: number;
  /** Name of the bucket that logs of access go to; absent for that bucket itself. */
  readonly accessLogs?: string;
  /** Buckets whose access logs this one takes. */
  readonly logsOf?: readonly string[];
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Days after which the parts of an upload that nobody finished are removed; they cost, and no list shows them. */
export const abandonedUploadDays = 7;

/** ARN of a bucket. */
export function bucketArn(bucketName: string): string {
  return `arn:aws:s3:::${bucketName}`;
}

/** Policy of a bucket: nothing without TLS 1.2, and the log service where it is a bucket of logs. */
export function bucketPolicy({ bucketName, account, logsOf = [] }: BucketArgs): string {
  const all = [bucketArn(bucketName), `${bucketArn(bucketName)}/*`];
  const statements: Statement[] = [
    {
      Sid: "RefusePlainHttp",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: all,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "RefuseOldTls",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: all,
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    },
  ];
  if (logsOf.length > 0) {
    statements.push({
      Sid: "TakeAccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: `${bucketArn(bucketName)}/*`,
      Condition: {
        ArnLike: { "aws:SourceArn": logsOf.map(bucketArn) },
        StringEquals: { "aws:SourceAccount": account },
      },
    });
  }
  return policyDocument(statements);
}

/**
 * Rules that end objects, old versions, abandoned uploads, and the marks of deleted objects, which without a day of
 * expiry stay for ever and are gone through by every listing.
 */
export function lifecycleRules({ expireDays, oldVersionDays }: BucketArgs) {
  return [
    {
      id: "clean-up",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
      noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
      // S3 takes marks away with the objects where a day of expiry is given.
      expiration: expireDays === undefined ? { expiredObjectDeleteMarker: true } : { days: expireDays },
    },
  ];
}
