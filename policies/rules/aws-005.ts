import { awsResources } from "../checks/aws";
import { aspects, defineRule, part } from "../rule";
import { aws } from "./examples";

const cluster = (accessConfig: Record<string, unknown>) => [aws("eks/cluster:Cluster", { accessConfig })];

export const rule = defineRule({
  id: "ALT-AWS-005",
  slug: "aws-eks-access-uses-entries",
  title: "Access to an EKS cluster is given by access entries alone, to its creator too",
  severity: "medium",
  gate: "mandatory",
  scope: "resource",
  why:
    "The aws-auth ConfigMap is edited in the cluster, where no plan shows it and one typing error locks everybody out; and a " +
    "creator who stays administrator is in no list of who has access.",
  fix: "Set authenticationMode to API and bootstrapClusterCreatorAdminPermissions to false; register access entries.",
  planSteps: ["2.1"],
  peers: ["kubescape C-0285"],
  examples: {
    pass: {
      title: "entries only",
      resources: cluster({ authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false }),
    },
    fail: { title: "the ConfigMap as well", resources: cluster({ authenticationMode: "API_AND_CONFIG_MAP" }) },
  },
  parts: [
    part(
      ({ graph }) => awsResources(graph, "eks/cluster:Cluster"),
      function* ({ root }) {
        return yield* aspects(
          function* () {
            const field = root.at("accessConfig", "authenticationMode");
            if (field.text() === "API") return;
            const problem = `has authentication mode ${field.text() ?? "CONFIG_MAP, which is EKS' default"}`;
            yield { problem, path: field.path, fix: "set it to API" };
          },
          function* () {
            const field = root.at("accessConfig", "bootstrapClusterCreatorAdminPermissions");
            if (field.flag() === false) return;
            yield {
              problem: "makes its creator administrator for good",
              path: field.path,
              fix: "set it to false and register an access entry",
            };
          },
        );
      },
    ),
  ],
});
