import { type RiskClassId } from "./classes";
import {
  added,
  becomes,
  changed,
  either,
  leaves,
  loosens,
  lowered,
  noLongerRefused,
  raised,
  removed,
  turnedOff,
  turnedOn,
  type Worse,
} from "./values";

/** A field whose change means something, whatever resource it is of. */
export interface FieldRule {
  readonly class: RiskClassId;
  /** The field's own key; entries of lists are passed over. */
  readonly key: RegExp;
  /** A key above it, when the key alone says too little. */
  readonly below?: RegExp;
  /** Types it is a field of; default: all. */
  readonly type?: RegExp;
  readonly worse: Worse;
  /** Whether a new resource that has it so is told too; default: only changes of what exists. */
  readonly created?: true;
}

const everywhere = /^(?:0\.0\.0\.0\/0|::\/0)$/;
const podTemplate = /^kubernetes:(?:apps|batch)\//;

/** Fields by class. The first rule that holds decides; order inside a class does not matter. */
export const fieldRules: readonly FieldRule[] = [
  // Encryption at rest and on the way.
  { class: "encryption", key: /^(?:encrypted|storageEncrypted|enableKeyRotation|bucketKeyEnabled)$/, worse: turnedOff },
  { class: "encryption", key: /^(?:atRest|transit|inTransit)Encryption(?:Enabled)?$/, worse: turnedOff },
  { class: "encryption", key: /^(?:kms\w*Key\w*|kmsKey|keyArn|encryptionKey\w*)$/, worse: removed },
  {
    class: "encryption",
    key: /./,
    below:
      /^(?:encryptionConfigs?|encryptionConfigurations?|serverSideEncryption\w*|applyServerSideEncryptionByDefault)$/,
    worse: removed,
  },
  {
    class: "encryption",
    key: /^(?:sseAlgorithm|encryptionType)$/,
    worse: either(removed, loosens("aws:kms:dsse", "KMS_DSSE", "aws:kms", "KMS", "AES256")),
  },
  { class: "encryption", key: /^linkerd\.io\/inject$/, worse: leaves("enabled", "ingress") },
  { class: "encryption", key: /^tls$/, type: /Ingress|Gateway/, worse: removed },
  // The internet.
  { class: "exposure", key: /^endpointPublicAccess$|^publiclyAccessible$/, worse: turnedOn, created: true },
  { class: "exposure", key: /^(?:mapPublicIpOnLaunch|associatePublicIpAddress)$/, worse: turnedOn, created: true },
  {
    class: "exposure",
    key: /^(?:blockPublicAcls|blockPublicPolicy|ignorePublicAcls|restrictPublicBuckets)$/,
    worse: turnedOff,
  },
  { class: "exposure", key: /^acl$/, worse: becomes(/^public-/), created: true },
  {
    class: "exposure",
    key: /^aws-load-balancer-scheme$|load-balancer-scheme$/,
    worse: becomes("internet-facing"),
    created: true,
  },
  {
    class: "exposure",
    key: /^type$/,
    type: /core\/v1:Service$/,
    worse: becomes("LoadBalancer", "NodePort"),
    created: true,
  },
  {
    class: "exposure",
    key: /^(?:cidr|cidrIpv4|cidrIpv6|cidrBlocks|ipv6CidrBlocks)$/,
    below: /^(?:ingress|from)$/,
    worse: becomes(everywhere),
    created: true,
  },
  { class: "exposure", key: /^publicAccessCidrs$/, worse: becomes(everywhere), created: true },
  {
    class: "exposure",
    key: /^cidrIpv[46]$/,
    type: /securityGroupIngressRule/i,
    worse: becomes(everywhere),
    created: true,
  },
  // What keeps a mistake from being one.
  { class: "protection", key: /^(?:deletionProtection|protect|retainOnDelete)$/, worse: turnedOff },
  { class: "protection", key: /^(?:forceDestroy|forceDelete|skipFinalSnapshot)$/, worse: turnedOn },
  {
    class: "protection",
    key: /^deletionWindowInDays$|^retentionInDays$|^backupRetentionPeriod$/,
    worse: either(lowered, removed),
  },
  { class: "protection", key: /^(?:persistentVolumeR|r)eclaimPolicy$/, worse: leaves("Retain") },
  {
    class: "protection",
    key: /^status$/,
    below: /^(?:versioningConfiguration|backupPolicy)$/,
    worse: leaves("Enabled", "ENABLED"),
  },
  { class: "protection", key: /^imageTagMutability$/, worse: leaves("IMMUTABLE") },
  { class: "protection", key: /^enabledClusterLogTypes$/, worse: removed },
  // Pods, nodes and namespaces.
  {
    class: "hardening",
    key: /^(?:privileged|allowPrivilegeEscalation|hostNetwork|hostPID|hostIPC)$/,
    worse: either(turnedOn, noLongerRefused),
    created: true,
  },
  { class: "hardening", key: /^(?:runAsNonRoot|readOnlyRootFilesystem)$/, worse: turnedOff },
  { class: "hardening", key: /^automountServiceAccountToken$/, worse: noLongerRefused },
  { class: "hardening", key: /^drop$/, below: /^capabilities$/, worse: removed },
  { class: "hardening", key: /^add$/, below: /^capabilities$/, worse: added, created: true },
  { class: "hardening", key: /^type$/, below: /^seccompProfile$/, worse: leaves("RuntimeDefault", "Localhost") },
  { class: "hardening", key: /^hostPort$|^hostPath$/, type: podTemplate, worse: added },
  {
    class: "hardening",
    key: /^pod-security\.kubernetes\.io\/enforce$/,
    worse: loosens("restricted", "baseline", "privileged"),
  },
  { class: "hardening", key: /^httpTokens$/, worse: leaves("required") },
  { class: "hardening", key: /^httpPutResponseHopLimit$/, worse: raised },
  // What a service loses by a node, a zone or an update.
  { class: "availability", key: /^(?:minReplicas|replicas|minSize|maxReplicas|minAvailable)$/, worse: lowered },
  { class: "availability", key: /^maxSize$/, below: /^scalingConfig$/, worse: lowered },
  { class: "availability", key: /^minAvailable$/, worse: removed },
  { class: "availability", key: /^maxUnavailable$/, worse: raised },
  { class: "availability", key: /^whenUnsatisfiable$/, worse: leaves("DoNotSchedule") },
  { class: "availability", key: /^topologyKey$/, worse: removed },
  { class: "availability", key: /./, below: /^(?:readinessProbe|livenessProbe|startupProbe)$/, worse: removed },
  { class: "availability", key: /^terminationGracePeriodSeconds$/, worse: either(lowered, removed) },
  { class: "availability", key: /^priorityClassName$/, worse: removed },
  // Sizes in the other direction.
  { class: "scaling", key: /^(?:minReplicas|maxReplicas|replicas|minSize|maxSize)$/, worse: either(changed, added) },
  {
    class: "scaling",
    key: /^(?:cpu|memory|ephemeral-storage)$/,
    below: /^(?:requests|limits)$/,
    worse: either(changed, added),
  },
  { class: "scaling", key: /^(?:requests|limits)\./, type: /ResourceQuota$/, worse: either(changed, added) },
  { class: "scaling", key: /^(?:instanceTypes?|capacityType)$/, worse: either(changed, added) },
  { class: "version", key: /^(?:image|version|addonVersion|amiType)$/, worse: changed },
];
