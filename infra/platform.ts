import { type Platform } from "../model/platform";
import { type ClusterTarget, connect } from "./cluster";
import { createFoundation } from "./foundation";
import { createNetworkPolicies } from "./network";
import { createScaling } from "./scaling";
import { createSecrets } from "./secrets";
import { createServices } from "./services";
import { platformFootprints } from "./specs/services";

/**
 * The platform, layer by layer. A layer gets what it stands on as arguments; what is made later depends on what is made
 * earlier, so that the engine takes it down in the opposite order: services first, namespaces last.
 */
export function createPlatform(platform: Platform, target: ClusterTarget): void {
  const cluster = connect(target.connection);
  const options = { provider: cluster };
  const footprints = platformFootprints(platform);
  const foundation = createFoundation(platform, footprints, target.drivers, options);
  createScaling(platform, foundation, options);
  const policies = createNetworkPolicies(platform, foundation, options);
  const secrets = createSecrets(platform, foundation, options);
  createServices(platform, foundation, policies, secrets, options);
}
