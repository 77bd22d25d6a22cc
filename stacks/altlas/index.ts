import { type Catalogue } from "../../model/platform";
import { claims } from "./claims";
import { database } from "./database";
import { edges } from "./edges";
import { endpoints } from "./endpoints";
import { secrets } from "./secrets";
import { aiOrchestrator } from "./services/ai-orchestrator";
import { apiGateway } from "./services/api-gateway";
import { archiveService } from "./services/archive-service";
import { runnerService } from "./services/runner-service";
import { segmentationService } from "./services/segmentation-service";

/** What ALT_LAS says about itself, as plain data; a stack chooses contracts and scale among it. */
export const catalogue: Catalogue = {
  // In the order in which a request meets them.
  services: [apiGateway, segmentationService, runnerService, archiveService, aiOrchestrator],
  edges,
  endpoints,
  secrets,
  claims,
  database,
};
