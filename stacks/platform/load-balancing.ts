import { resourceTags } from "../../model/aws";
import { charts, chartSource } from "../../model/charts";
import { partOf } from "../../model/labels";
import { type Platform } from "../../model/platform";
import { imageReference, images } from "../../model/versions";
import { type Settings } from "../settings/schema";

/** What makes load balancers, where the stack's cluster is on AWS. */
export function resolveLoadBalancing(settings: Settings): Pick<Platform, "loadBalancing"> {
  const { cluster, environment, owner } = settings;
  if (cluster.mode !== "eks") return {};
  const chart = "aws-load-balancer-controller";
  const { mirrors, digests } = settings.images;
  return {
    loadBalancing: {
      chart: chartSource(charts[chart], settings.charts[chart]),
      image: imageReference(images[chart], { mirrors, digest: digests[chart] }),
      clusterName: cluster.name,
      region: cluster.region,
      vpcTags: { Name: cluster.name, project: partOf, environment },
      tags: resourceTags({ project: partOf, environment, owner, cluster }, "2.2.3"),
    },
  };
}
