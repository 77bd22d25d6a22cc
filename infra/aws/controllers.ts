import { type ComponentResourceOptions, type Input, jsonStringify, type Resource } from "@pulumi/pulumi";
import { bucketArn } from "../../components/aws-bucket/specs";
import { PodRole } from "../../components/aws-pod-role";
import { type EksCluster } from "../../components/eks-cluster";
import { policyDocument, type Statement } from "../../components/shared/iam";
import { databaseObjects } from "../../model/database/names";
import { type AwsEnvironment, clusterArn, resourceTags } from "../../model/aws";
import { clusterAutoscalerIdentity, loadBalancerControllerIdentity } from "../../model/system";
import { type Keys } from "./keys";
import { autoscalerPolicy } from "./policies/autoscaler";
import { loadBalancerPolicy } from "./policies/load-balancer";
import { type Storage } from "./storage";

/** Roles of what the platform runs in the cluster and what calls AWS; each service account has its own. */
export function createControllerRoles(
  aws: AwsEnvironment,
  keys: Keys,
  cluster: EksCluster,
  storage: Storage,
  options: ComponentResourceOptions,
): Resource[] {
  const { name } = aws.cluster;
  const role = (
    use: string,
    place: { readonly namespace: string; readonly serviceAccount: string },
    purpose: string,
    planStep: string,
    policy: Input<string>,
  ) =>
    new PodRole(
      `role-${use}`,
      {
        roleName: `${name}-${use}`,
        purpose,
        clusterName: name,
        clusterArn: clusterArn(aws.cluster),
        ...place,
        policy,
        cluster: cluster.cluster,
        tags: resourceTags(aws, planStep),
      },
      options,
    );
  return [
    role(
      "cluster-autoscaler",
      clusterAutoscalerIdentity,
      "Nodes for pods that find no room",
      "2.1.4",
      policyDocument(autoscalerPolicy(aws.cluster)),
    ),
    role(
      "load-balancer-controller",
      loadBalancerControllerIdentity,
      "Load balancers of Services",
      "2.2.3",
      policyDocument(loadBalancerPolicy(aws.cluster)),
    ),
    role(
      "log-writer",
      { namespace: aws.namespaces.observability, serviceAccount: "fluent-bit" },
      "Writes logs to their bucket",
      "3.2.1",
      writer(storage.logs.bucketName, keys),
    ),
    role(
      "backup-writer",
      // The account of the servers, and of the Cluster that a restore drill makes.
      { namespace: aws.namespaces.data, serviceAccount: databaseObjects.server },
      "Writes, reads and ends backups of PostgreSQL",
      "3.4.5",
      writer(storage.backups.bucketName, keys, databaseObjects.server),
    ),
  ];
}

/**
 * Rights on one bucket; a writer of logs can neither read nor delete, so that whoever takes it over hides nothing.
 * @param managed folder whose objects may also be read and deleted, and outside of which none is touched
 */
function writer(bucketName: string, keys: Keys, managed?: string): Input<string> {
  const bucket = bucketArn(bucketName);
  const objects = managed === undefined ? `${bucket}/*` : `${bucket}/${managed}/*`;
  return jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Write",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        Resource: objects,
      },
      ...(managed === undefined ? [] : manage(bucket, objects)),
      {
        Sid: "UseKey",
        Effect: "Allow",
        // A multipart upload decrypts its own parts.
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: keys.storage.arn,
      },
    ],
  });
}

/** Restoring and ending what lies in a folder. Barman first asks whether the bucket is there, which is a list of all. */
function manage(bucket: string, objects: string): Statement[] {
  return [
    { Sid: "Restore", Effect: "Allow", Action: ["s3:DeleteObject", "s3:GetObject"], Resource: objects },
    {
      Sid: "List",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: bucket,
    },
  ];
}
