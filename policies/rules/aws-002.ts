import { awsResources, everywhere, texts } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const cluster = (vpcConfig: Record<string, unknown>) => [aws("eks/cluster:Cluster", { vpcConfig })];

export const rule = defineRule({
  id: "ALT-AWS-002",
  slug: "aws-eks-endpoint-stays-private",
  title: "The API of an EKS cluster is reached inside the network, and from outside at most by listed addresses",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "An API server open to everybody takes every attempt to log in and every fault in it straight from the internet; and " +
    "without the private endpoint the nodes' own traffic leaves the network.",
  fix: "Set endpointPrivateAccess to true, and endpointPublicAccess to false or publicAccessCidrs to your own ranges.",
  planSteps: ["2.1"],
  peers: [
    "checkov CKV_AWS_38",
    "checkov CKV_AWS_39",
    "Pulumi compliance-policies disallowApiEndpointPublicAccess",
    "kubescape C-0227",
    "kubescape C-0228",
  ],
  examples: {
    pass: {
      title: "private only",
      resources: cluster({ endpointPrivateAccess: true, endpointPublicAccess: false }),
    },
    fail: { title: "EKS' own defaults", resources: cluster({}) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* ({ root }) {
        const config = root.at("vpcConfig");
        return yield* aspects(
          function* () {
            const field = config.at("endpointPrivateAccess");
            if (field.flag() === true) return;
            yield { problem: "has no private endpoint", path: field.path, fix: "set it to true" };
          },
          function* () {
            const field = config.at("endpointPublicAccess");
            if (field.flag() === false) return;
            const ranges = config.at("publicAccessCidrs");
            const open = texts(ranges);
            if (open.length > 0 && !open.some((range) => everywhere.includes(range))) return;
            const problem = `answers on the internet to ${open.length === 0 ? "everybody" : open.join(", ")}`;
            const fix = "set endpointPublicAccess to false, or list your own ranges in publicAccessCidrs";
            yield { problem, path: open.length === 0 ? field.path : ranges.path, fix };
          },
        );
      },
    ),
  ],
});
