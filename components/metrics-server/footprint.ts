import { type Footprint } from "../../model/footprint";
import { fixedFootprint } from "../shared/footprint";
import { type MetricsServerArgs } from "./args";
import { ephemeralMebibytes, name, resourcesFor } from "./defaults";

/** What the metrics server takes from a cluster; nothing is registered. */
export function footprint(args: MetricsServerArgs): Footprint {
  return fixedFootprint({ ...args, name, resources: resourcesFor(args.maximumNodes), ephemeralMebibytes });
}
