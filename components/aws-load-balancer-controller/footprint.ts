import { type Footprint } from "../../model/footprint";
import { fixedFootprint } from "../shared/footprint";
import { type LoadBalancerControllerArgs } from "./args";
import { ephemeralMebibytes, resources } from "./defaults";

/** What the controller takes from the cluster: what its chart is told, whether the chart can be read or not. */
export function footprint({ serviceAccount, ...args }: LoadBalancerControllerArgs): Footprint {
  return fixedFootprint({ ...args, name: serviceAccount, resources, ephemeralMebibytes });
}
