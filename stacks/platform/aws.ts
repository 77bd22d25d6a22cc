import { type AwsEnvironment } from "../../model/aws";
import { partOf } from "../../model/labels";
import { type Platform } from "../../model/platform";
import { type EksClusterSettings } from "../settings/cluster-eks";

/** What the AWS layer of a platform is made from. */
export function awsEnvironment(cluster: EksClusterSettings, platform: Platform): AwsEnvironment {
  return {
    project: partOf,
    environment: platform.environment,
    owner: platform.owner,
    cluster,
    pools: platform.pools,
    services: platform.services.map(({ name }) => name),
    namespaces: { data: platform.namespaces.data, observability: platform.namespaces.observability },
  };
}
