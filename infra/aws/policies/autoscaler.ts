import { type Statement } from "../../../components/shared/iam";
import { type AwsCluster } from "../../../model/aws";

/**
 * Rights of the cluster autoscaler: it reads groups and machine types, which have no narrower resource, and changes only
 * groups that carry this cluster's tag (kubernetes/autoscaler, cloudprovider/aws/README.md).
 */
export function autoscalerPolicy({ name, account, region }: AwsCluster): Statement[] {
  return [
    {
      Sid: "Read",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Sid: "ReadNodeGroups",
      Effect: "Allow",
      Action: ["eks:DescribeNodegroup"],
      Resource: `arn:aws:eks:${region}:${account}:nodegroup/${name}/*`,
    },
    {
      Sid: "ScaleOwnGroups",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/*`,
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`]: "owned" } },
    },
  ];
}
