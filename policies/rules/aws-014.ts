import { awsResources } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const careful = {
  imageTagMutability: "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
  encryptionConfigurations: [{ encryptionType: "KMS" }],
};

export const rule = defineRule({
  id: "ALT-AWS-014",
  slug: "aws-ecr-repository-keeps-images",
  title: "ECR repositories never change a tag, scan what is pushed, and are encrypted with KMS",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "When a tag can move, what was tested and what runs are two images with one name. A scan on push tells of known faults " +
    "before the image is anywhere; encryption cannot be added to a repository later.",
  fix: "Set imageTagMutability to IMMUTABLE, scanOnPush to true and encryptionType to KMS.",
  planSteps: ["2.1"],
  peers: ["checkov CKV_AWS_51", "checkov CKV_AWS_163", "checkov CKV_AWS_136", "kubescape C-0221"],
  examples: {
    pass: { title: "all three", resources: [aws("ecr/repository:Repository", careful)] },
    fail: {
      title: "tags that move",
      resources: [aws("ecr/repository:Repository", { ...careful, imageTagMutability: "MUTABLE" })],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "ecr/repository:Repository"),
      function* ({ root }) {
        return yield* aspects(
          function* () {
            const field = root.at("imageTagMutability");
            const value = field.text() ?? "MUTABLE";
            if (value.startsWith("IMMUTABLE")) return;
            yield { problem: `has tags that can move (${value})`, path: field.path, fix: "set it to IMMUTABLE" };
          },
          function* () {
            const field = root.at("imageScanningConfiguration", "scanOnPush");
            if (field.flag() === true) return;
            yield { problem: "does not scan what is pushed", path: field.path, fix: "set scanOnPush to true" };
          },
          function* () {
            const field = root.at("encryptionConfigurations", 0, "encryptionType");
            if (field.text() === "KMS" || field.text() === "KMS_DSSE") return;
            yield { problem: "is encrypted with a key that is not KMS'", path: field.path, fix: "set it to KMS" };
          },
        );
      },
    ),
  ],
});
