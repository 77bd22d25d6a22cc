import { z } from "zod";
import { awsResources, inputsOf, isGiven, texts } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const settings = z.strictObject({
  retentionDays: z
    .int()
    .min(1)
    // CKV_AWS_338 asks for a year; so do PCI DSS 10.5 and most auditors.
    .default(365)
    .describe("days for which production must keep the logs of its control plane"),
});
type Settings = z.infer<typeof settings>;

/** Source: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
const logTypes: readonly string[] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const group = aws("cloudwatch/logGroup:LogGroup", {
  name: "/aws/eks/beta/cluster",
  retentionInDays: 365,
  kmsKeyId: key,
});

export const rule = defineRule<Settings>({
  id: "ALT-AWS-003",
  slug: "aws-eks-cluster-keeps-logs",
  title: "The control plane of an EKS cluster writes all its logs to an encrypted group that keeps them",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "Who did what in the cluster stands only in these logs. A group that EKS makes itself is not encrypted with a key of the " +
    "account and keeps them for ever, at a price that grows every month.",
  fix: "Enable all five log types, and register the log group /aws/eks/<cluster>/cluster with retention and key.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_37",
    "checkov CKV_AWS_66",
    "checkov CKV_AWS_158",
    "checkov CKV_AWS_338",
    "kubescape C-0067",
    "kubescape C-0254",
  ],
  settings,
  examples: {
    pass: {
      title: "all logs, kept for a year under a key",
      resources: [aws("eks/cluster:Cluster", { name: "beta", enabledClusterLogTypes: [...logTypes] }), group],
    },
    fail: {
      title: "no audit log",
      resources: [aws("eks/cluster:Cluster", { name: "beta", enabledClusterLogTypes: ["api"] }), group],
    },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* ({ root, resource }, { graph, environment, settings: { retentionDays } }) {
        return yield* aspects(
          function* () {
            const field = root.at("enabledClusterLogTypes");
            const written = texts(field);
            const missing = logTypes.filter((type) => !written.includes(type));
            if (missing.length === 0) return;
            const problem = `does not write the logs ${missing.join(", ")}`;
            yield { problem, path: field.path, fix: "enable all five types" };
          },
          function* () {
            const name = `/aws/eks/${root.at("name").text() ?? resource.name}/cluster`;
            const groups = inputsOf(graph, "cloudwatch/logGroup:LogGroup");
            const found = groups.find((each) => each.root.at("name").text() === name);
            if (!found) {
              const problem = `writes its logs to ${name}, which nobody registers: EKS makes it, without key and end`;
              yield { problem, path: "name", fix: "register that log group before the cluster" };
              return;
            }
            const [days, encryption] = [found.root.at("retentionInDays"), found.root.at("kmsKeyId")];
            const isProduction = environment === undefined || environment === "prod";
            const wanted = isProduction ? retentionDays : 1;
            if ((days.number() ?? 0) < wanted) {
              const problem = `keeps its logs for ${days.number() === undefined ? "no stated time" : `${days.number()} days`}`;
              const fix = isProduction ? `set retentionInDays of ${name} to ${wanted} or more` : `state it for ${name}`;
              yield { problem, path: days.path, fix };
            }
            if (!isGiven(encryption)) {
              const fix = `give ${name} a KMS key`;
              yield { problem: "writes logs that are under no key of the account", path: encryption.path, fix };
            }
          },
        );
      },
    ),
  ],
});
