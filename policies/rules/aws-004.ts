import { z } from "zod";
import { awsResources } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  standardSupportEnds: z
    .record(z.string().regex(/^1\.\d+$/), z.iso.date())
    // Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html, as read in November 2026.
    .default({ "1.34": "2026-12-02", "1.35": "2027-03-27" })
    .describe(
      "last day of standard support by Kubernetes minor; older minors than these have none, newer ones have it",
    ),
});
type Settings = z.infer<typeof settings>;

export const rule = defineRule<Settings>({
  id: "ALT-AWS-004",
  slug: "aws-eks-version-has-support",
  title: "EKS clusters have a version in standard support, and nodes an image that is maintained",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "After standard support the control plane costs six times as much an hour, and after extended support AWS upgrades it on a " +
    "day of its own choice. Amazon Linux 2 gets no more fixes since 2025-11-26.",
  fix: "State the version, set upgradePolicy.supportType to STANDARD, and use AL2023 or Bottlerocket.",
  planSteps: ["2.1"],
  peers: ["checkov CKV_AWS_339"],
  settings,
  examples: {
    pass: {
      title: "a version in support that never becomes an extended one",
      resources: [aws("eks/cluster:Cluster", { version: "1.35", upgradePolicy: { supportType: "STANDARD" } })],
    },
    fail: {
      title: "whatever version EKS takes, with extended support",
      resources: [aws("eks/cluster:Cluster", {})],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* ({ root }, { today, settings: { standardSupportEnds } }) {
        return yield* aspects(
          function* () {
            const field = root.at("version");
            const version = field.text();
            const { path } = field;
            if (version === undefined) {
              yield { problem: "states no version", path, fix: "state one that is in standard support" };
              return;
            }
            const end = standardSupportEnds[version];
            const oldest = Math.min(...Object.keys(standardSupportEnds).map(minorOf));
            if (end === undefined && minorOf(version) < oldest) {
              const problem = `has version ${version}, which is older than all in standard support`;
              yield { problem, path, fix: "upgrade minor by minor" };
            } else if (end !== undefined && end < today) {
              const problem = `has version ${version}, whose standard support ended on ${end}`;
              yield { problem, path, fix: "upgrade minor by minor" };
            }
          },
          function* () {
            const field = root.at("upgradePolicy", "supportType");
            if (field.text() === "STANDARD") return;
            const problem = `has support type ${field.text() ?? "EXTENDED, which is EKS' default"}`;
            yield { problem, path: field.path, fix: "set it to STANDARD" };
          },
        );
      },
    ),
    part(
      ({ graph }) => awsResources(graph, "eks/nodeGroup:NodeGroup"),
      function* ({ root }) {
        const field = root.at("amiType");
        const image = field.text();
        if (image !== undefined && !image.startsWith("AL2_")) return undefined;
        const problem = image === undefined ? "states no amiType" : `has image ${image}, which gets no more fixes`;
        yield { problem, path: field.path, fix: "use AL2023_x86_64_STANDARD or BOTTLEROCKET_x86_64" };
        return undefined;
      },
    ),
  ],
});

/** `1.36` → 36. */
function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}
