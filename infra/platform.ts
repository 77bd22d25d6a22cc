import { type Platform } from "../model/platform";
import { type ClusterTarget, connect } from "./cluster";
import { createFoundation } from "./foundation";
import { createNetworkPolicies } from "./network";
import { createSecrets } from "./secrets";
import { createServices, serviceFootprints } from "./services";

/**
 * The platform, layer by layer. A layer gets what it stands on as arguments; what is made later depends on what is made
 * earlier, so that the engine takes it down in the opposite order: services first, namespaces last.
 */
export function createPlatform(platform: Platform, target: ClusterTarget): void {
  const cluster = connect(target.connection);
  const options = { provider: cluster };
  const footprints = {
    services: serviceFootprints(platform),
    // No component of these concerns is part of the platform yet; an empty footprint is a quota of no pods.
    data: [],
    messaging: [],
    observability: [],
    ingress: [],
  };
  const foundation = createFoundation(platform, footprints, target.drivers, options);
  const policies = createNetworkPolicies(platform, foundation, options);
  const secrets = createSecrets(platform, foundation, options);
  createServices(platform, foundation, policies, secrets, options);
}
