import { type PropertyValue } from "../../../registrations/property-values";
import { ec2Tags, list, object, pairs, pascal, rename, type Row } from "./rules";

const ec2 = (operation: string) => pascal("ec2", operation);
const attribute = (value: PropertyValue) => ({ Value: value });

/** A launch template's disks: the SDK writes its truth values as texts. */
function disk(mapping: PropertyValue): PropertyValue {
  const { deviceName, ebs } = object(mapping);
  const { encrypted, deleteOnTermination, ...others } = object(ebs!);
  return rename(
    {
      deviceName: deviceName!,
      ebs: { ...others, encrypted: truth(encrypted!), deleteOnTermination: truth(deleteOnTermination!) },
    },
    "pascal",
  );
}

/** `true` of the text; any other value as it is, for the model to refuse. */
function truth(value: PropertyValue): PropertyValue {
  return value === "true" ? true : value === "false" ? false : value;
}

/** EC2, and what scales its machines. */
export const networkRows: Readonly<Record<string, Row>> = {
  "aws:autoscaling/tag:Tag": {
    call: pascal("autoscaling", "CreateOrUpdateTags"),
    rules: {
      autoscalingGroupName: { with: "tag" },
      tag: {
        params: (tag, { autoscalingGroupName }) => ({
          Tags: [
            {
              ...object(rename(tag, "pascal")),
              ResourceId: autoscalingGroupName!,
              ResourceType: "auto-scaling-group",
            },
          ],
        }),
      },
    },
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    rules: {
      vpcId: { provider: "the provider takes over the group that AWS makes with each network" },
      ingress: { provider: "the provider revokes what is not in the list", values: [[]] },
      egress: { provider: "the provider revokes what is not in the list", values: [[]] },
      tags: { call: ec2("CreateTags"), params: (tags, _, { own }) => ({ Resources: [own], Tags: pairs(tags) }) },
    },
  },
  "aws:ec2/eip:Eip": { call: ec2("AllocateAddress"), rules: { tags: ec2Tags("elastic-ip") } },
  "aws:ec2/flowLog:FlowLog": {
    call: ec2("CreateFlowLogs"),
    rules: {
      vpcId: { params: (vpc) => ({ ResourceIds: [vpc], ResourceType: "VPC" }) },
      iamRoleArn: { as: "DeliverLogsPermissionArn" },
      tags: ec2Tags("vpc-flow-log"),
    },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    call: ec2("CreateInternetGateway"),
    rules: {
      vpcId: {
        call: ec2("AttachInternetGateway"),
        params: (vpc, _, { own }) => ({ InternetGatewayId: own, VpcId: vpc }),
      },
      tags: ec2Tags("internet-gateway"),
    },
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    call: ec2("CreateLaunchTemplate"),
    rules: {
      name: { as: "LaunchTemplateName" },
      description: { as: "VersionDescription" },
      updateDefaultVersion: { provider: "the provider names each new version the default one afterwards" },
      blockDeviceMappings: { with: "metadataOptions" },
      monitoring: { with: "metadataOptions" },
      tagSpecifications: { with: "metadataOptions" },
      metadataOptions: {
        params: (options, { blockDeviceMappings, monitoring, tagSpecifications }) => ({
          LaunchTemplateData: {
            MetadataOptions: rename(options, "pascal"),
            BlockDeviceMappings: list(blockDeviceMappings!).map(disk),
            Monitoring: rename(monitoring!, "pascal"),
            TagSpecifications: list(tagSpecifications!).map((each) => {
              const { tags, ...others } = object(each);
              return { ...object(rename(others, "pascal")), Tags: pairs(tags!) };
            }),
          },
        }),
      },
      tags: ec2Tags("launch-template"),
    },
  },
  "aws:ec2/natGateway:NatGateway": { call: ec2("CreateNatGateway"), rules: { tags: ec2Tags("natgateway") } },
  "aws:ec2/route:Route": { call: ec2("CreateRoute") },
  "aws:ec2/routeTable:RouteTable": { call: ec2("CreateRouteTable"), rules: { tags: ec2Tags("route-table") } },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { call: ec2("AssociateRouteTable") },
  "aws:ec2/securityGroup:SecurityGroup": {
    call: ec2("CreateSecurityGroup"),
    rules: { name: { as: "GroupName" }, tags: ec2Tags("security-group") },
  },
  "aws:ec2/subnet:Subnet": {
    call: ec2("CreateSubnet"),
    rules: {
      mapPublicIpOnLaunch: {
        call: ec2("ModifySubnetAttribute"),
        params: (given, _, { own }) => ({ SubnetId: own, MapPublicIpOnLaunch: attribute(given) }),
      },
      tags: ec2Tags("subnet"),
    },
  },
  "aws:ec2/vpc:Vpc": {
    call: ec2("CreateVpc"),
    rules: {
      enableDnsHostnames: {
        call: ec2("ModifyVpcAttribute"),
        params: (given, _, { own }) => ({ VpcId: own, EnableDnsHostnames: attribute(given) }),
      },
      enableDnsSupport: {
        call: ec2("ModifyVpcAttribute"),
        params: (given, _, { own }) => ({ VpcId: own, EnableDnsSupport: attribute(given) }),
      },
      tags: ec2Tags("vpc"),
    },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    call: ec2("CreateVpcEndpoint"),
    rules: { policy: { as: "PolicyDocument" }, tags: ec2Tags("vpc-endpoint") },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    call: ec2("AuthorizeSecurityGroupIngress"),
    rules: {
      securityGroupId: { as: "GroupId" },
      cidrIpv4: { with: "ipProtocol" },
      referencedSecurityGroupId: { with: "ipProtocol" },
      description: { with: "ipProtocol" },
      fromPort: { with: "ipProtocol" },
      toPort: { with: "ipProtocol" },
      ipProtocol: {
        params: (protocol, { cidrIpv4, referencedSecurityGroupId, description, fromPort, toPort }) => ({
          IpPermissions: [
            {
              IpProtocol: protocol,
              FromPort: fromPort!,
              ToPort: toPort!,
              ...(cidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: cidrIpv4, Description: description! }] }),
              ...(referencedSecurityGroupId === undefined
                ? {}
                : { UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, Description: description! }] }),
            },
          ],
        }),
      },
      tags: ec2Tags("security-group-rule"),
    },
  },
};
