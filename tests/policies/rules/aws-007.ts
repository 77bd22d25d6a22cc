import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { fromObjects } from "../../../policies/sources/objects";
import { altered, join, one } from "../aws";

const template = (ebs: Record<string, unknown>) =>
  one("ec2/launchTemplate:LaunchTemplate", { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs }] });
const storageClass = (rest: Record<string, unknown> = {}) =>
  fromObjects([
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp3" },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      allowVolumeExpansion: true,
      volumeBindingMode: "WaitForFirstConsumer",
      ...rest,
    },
  ]);

export const cases: RuleCases = {
  pass: [
    { title: "an encrypted root disk", resources: template({ encrypted: "true", volumeType: "gp3" }) },
    { title: "an encrypted volume", resources: one("ebs/volume:Volume", { encrypted: true, type: "gp3" }) },
    { title: "encrypted files", resources: one("efs/fileSystem:FileSystem", { encrypted: true }) },
    { title: "a careful class", resources: storageClass() },
  ],
  fail: [
    {
      title: "the disk of the image",
      resources: one("ec2/launchTemplate:LaunchTemplate", {}),
      says: /leaves the root disk to the image/,
      at: "blockDeviceMappings",
    },
    {
      title: "gp2 in the clear",
      resources: template({ encrypted: "false" }),
      says: /has a disk in the clear|has a disk of type gp2, the default/,
      at: "blockDeviceMappings[0].ebs.encrypted",
      count: 2,
    },
    {
      title: "a volume of another type",
      resources: one("ebs/volume:Volume", { encrypted: true, type: "io1" }),
      says: /has a disk of type io1/,
      at: "type",
    },
    {
      title: "files in the clear",
      resources: one("efs/fileSystem:FileSystem", {}),
      says: /stores files/,
      at: "encrypted",
    },
    {
      title: "a class without any of it",
      resources: storageClass({ parameters: {}, allowVolumeExpansion: false, volumeBindingMode: "Immediate" }),
      says: /StorageClass gp3 makes volumes/,
      at: "volumeBindingMode",
      count: 4,
    },
  ],
  notApplicable: [{ title: "another driver", resources: storageClass({ provisioner: "efs.csi.aws.com" }) }],
  unknown: [
    {
      title: "encryption from an output",
      resources: template({ encrypted: UNKNOWN, volumeType: "gp3" }),
      because: "blockDeviceMappings[0].ebs.encrypted",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's nodes have the disk of the image",
    ...altered("ec2/launchTemplate:LaunchTemplate", (inputs) => delete inputs.blockDeviceMappings),
    says: /leaves the root disk to the image/,
  },
  {
    title: "a class joins that does not encrypt",
    change: join(...storageClass({ parameters: { type: "gp3" } })),
    says: /StorageClass gp3 makes volumes in the clear/,
  },
  {
    title: "nodes join with a disk in the clear",
    change: join(...template({ volumeType: "gp3" })),
    says: /disk in the clear/,
  },
];
