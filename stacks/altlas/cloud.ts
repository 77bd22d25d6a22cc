import { nodeDiskGibibytes } from "../../model/aws";
import { type Range } from "../../model/cost/estimate";
import { type CloudShape } from "../../model/cost/items";

/**
 * What a plan cannot say. Traffic is 720 requests per second of the plan's table; the bill tells better, and then
 * these figures are to be changed.
 */
export const cloudAssumptions: Omit<CloudShape, "zones" | "natGateways" | "sharedGibibytes"> = {
  // Those of the network layer: ecr.api, ecr.dkr, sts, ec2, logs, elasticloadbalancing, autoscaling, eks, eks-auth.
  interfaceEndpoints: 9,
  // One for the gateway of north-south traffic.
  loadBalancers: 1,
  // Secrets of the cluster, volumes, logs, backups.
  kmsKeys: 4,
  nodeDiskGibibytes,
  traffic: {
    // Images of other registries and mail; AWS' own services have endpoints.
    natGigabytes: range(10, 50, 200),
    endpointGigabytes: range(20, 100, 400),
    // 200 requests per second at the edge with 2 kB each make a terabyte when they come all month.
    internetGigabytes: range(10, 250, 1000),
    zoneGigabytes: range(50, 500, 2000),
    // Control plane and flow logs.
    logGigabytes: range(5, 20, 60),
    // Thirty days of logs at the scaling plan's 100 GB a day, compressed to a tenth, and the backups.
    objectGigabytes: range(50, 400, 1000),
    imageGigabytes: range(5, 10, 25),
  },
};

function range(floor: number, expected: number, ceiling: number): Range {
  return { floor, expected, ceiling };
}
