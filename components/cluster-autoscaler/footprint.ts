import { type Footprint } from "../../model/footprint";
import { fixedFootprint } from "../shared/footprint";
import { type ClusterAutoscalerArgs } from "./args";
import { ephemeralMebibytes, resources } from "./defaults";

/** What the autoscaler takes from the cluster that it scales; nothing is registered. */
export function footprint({ serviceAccount, ...args }: ClusterAutoscalerArgs): Footprint {
  return fixedFootprint({ ...args, name: serviceAccount, resources, ephemeralMebibytes });
}
