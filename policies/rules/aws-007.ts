import { awsResources } from "../checks/aws";
import { objects } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { type Field } from "../field";
import { aws } from "./examples";

const template = (ebs: Record<string, unknown>) => [
  aws("ec2/launchTemplate:LaunchTemplate", { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs }] }),
];

export const rule = defineRule({
  id: "ALT-AWS-007",
  slug: "aws-ebs-volumes-are-encrypted",
  title: "Volumes of nodes and pods are encrypted gp3, and those of pods follow their pod's zone and can grow",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "A snapshot of an unencrypted disk can be shared and read by whoever may copy it. A gp2 volume slows down when its credits " +
    "are used up; one that is made before its pod may lie in a zone where the pod has no node.",
  fix: "Set encrypted and the type gp3; in storage classes also WaitForFirstConsumer and allowVolumeExpansion.",
  planSteps: ["2.1", "2.2.5"],
  peers: [
    "checkov CKV_AWS_3",
    "checkov CKV_AWS_8",
    "checkov CKV_AWS_189",
    "AWSGuard encrypted-volumes",
    "Pulumi compliance-policies disallowUnencryptedBlockDevice",
    "kubescape C-0264",
  ],
  examples: {
    pass: { title: "an encrypted gp3 root disk", resources: template({ encrypted: "true", volumeType: "gp3" }) },
    fail: { title: "a root disk in the clear", resources: template({ volumeType: "gp3" }) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "ec2/launchTemplate:LaunchTemplate"),
      function* ({ root }) {
        const disks = root.at("blockDeviceMappings");
        if (disks.items().length === 0) {
          const fix = "map the root device with ebs.encrypted and volumeType gp3";
          yield { problem: "leaves the root disk to the image, in the clear", path: disks.path, fix };
        }
        return yield* each(disks.items(), (disk) => checkDisk(disk.at("ebs"), "volumeType"));
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "ebs/volume:Volume"),
      ({ root }) => checkDisk(root, "type"),
    ),
    part(
      ({ graph }) => awsResources(graph, "efs/fileSystem:FileSystem"),
      function* ({ root }) {
        const field = root.at("encrypted");
        if (field.flag() === true) return undefined;
        yield { problem: "stores files in the clear", path: field.path, fix: "set encrypted to true" };
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph, "StorageClass"),
      function* ({ root }) {
        if (root.at("provisioner").text() !== "ebs.csi.aws.com") {
          return new NotApplicable("Its volumes are not made by the EBS driver.");
        }
        const must = function* (field: Field, wanted: string | boolean, problem: string): Generator<Failure> {
          const value = typeof wanted === "string" ? field.text() : field.flag();
          if (value !== wanted) yield { problem, path: field.path, fix: `set it to ${String(wanted)}` };
        };
        return yield* aspects(
          () => must(root.at("parameters", "encrypted"), "true", "makes volumes in the clear"),
          () => must(root.at("parameters", "type"), "gp3", "makes volumes of another type than gp3"),
          () => must(root.at("allowVolumeExpansion"), true, "makes volumes that cannot grow"),
          () =>
            must(
              root.at("volumeBindingMode"),
              "WaitForFirstConsumer",
              "makes volumes before it is known where pods run",
            ),
        );
      },
    ),
  ],
});

function checkDisk(disk: Field, type: string): Generator<Failure, undefined> {
  return aspects(
    function* () {
      const field = disk.at("encrypted");
      // Launch templates take a text, volumes a flag.
      if (String(field.plain()) === "true") return;
      yield { problem: "has a disk in the clear", path: field.path, fix: "set encrypted to true" };
    },
    function* () {
      const field = disk.at(type);
      if (field.text() === "gp3") return;
      yield { problem: `has a disk of type ${field.text() ?? "gp2, the default"}`, path: field.path, fix: "use gp3" };
    },
  );
}
