import { kubernetesServiceBlock } from "../../model/aws";
import { type PlatformScaling } from "../../model/platform";
import { clusterAutoscalerTag, imageReference, images } from "../../model/versions";
import { type EksClusterSettings } from "../settings/cluster-eks";
import { type ClusterSettings, type Settings } from "../settings/schema";

/**
 * Blocks of private addresses (RFC 1918), where nodes and API servers of clusters that are not ours have theirs; which of
 * them exactly is nothing that a kubeconfig file says.
 */
const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** What the stack's cluster measures and scales itself by. */
export function resolveScaling({
  cluster,
  images: { mirrors, digests },
}: Pick<Settings, "cluster" | "images">): PlatformScaling {
  return {
    metricsServer: {
      image: imageReference(images["metrics-server"], { mirrors, digest: digests["metrics-server"] }),
      // The sandbox simulates its nodes, so nobody answers there. The metrics API would stay unavailable, and Kubernetes
      // deletes no namespace while it cannot ask a registered API what is in it.
      aggregated: cluster.mode === "kubeconfig" ? cluster.metricsApi === "registered" : cluster.mode !== "local",
      kubeletCertificates: kubeletCertificates(cluster),
    },
    ...(cluster.mode === "eks"
      ? { clusterAutoscaler: clusterAutoscaler(cluster, mirrors, digests["cluster-autoscaler"]) }
      : {}),
    ...(cluster.mode === "eks"
      ? { networks: [cluster.network.cidr], apiServerNetworks: [cluster.network.cidr, kubernetesServiceBlock] }
      : { networks: privateNetworks, apiServerNetworks: privateNetworks }),
  };
}

function kubeletCertificates(cluster: ClusterSettings): "verified" | "unverified" {
  return cluster.mode === "kubeconfig" ? cluster.kubeletCertificates : "verified";
}

function clusterAutoscaler(
  { name, region, version }: EksClusterSettings,
  mirrors: Readonly<Record<string, string>>,
  digest: string | undefined,
): PlatformScaling["clusterAutoscaler"] {
  const tag = clusterAutoscalerTag(version);
  if (tag === undefined) throw new Error("refused by findProblems");
  return { image: imageReference(images["cluster-autoscaler"], { mirrors, tag, digest }), clusterName: name, region };
}
