import { z } from "zod";
import { awsResources } from "../checks/aws";
import { defineRule, NotApplicable, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  environments: z
    .array(z.string().min(1))
    .default(["prod"])
    .describe("environments in which nothing that holds data may be deleted by mistake"),
});
type Settings = z.infer<typeof settings>;

const kept: readonly string[] = [
  "ebs/volume:Volume",
  "efs/fileSystem:FileSystem",
  "eks/cluster:Cluster",
  "kms/key:Key",
  "rds/cluster:Cluster",
  "rds/instance:Instance",
  "s3/bucket:Bucket",
];
/** Types that AWS itself can be told not to delete. */
const guarded: readonly string[] = ["eks/cluster:Cluster", "rds/cluster:Cluster", "rds/instance:Instance"];

const options = { protect: true, ignoreChanges: [] };

export const rule = defineRule<Settings>({
  id: "ALT-AWS-016",
  slug: "aws-stateful-resources-resist-deletion",
  title: "In production nothing that holds data is deleted by mistake",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "A renamed resource is one that is deleted and one that is made. With a key every backup under it is gone, with a bucket " +
    "the backups themselves; protection makes somebody say so first.",
  fix: "Set the resource option protect, or deletionProtection where AWS has it.",
  planSteps: ["2.1"],
  peers: ["AWSGuard elb-deletion-protection-enabled (for load balancers)"],
  settings,
  examples: {
    pass: { title: "a protected key", resources: [aws("kms/key:Key", {}, { options })] },
    fail: {
      title: "a key that may go",
      resources: [aws("kms/key:Key", {}, { options: { ...options, protect: false } })],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, ...kept),
      function* ({ root, resource }, { environment, settings: { environments } }) {
        if (environment !== undefined && !environments.includes(environment)) {
          return new NotApplicable(`Environment ${environment} may be deleted as a whole.`);
        }
        if (resource.options?.protect === true) return undefined;
        const field = root.at("deletionProtection");
        const canGuard = guarded.includes(resource.type.slice("aws:".length));
        if (canGuard && field.flag() === true) return undefined;
        const fix = canGuard ? "set deletionProtection to true" : "set the resource option protect";
        yield { problem: "may be deleted by any update", path: canGuard ? field.path : "", fix };
        return undefined;
      },
    ),
  ],
});
