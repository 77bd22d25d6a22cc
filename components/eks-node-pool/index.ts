import { ComponentResource, type ComponentResourceOptions, type Input, type Resource } from "@pulumi/pulumi";
import { Tag } from "@pulumi/aws/autoscaling/tag";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import {
  amiType,
  autoscalerTags,
  disks,
  eksEffect,
  groupPlans,
  maxUnavailablePercentage,
  type NodePoolArgs,
} from "./specs";

export { type NodePoolArgs } from "./specs";

/** What a pool stands on. */
export interface NodePoolPlace {
  readonly nodeRoleArn: Input<string>;
  /** Private subnets by zone. */
  readonly subnets: Readonly<Record<string, Input<string>>>;
  readonly diskKeyArn: Input<string>;
  /** What nodes need before they start: their role's rights, ways out, the add-ons that make a node ready. */
  readonly after: readonly Resource[];
}

/** A pool of nodes that the cluster autoscaler grows and shrinks: a launch template and one node group, or one a zone. */
export class EksNodePool extends ComponentResource {
  public readonly groups: readonly Resource[];

  constructor(name: string, args: NodePoolArgs & NodePoolPlace, options?: ComponentResourceOptions) {
    super("platform:aws:EksNodePool", name, {}, options);
    const child = { parent: this };
    const own = `${args.clusterName}-${args.poolName}`;
    const tags = { ...args.tags };
    const template = new LaunchTemplate(
      `${name}-template`,
      {
        name: own,
        description: `Nodes of pool ${args.poolName}`,
        updateDefaultVersion: true,
        // One hop: the machine's own role is no pod's, unless it uses the machine's network.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: disks(args).map(({ deviceName, gibibytes }) => ({
          deviceName,
          ebs: {
            volumeType: "gp3",
            volumeSize: gibibytes,
            encrypted: "true",
            kmsKeyId: args.diskKeyArn,
            deleteOnTermination: "true",
          },
        })),
        monitoring: { enabled: true },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags: { ...tags, Name: own },
        })),
        tags,
      },
      child,
    );
    this.groups = groupPlans(args).flatMap((plan) => {
      const group = new NodeGroup(
        `${name}-group${plan.suffix}`,
        {
          clusterName: args.clusterName,
          nodeGroupName: `${args.poolName}${plan.suffix}`,
          nodeRoleArn: args.nodeRoleArn,
          subnetIds: plan.zones.flatMap((zone) => args.subnets[zone] ?? []),
          version: args.version,
          amiType: amiType(args),
          capacityType: "ON_DEMAND",
          instanceTypes: [args.instanceType],
          launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
          scalingConfig: { minSize: plan.minimum, maxSize: plan.maximum, desiredSize: plan.minimum },
          labels: { ...args.labels },
          taints: args.taints.map(({ key, value, effect }) => ({ key, value, effect: eksEffect(effect) })),
          updateConfig: { maxUnavailablePercentage },
          nodeRepairConfig: { enabled: true },
          tags,
        },
        {
          parent: this,
          dependsOn: [...args.after],
          // The autoscaler decides on it from the first minute.
          ignoreChanges: ["scalingConfig.desiredSize"],
          // A drain may wait for disruption budgets; AWS gives up after an hour by itself.
          customTimeouts: { create: "30m", update: "60m", delete: "60m" },
        },
      );
      const autoscalingGroupName = group.resources.apply(([made]) => made?.autoscalingGroups[0]?.name ?? "");
      const labelled = Object.entries(autoscalerTags(args, plan)).map(
        ([key, value]) =>
          new Tag(
            `${name}-group${plan.suffix}-${key.replace(/[^A-Za-z0-9]+/g, "-")}`,
            { autoscalingGroupName, tag: { key, value, propagateAtLaunch: false } },
            { parent: this },
          ),
      );
      return [group, ...labelled];
    });
    this.registerOutputs({});
  }
}
