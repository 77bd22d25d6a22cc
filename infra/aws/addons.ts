import { type CustomResourceOptions, jsonStringify, type Resource } from "@pulumi/pulumi";
import { use } from "../../components/aws-key/specs";
import { PodRole } from "../../components/aws-pod-role";
import { type AddonArgs, type EksCluster, installAddon } from "../../components/eks-cluster";
import { type EksNodePool } from "../../components/eks-node-pool";
import { type AwsEnvironment, clusterArn, resourceTags } from "../../model/aws";
import { systemNamespace } from "../../model/system";
import { type Keys } from "./keys";
import { type Storage } from "./storage";

/** Folder of AWS' own policies for service roles. */
const serviceRolePolicy = (policy: string) => `arn:aws:iam::aws:policy/service-role/${policy}`;

/** Add-ons without which a node does not become ready. The agent uses the node's network, so it needs no plugin before it. */
export function createAddons(aws: AwsEnvironment, cluster: EksCluster, options: CustomResourceOptions): Resource[] {
  const install = installer(aws, options);
  const agent = install("eks-pod-identity-agent", { after: [cluster.cluster] });
  const role = addonRole(aws, "vpc-cni", "aws-node", "Addresses of pods", options, {
    managedPolicies: ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
  });
  return [
    agent,
    install("kube-proxy", { after: [cluster.cluster] }),
    install("vpc-cni", {
      // Otherwise network policies are objects that nobody enforces.
      configuration: { enableNetworkPolicy: "true" },
      identity: { serviceAccount: role.serviceAccount, roleArn: role.arn },
      after: [agent, role],
    }),
  ];
}

/** Add-ons that run on nodes: DNS, drivers of volumes, snapshots. */
export function createNodeAddons(
  aws: AwsEnvironment,
  keys: Keys,
  cluster: EksCluster,
  nodes: readonly EksNodePool[],
  storage: Storage,
  early: readonly Resource[],
  options: CustomResourceOptions,
): Resource[] {
  const install = installer(aws, options);
  const after = [cluster.cluster, ...early, ...nodes];
  const block = addonRole(aws, "ebs-csi", "ebs-csi-controller-sa", "Volumes of pods", options, {
    managedPolicies: [serviceRolePolicy("AmazonEBSCSIDriverPolicy")],
    policy: jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Sid: "UseKey", Effect: "Allow", Action: use, Resource: keys.volumes.arn },
        {
          Sid: "LendKey",
          Effect: "Allow",
          Action: ["kms:CreateGrant"],
          Resource: keys.volumes.arn,
          Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ],
    }),
  });
  const shared = addonRole(aws, "efs-csi", "efs-csi-controller-sa", "Folders of the shared file system", options, {
    managedPolicies: [serviceRolePolicy("AmazonEFSCSIDriverPolicy")],
  });
  const mounts = new PodRole(
    "role-efs-csi-node",
    {
      ...addonPlace(aws, "efs-csi-node", "efs-csi-node-sa", "Mounts the shared file system"),
      policy: jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Mount",
            Effect: "Allow",
            Action: [
              "elasticfilesystem:ClientMount",
              "elasticfilesystem:ClientWrite",
              "elasticfilesystem:DescribeMountTargets",
            ],
            Resource: storage.files.arn,
          },
        ],
      }),
      // The add-on binds only the role of its controller.
      cluster: cluster.cluster,
    },
    options,
  );
  return [
    install("coredns", { after }),
    install("snapshot-controller", { after }),
    install("aws-ebs-csi-driver", {
      // Tags of volumes and of their snapshots.
      configuration: { controller: { extraVolumeTags: resourceTags(aws, "2.2.5") } },
      identity: { serviceAccount: block.serviceAccount, roleArn: block.arn },
      after: [...after, block],
    }),
    install("aws-efs-csi-driver", {
      identity: { serviceAccount: shared.serviceAccount, roleArn: shared.arn },
      after: [...after, shared, mounts, ...storage.files.mountable],
    }),
  ];
}

function installer(aws: AwsEnvironment, options: CustomResourceOptions) {
  return (addonName: string, args: Pick<AddonArgs, "after" | "configuration" | "identity">) =>
    installAddon(
      `addon-${addonName}`,
      { addonName, clusterName: aws.cluster.name, tags: resourceTags(aws, "2.1.2"), ...args },
      options,
    );
}

function addonRole(
  aws: AwsEnvironment,
  name: string,
  serviceAccount: string,
  purpose: string,
  options: CustomResourceOptions,
  rights: Pick<ConstructorParameters<typeof PodRole>[1], "managedPolicies" | "policy">,
): PodRole {
  return new PodRole(`role-${name}`, { ...addonPlace(aws, name, serviceAccount, purpose), ...rights }, options);
}

function addonPlace(aws: AwsEnvironment, name: string, serviceAccount: string, purpose: string) {
  return {
    roleName: `${aws.cluster.name}-${name}`,
    purpose,
    clusterName: aws.cluster.name,
    clusterArn: clusterArn(aws.cluster),
    namespace: systemNamespace,
    serviceAccount,
    tags: resourceTags(aws, "2.1.2"),
  };
}
