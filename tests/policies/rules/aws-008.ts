import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { altered, elsewhere, join, one } from "../aws";

const template = (inputs: Record<string, unknown>) => one("ec2/launchTemplate:LaunchTemplate", inputs);

export const cases: RuleCases = {
  pass: [
    { title: "a private subnet", resources: one("ec2/subnet:Subnet", { mapPublicIpOnLaunch: false }) },
    { title: "a template that says nothing", resources: template({}) },
    { title: "nodes without a way in", resources: one("eks/nodeGroup:NodeGroup", {}) },
  ],
  fail: [
    {
      title: "a subnet that gives addresses",
      resources: one("ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }),
      says: /Subnet beta gives every machine in it a public address/,
      at: "mapPublicIpOnLaunch",
    },
    {
      title: "a card with an address",
      resources: template({ networkInterfaces: [{ associatePublicIpAddress: "true" }] }),
      says: /has a public address/,
      at: "networkInterfaces[0].associatePublicIpAddress",
    },
    {
      title: "an instance with an address",
      resources: one("ec2/instance:Instance", { associatePublicIpAddress: true }),
      says: /Instance beta has a public address/,
      at: "associatePublicIpAddress",
    },
    { title: "a key in the template", resources: template({ keyName: UNKNOWN }), says: /by SSH/, at: "keyName" },
    {
      title: "a key of the group",
      resources: one("eks/nodeGroup:NodeGroup", { remoteAccess: { ec2SshKey: "ops" } }),
      says: /NodeGroup beta lets people in by SSH/,
      at: "remoteAccess.ec2SshKey",
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    {
      title: "an address by an output",
      resources: one("ec2/subnet:Subnet", { mapPublicIpOnLaunch: UNKNOWN }),
      because: "mapPublicIpOnLaunch",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's subnets give public addresses",
    ...altered("ec2/subnet:Subnet", (inputs) => (inputs.mapPublicIpOnLaunch = true)),
    says: /Subnet \S+ gives every machine in it a public address/,
  },
  {
    title: "nodes join with a key for SSH",
    change: join(...one("eks/nodeGroup:NodeGroup", { remoteAccess: { ec2SshKey: "ops" } })),
    says: /NodeGroup beta lets people in by SSH/,
  },
];
