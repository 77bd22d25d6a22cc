import { awsResources, isEverybody, isGiven, statementsOf } from "../checks/aws";
import { aspects, defineRule, each, part } from "../rule";
import { aws } from "./examples";

export const rule = defineRule({
  id: "ALT-AWS-011",
  slug: "aws-kms-key-rotates-for-few",
  title: "KMS keys rotate, and their policies name who may use them",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "A key policy for everybody makes every copy of the encrypted data readable by whoever gets hold of it, from any account. " +
    "A key that never rotates protects all data of all years at once.",
  fix: "Set enableKeyRotation to true and name principals in the key's policy.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_7",
    "checkov CKV_AWS_33",
    "checkov CKV2_AWS_64",
    "AWSGuard cmk-backing-key-rotation-enabled",
  ],
  examples: {
    pass: {
      title: "rotates, for the account",
      resources: [aws("kms/key:Key", { enableKeyRotation: true, policy: policyFor("arn:aws:iam::111122223333:root") })],
    },
    fail: {
      title: "for everybody",
      resources: [aws("kms/key:Key", { enableKeyRotation: true, policy: policyFor("*") })],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "kms/key:Key"),
      function* ({ root }) {
        return yield* aspects(
          function* () {
            const field = root.at("enableKeyRotation");
            const spec = root.at("customerMasterKeySpec").text() ?? "SYMMETRIC_DEFAULT";
            // Only symmetric keys can rotate by themselves.
            if (field.flag() === true || spec !== "SYMMETRIC_DEFAULT") return;
            yield { problem: "never rotates", path: field.path, fix: "set enableKeyRotation to true" };
          },
          function* () {
            const field = root.at("policy");
            if (!isGiven(field)) {
              yield { problem: "has no policy of its own", path: field.path, fix: "name who may use and manage it" };
              return;
            }
            yield* each(statementsOf(field), function* (statement) {
              if (statement.at("Effect").text() !== "Allow" || statement.at("Condition").exists) return;
              if (!isEverybody(statement.at("Principal"))) return;
              const problem = "may be used by everybody";
              yield { problem, path: field.path, fix: "name principals, or add a condition" };
            });
          },
        );
      },
    ),
  ],
});

function policyFor(principal: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "kms:*", Resource: "*" }],
  });
}
