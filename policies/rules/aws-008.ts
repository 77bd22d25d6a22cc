import { type Field } from "../field";
import { awsResources, isGiven } from "../checks/aws";
import { aspects, defineRule, each, type Failure, part } from "../rule";
import { aws } from "./examples";

export const rule = defineRule({
  id: "ALT-AWS-008",
  slug: "aws-nodes-stay-private",
  title: "Nodes have no public address and no way in by SSH",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "A node with a public address is scanned within minutes and reached as soon as one rule of its security group is too wide. " +
    "A key for SSH is shared, never ends and is in no log; the Session Manager needs none.",
  fix: "Take mapPublicIpOnLaunch, associatePublicIpAddress, keyName and remoteAccess away.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_88",
    "checkov CKV_AWS_130",
    "checkov CKV_AWS_100",
    "AWSGuard ec2-instance-no-public-ip",
    "Pulumi compliance-policies disallowPublicIp",
    "kubescape C-0229",
  ],
  examples: {
    pass: { title: "a subnet that gives no public addresses", resources: [aws("ec2/subnet:Subnet", {})] },
    fail: {
      title: "a subnet in which everything gets one",
      resources: [aws("ec2/subnet:Subnet", { mapPublicIpOnLaunch: true })],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "ec2/subnet:Subnet"),
      function* ({ root }) {
        yield* forbidAddress(root.at("mapPublicIpOnLaunch"), "gives every machine in it a public address");
        return undefined;
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "ec2/launchTemplate:LaunchTemplate", "ec2/instance:Instance"),
      function* ({ root }) {
        return yield* aspects(
          () => forbidAddress(root.at("associatePublicIpAddress"), "has a public address"),
          () =>
            each(root.at("networkInterfaces").items(), (card) =>
              forbidAddress(card.at("associatePublicIpAddress"), "has a public address"),
            ),
          () => forbidKey(root.at("keyName")),
        );
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "eks/nodeGroup:NodeGroup"),
      function* ({ root }) {
        yield* forbidKey(root.at("remoteAccess", "ec2SshKey"));
        return undefined;
      },
    ),
  ],
});

function* forbidAddress(field: Field, problem: string): Generator<Failure> {
  // Launch templates take a text, subnets a flag.
  const value = field.plain();
  if (value === true || value === "true") yield { problem, path: field.path, fix: "set it to false" };
}

function* forbidKey(field: Field): Generator<Failure> {
  if (!isGiven(field)) return;
  yield { problem: "lets people in by SSH with a shared key", path: field.path, fix: "remove it; use Session Manager" };
}
