import { UNKNOWN } from "../../../policies/field";
import { type Mutant, type RuleCases } from "../case";

import { type Resource } from "../../../policies/sources/resource";
import { aws, elsewhere, join, missing } from "../aws";

const subnets = (...zones: unknown[]) =>
  zones.map((availabilityZone, index) => aws("ec2/subnet:Subnet", { availabilityZone }, { name: String(index) }));
const gateways = (count: number) =>
  Array.from({ length: count }, (_, index) => aws("ec2/natGateway:NatGateway", {}, { name: String(index) }));
const network = (...more: readonly Resource[]) => [
  aws("ec2/vpc:Vpc", {}),
  aws("ec2/flowLog:FlowLog", { trafficType: "ALL" }),
  ...more,
];
const two = network(...subnets("eu-central-1a", "eu-central-1b"), ...gateways(2));

export const cases: RuleCases = {
  pass: [
    { title: "three of each", resources: network(...subnets("a", "b", "c", "a"), ...gateways(3)) },
    {
      title: "one gateway in beta",
      resources: network(...subnets("a", "b", "c"), ...gateways(1)),
      options: { environment: "beta" },
    },
  ],
  fail: [
    {
      title: "no flow log, one gateway, one zone",
      resources: [aws("ec2/vpc:Vpc", {}), ...subnets("a"), ...gateways(1)],
      says: /Vpc beta has (?:no flow log|1 NAT gateway for 3 zones|subnets in 1 zone)/,
      at: "",
      count: 3,
    },
  ],
  notApplicable: elsewhere,
  unknown: [
    {
      title: "a zone from an output",
      resources: network(...subnets("a", "b", UNKNOWN), ...gateways(3)),
      because: "availabilityZone",
    },
  ],
  configured: [
    {
      title: "two zones are enough",
      resources: two,
      options: { settings: { "ALT-AWS-010": { zones: 2 } } },
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  { title: "beta loses its flow log", ...missing("ec2/flowLog:FlowLog"), says: /Vpc \S+ has no flow log/ },
  { title: "a network joins that lies in two zones", change: join(...two), says: /Vpc beta has subnets in 2 zones/ },
];
