import { type Input } from "@pulumi/pulumi";

/** A kubeconfig with one cluster; whoever uses it is known to AWS by the credentials in their environment. */
export function kubeconfig(cluster: {
  readonly name: string;
  readonly region: string;
  readonly endpoint: Input<string>;
  readonly authority: Input<string>;
}) {
  const { name, region } = cluster;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: cluster.endpoint, "certificate-authority-data": cluster.authority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  };
}
