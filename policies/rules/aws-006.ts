import { awsResources, isGiven } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const template = (metadataOptions: Record<string, unknown>) => [
  aws("ec2/launchTemplate:LaunchTemplate", { metadataOptions }),
];

export const rule = defineRule({
  id: "ALT-AWS-006",
  slug: "aws-instance-metadata-requires-tokens",
  title: "Instances give their metadata only for a token, and only to the instance itself",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "The metadata service hands out the node's credentials. Without tokens one forged request through a pod is enough to get " +
    "them, and with a second hop every pod gets them by asking.",
  fix: "Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1 in the launch template.",
  planSteps: ["2.1"],
  peers: ["checkov CKV_AWS_79", "checkov CKV_AWS_341"],
  examples: {
    pass: { title: "tokens, one hop", resources: template({ httpTokens: "required", httpPutResponseHopLimit: 1 }) },
    fail: { title: "two hops", resources: template({ httpTokens: "required", httpPutResponseHopLimit: 2 }) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "ec2/launchTemplate:LaunchTemplate", "ec2/instance:Instance"),
      function* ({ root }) {
        const options = root.at("metadataOptions");
        return yield* aspects(
          function* () {
            const field = options.at("httpTokens");
            if (field.text() === "required" || options.at("httpEndpoint").text() === "disabled") return;
            const problem = `gives metadata without a token: httpTokens is ${field.text() ?? "not set"}`;
            yield { problem, path: field.path, fix: "set it to required" };
          },
          function* () {
            const field = options.at("httpPutResponseHopLimit");
            if (field.number() === 1 || options.at("httpEndpoint").text() === "disabled") return;
            const problem = `lets metadata travel ${field.number() ?? "an unstated number of"} hops`;
            yield { problem, path: field.path, fix: "set it to 1" };
          },
        );
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "eks/nodeGroup:NodeGroup"),
      function* ({ root }) {
        const field = root.at("launchTemplate");
        if (isGiven(field)) return undefined;
        const problem = "has no launch template: EKS makes one whose metadata reach the pods";
        yield { problem, path: field.path, fix: "give it one with httpTokens required and a hop limit of 1" };
        return undefined;
      },
    ),
  ],
});
