import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { aws, elsewhere, join, missing, one } from "../aws";

const description = "from the load balancer";
const ingress = (inputs: Record<string, unknown>) =>
  one("vpc/securityGroupIngressRule:SecurityGroupIngressRule", { description, ...inputs });
const group = (inputs: Record<string, unknown>) => one("ec2/securityGroup:SecurityGroup", { description, ...inputs });
const closed = "ec2/defaultSecurityGroup:DefaultSecurityGroup";
const open = ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 443 });

export const cases: RuleCases = {
  pass: [
    { title: "a group as source", resources: ingress({ referencedSecurityGroupId: UNKNOWN, fromPort: 8080 }) },
    {
      title: "everybody out",
      resources: one("vpc/securityGroupEgressRule:SecurityGroupEgressRule", { description, cidrIpv4: "0.0.0.0/0" }),
    },
    { title: "a closed default group", resources: [aws("ec2/vpc:Vpc", {}), aws(closed, { vpcId: UNKNOWN })] },
  ],
  fail: [
    {
      title: "everybody in",
      resources: ingress({ cidrIpv6: "::/0", fromPort: 22, toPort: 22 }),
      says: /SecurityGroupIngressRule beta lets ::\/0 in on ports 22–22/,
      at: "cidrIpv6",
    },
    {
      title: "everybody on 443, of no entry",
      resources: open,
      says: /lets 0\.0\.0\.0\/0 in on ports 443–443/,
      at: "cidrIpv4",
    },
    {
      title: "rules inside a group",
      resources: group({
        ingress: [{ protocol: "-1", cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }],
        egress: [{ description: "Managed by Pulumi" }],
      }),
      says: /SecurityGroup beta (?:lets 0\.0\.0\.0\/0 in on every port|has a rule or group that does not say)/,
      at: "ingress[0].cidrBlocks",
      count: 3,
    },
    {
      title: "an old rule",
      resources: one("ec2/securityGroupRule:SecurityGroupRule", {
        type: "ingress",
        cidrBlocks: ["0.0.0.0/0"],
        description,
      }),
      says: /lets 0\.0\.0\.0\/0 in on every port/,
      at: "cidrBlocks",
    },
    {
      title: "the default group as AWS makes it",
      resources: [aws("ec2/vpc:Vpc", {})],
      says: /Vpc beta has a default security group with AWS' own rules/,
      at: "",
    },
    {
      title: "a default group with rules",
      resources: one(closed, { ingress: [{ self: true }] }),
      says: /lets traffic through by ingress rules/,
      at: "ingress",
    },
  ],
  notApplicable: elsewhere,
  unknown: [{ title: "a range from an output", resources: ingress({ cidrIpv4: UNKNOWN }), because: "cidrIpv4" }],
  configured: [
    {
      title: "the entrance",
      resources: open,
      options: { settings: { "ALT-AWS-009": { publicEntries: ["beta"] } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "beta's default group stays open",
    ...missing("ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    says: /Vpc \S+ has a default security group with AWS' own rules/,
  },
  {
    title: "a rule joins that lets everybody in",
    change: join(...open),
    says: /lets 0\.0\.0\.0\/0 in on ports 443–443/,
  },
];
