import { z } from "zod";
import { type Field } from "../field";
import { awsResources, everywhere, inputsOf, texts } from "../checks/aws";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  publicEntries: z
    .array(z.string().min(1))
    .default([])
    .describe("names of security groups and rules in the program through which everybody may reach port 443"),
});
type Settings = z.infer<typeof settings>;

const ingress = (inputs: Record<string, unknown>) => [
  aws("vpc/securityGroupIngressRule:SecurityGroupIngressRule", { description: "from the load balancer", ...inputs }),
];

export const rule = defineRule<Settings>({
  id: "ALT-AWS-009",
  slug: "aws-security-group-forbids-everybody",
  title: "No security group lets everybody in; each rule says what it is for; the default group is closed",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A range of all addresses on a node's group is an open door that no later setting closes, and a rule without description is " +
    "never removed because nobody knows who needs it. Whatever is made without a group is in the default one.",
  fix: "Name a group or your own ranges as source, describe each rule, and register the default group without rules.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_24",
    "checkov CKV_AWS_25",
    "checkov CKV_AWS_260",
    "checkov CKV_AWS_277",
    "checkov CKV_AWS_23",
    "checkov CKV2_AWS_12",
    "Pulumi compliance-policies disallowPublicInternetIngress",
    "Pulumi compliance-policies missingDescription",
  ],
  settings,
  examples: {
    pass: { title: "one range of the company", resources: ingress({ cidrIpv4: "198.51.100.0/24", fromPort: 443 }) },
    fail: { title: "everybody on port 22", resources: ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 22, toPort: 22 }) },
  },
  parts: [
    part(
      ({ graph }) =>
        awsResources(
          graph,
          "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
          "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
          "ec2/securityGroupRule:SecurityGroupRule",
        ),
      function* ({ root, resource }, { settings: { publicEntries } }) {
        return yield* aspects(
          () => describe(root),
          function* () {
            if (resource.type.includes("Egress") || root.at("type").text() === "egress") return;
            yield* sources(root, publicEntries.includes(resource.name));
          },
        );
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "ec2/securityGroup:SecurityGroup"),
      function* ({ root, resource }, { settings: { publicEntries } }) {
        const isEntry = publicEntries.includes(resource.name);
        return yield* aspects(
          () => describe(root),
          () =>
            each(root.at("ingress").items(), (rule) =>
              aspects(
                () => describe(rule),
                () => sources(rule, isEntry),
              ),
            ),
          () => each(root.at("egress").items(), (rule) => describe(rule)),
        );
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "ec2/vpc:Vpc"),
      function* (_, { graph }) {
        const [networks, closed] = [inputsOf(graph, "ec2/vpc:Vpc"), inputsOf(graph, defaultGroup)];
        if (networks.length > 1 && closed.length > 0 && closed.length < networks.length) {
          return new NotApplicable("It is the vpcId of the default groups that says which network each belongs to.");
        }
        if (closed.length > 0) return undefined;
        const fix = `register aws.ec2.DefaultSecurityGroup without ingress and egress`;
        yield {
          problem: "has a default security group with AWS' own rules, which let its members talk",
          path: "",
          fix,
        };
        return undefined;
      },
    ),
    part(
      ({ graph }) => awsResources(graph, defaultGroup),
      function* ({ root }) {
        for (const direction of ["ingress", "egress"]) {
          const field = root.at(direction);
          if (field.items().length === 0) continue;
          yield { problem: `lets traffic through by ${direction} rules`, path: field.path, fix: "remove them" };
        }
        return undefined;
      },
    ),
  ],
});

const defaultGroup = "ec2/defaultSecurityGroup:DefaultSecurityGroup";

function* describe(rule: Field): Generator<Failure> {
  const field = rule.at("description");
  const text = field.text();
  if (text !== undefined && text !== "" && text !== "Managed by Pulumi") return;
  yield { problem: "has a rule or group that does not say what it is for", path: field.path, fix: "describe it" };
}

function* sources(rule: Field, isEntry: boolean): Generator<Failure> {
  const fields = ["cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks"].map((name) => rule.at(name));
  yield* each(fields, function* (field) {
    const open = texts(field).find((range) => everywhere.includes(range));
    if (open === undefined) return;
    const [from, to] = [rule.at("fromPort").number(), rule.at("toPort").number()];
    if (isEntry && from === 443 && (to ?? from) === 443) return;
    const ports = from === undefined ? "on every port" : `on ports ${from}–${to ?? from}`;
    const fix =
      "name a security group or your own ranges; an entrance for everybody has port 443 and is in publicEntries";
    yield { problem: `lets ${open} in ${ports}`, path: field.path, fix };
  });
}
