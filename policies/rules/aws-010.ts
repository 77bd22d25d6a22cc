import { z } from "zod";
import { type Field } from "../field";
import { awsResources, inputsOf } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  zones: z
    .int()
    .min(1)
    // A quorum of three members survives the loss of a zone only when no zone has two of them.
    .default(3)
    .describe("availability zones that the subnets must lie in"),
});
type Settings = z.infer<typeof settings>;

const subnets = ["a", "b", "c"].map((zone) =>
  aws("ec2/subnet:Subnet", { availabilityZone: `eu-central-1${zone}` }, { name: zone }),
);
const gateways = ["a", "b", "c"].map((name) => aws("ec2/natGateway:NatGateway", {}, { name }));
const network = [aws("ec2/vpc:Vpc", {}), ...subnets, ...gateways];

export const rule = defineRule<Settings>({
  id: "ALT-AWS-010",
  slug: "aws-vpc-survives-a-zone",
  title: "A network lies in three zones, each with its way out in production, and logs its connections",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "With one NAT gateway the loss of its zone cuts every pod off from images, mail and models; with two zones a quorum of " +
    "three is lost with one of them. Without flow logs nobody can say afterwards who talked to whom.",
  fix: "Register subnets in three zones, a NAT gateway per zone in production, and a flow log of the VPC.",
  planSteps: ["2.1"],
  peers: ["checkov CKV2_AWS_11"],
  settings,
  examples: {
    pass: {
      title: "three zones, each with a gateway, with a flow log",
      resources: [...network, aws("ec2/flowLog:FlowLog", { trafficType: "ALL" })],
    },
    fail: { title: "no flow log", resources: network },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "ec2/vpc:Vpc"),
      function* (_, { graph, environment, settings: { zones } }) {
        return yield* aspects(
          function* () {
            if (inputsOf(graph, "ec2/flowLog:FlowLog").length > 0) return;
            yield { problem: "has no flow log", path: "", fix: "register one with trafficType ALL" };
          },
          function* () {
            if (environment !== undefined && environment !== "prod") return;
            const gateways = inputsOf(graph, "ec2/natGateway:NatGateway").length;
            if (gateways >= zones) return;
            const problem = `has ${gateways} NAT ${gateways === 1 ? "gateway" : "gateways"} for ${zones} zones`;
            yield { problem, path: "", fix: "register one in each zone" };
          },
          function* () {
            const fields = inputsOf(graph, "ec2/subnet:Subnet").map(({ root }) => root.at("availabilityZone"));
            const count = (among: readonly Field[]) =>
              new Set(among.map((field) => field.text()).filter((zone) => zone !== undefined)).size;
            if (count(fields.filter(({ undecided }) => !undecided)) >= zones) return;
            const found = count(fields);
            const problem = `has subnets in ${found} ${found === 1 ? "zone" : "zones"}`;
            yield { problem, path: "", fix: `register subnets in ${zones}` };
          },
        );
      },
    ),
  ],
});
