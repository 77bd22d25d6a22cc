import { type RiskClassId } from "./classes";

/** Types whose contents are gone when the object is, and what those are. */
export const statefulTypes: readonly (readonly [type: RegExp, holds: string])[] = [
  [/^aws:s3\/bucket(?:V2)?:/, "its objects"],
  [/^aws:efs\/fileSystem:/, "its files"],
  [/^aws:ebs\/(?:volume|snapshot):/, "its blocks"],
  [/^aws:(?:rds|docdb|neptune)\/\w*(?:[cC]luster|[iI]nstance)\w*:/, "its databases"],
  [/^aws:dynamodb\/(?:table|globalTable):/, "its items"],
  [/^aws:elasticache\/(?:cluster|replicationGroup|serverlessCache):/, "what it has cached"],
  [/^aws:kms\/key:/, "everything that was encrypted with it"],
  [/^aws:secretsmanager\/secret:/, "its versions"],
  [/^aws:ecr\/repository:/, "its images"],
  [/^aws:cloudwatch\/logGroup:/, "its logs"],
  [/^aws:eks\/cluster:/, "every object in it"],
  [/^aws:ec2\/vpc:/, "everything in it"],
  [/^kubernetes:core\/v1:PersistentVolume(?:Claim)?$/, "its files"],
  [/^kubernetes:core\/v1:Namespace$/, "everything in it"],
  [/^kubernetes:apps\/v1:StatefulSet$/, "the order and identity of its pods"],
  [/^kubernetes:apiextensions\.k8s\.io\/v1:CustomResourceDefinition$/, "every object of its kind"],
  [/^kubernetes:postgresql\.cnpg\.io\/\w+:(?:Cluster|Database)$/, "its databases"],
  [/^kubernetes:rabbitmq\.com\/\w+:(?:RabbitmqCluster|Queue|Vhost)$/, "its messages"],
  [/^kubernetes:jetstream\.nats\.io\/\w+:(?:Stream|KeyValue|ObjectStore)$/, "its messages"],
];

/** A type whose coming or going means something by itself. */
interface KindRule {
  readonly type: RegExp;
  readonly class: RiskClassId;
  /** After the resource's name. */
  readonly what: string;
}

/** What it means that a resource of a type is gone. */
export const deletedKinds: readonly KindRule[] = [
  {
    type: /[sS]erverSideEncryptionConfiguration(?:V2)?$|:EncryptionByDefault$/,
    class: "encryption",
    what: "is deleted, and with it the choice of key",
  },
  { type: /PublicAccessBlock$/, class: "exposure", what: "is deleted: what it guards may be made public" },
  { type: /:BucketVersioning(?:V2)?$/, class: "protection", what: "is deleted: an overwritten object is lost" },
  { type: /:BackupPolicy$|:BackupPlan$/, class: "protection", what: "is deleted: there are no new backups" },
  {
    type: /:FlowLog$|:BucketLogging(?:V2)?$/,
    class: "protection",
    what: "is deleted: nobody can tell later who was there",
  },
  { type: /:ResourceQuota$|:LimitRange$/, class: "hardening", what: "is deleted: one workload may take all" },
  { type: /:PodDisruptionBudget$/, class: "availability", what: "is deleted: a drain may take every pod at once" },
  { type: /:HorizontalPodAutoscaler$/, class: "availability", what: "is deleted: pods no longer follow the load" },
];

/** What it means that a resource of a type is new. */
export const createdKinds: readonly KindRule[] = [
  {
    type: /:(?:Ingress|Gateway|HTTPRoute|GRPCRoute|TLSRoute)$/,
    class: "exposure",
    what: "is new: a way in from outside",
  },
  { type: /^aws:ec2\/internetGateway:/, class: "exposure", what: "is new: a way in from outside" },
  { type: /:(?:ClusterRoleBinding|RoleBinding)$/, class: "rights", what: "is new" },
  { type: /^aws:iam\/\w*(?:[aA]ttachment|groupMembership):/, class: "rights", what: "is new" },
  { type: /^aws:eks\/(?:accessPolicyAssociation|podIdentityAssociation):/, class: "rights", what: "is new" },
  { type: /^aws:vpc\/securityGroupIngressRule:|^aws:ec2\/securityGroupRule:/, class: "network", what: "is new" },
];
