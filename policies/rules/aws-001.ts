import { awsResources, isGiven, texts } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

export const rule = defineRule({
  id: "ALT-AWS-001",
  slug: "aws-eks-cluster-encrypts-secrets",
  title: "An EKS cluster encrypts Secrets with a key of the account",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "With a key of its own, whoever reads Secrets at rest also needs that key, its use is logged, and it can be taken away. " +
    "It cannot be switched off later and should be there from the first day.",
  fix: "Give the cluster encryptionConfig with resources [secrets] and the ARN of a KMS key.",
  planSteps: ["2.1"],
  peers: ["checkov CKV_AWS_58", "Pulumi compliance-policies enableClusterEncryptionConfig", "kubescape C-0066"],
  examples: {
    pass: {
      title: "Secrets under a key of the account",
      resources: [
        aws("eks/cluster:Cluster", { encryptionConfig: { resources: ["secrets"], provider: { keyArn: key } } }),
      ],
    },
    fail: { title: "no key", resources: [aws("eks/cluster:Cluster", {})] },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* ({ root }) {
        const config = root.at("encryptionConfig");
        if (!config.exists) {
          const fix = "give it resources: [secrets] and provider.keyArn";
          yield { problem: "has no encryptionConfig: Secrets are under no key of the account", path: config.path, fix };
          return undefined;
        }
        return yield* aspects(
          function* () {
            if (isGiven(config.at("provider", "keyArn"))) return;
            const { path } = config.at("provider", "keyArn");
            yield { problem: "encrypts without naming a key", path, fix: "give the ARN of a KMS key" };
          },
          function* () {
            const encrypted = texts(config.at("resources"));
            if (encrypted.includes("secrets")) return;
            const problem = `encrypts ${encrypted.join(", ") || "nothing"}, not Secrets`;
            yield { problem, path: config.at("resources").path, fix: "add secrets" };
          },
        );
      },
    ),
  ],
});
