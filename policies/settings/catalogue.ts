import { z } from "zod";
import { type Scale } from "../../model/platform";
import { type RuleSettings } from "../../model/rule-settings";
import { scaleService } from "../../model/scale";
import { type Probe, type Service } from "../../model/service";
import { catalogue } from "../../stacks/altlas";
import { namespaces } from "../../stacks/altlas/namespaces";
import { scalingSettings } from "./scaling";
import { SettingsError, toProblems } from "./error";

/** Form of a stack's `altlas:scale`; the program itself checks its bounds. */
const scaleSchema = z.strictObject({
  resources: z.number().positive().max(1),
  minimumReplicas: z.int().min(1),
  maximumReplicas: z.int().min(1),
});

/**
 * A stack's scale, by which its sizes differ from the plan's.
 *
 * @throws SettingsError when it cannot be read: every size would be compared with a wrong one.
 */
export function readScale(given: unknown): Scale {
  const parsed = scaleSchema.safeParse(given);
  if (!parsed.success) throw new SettingsError(toProblems("altlas:scale", given, parsed.error));
  return parsed.data;
}

/** Liveness delay from which the plan's table takes a service for a slow starter: 60 s for segmentation and AI. */
const slowStartSeconds = 60;

/** What the catalogue says to rules, at a stack's scale; so the rules themselves know nothing about ALT_LAS. */
export function catalogueSettings(scale: Scale): RuleSettings {
  const { services } = catalogue;
  return {
    "ALT-K8S-005": { services: services.map((service) => plannedNumbers(service, scale)) },
    "ALT-K8S-013": {
      slowStarters: services
        .filter((service) => (plannedLiveness(service).initialDelaySeconds ?? 0) >= slowStartSeconds)
        .map(containerOf),
    },
    ...scalingSettings(services, scale),
    "ALT-K8S-041": { environmentOnly: services.flatMap(secretVariables) },
    "ALT-K8S-068": {
      // Python and Rust have no heap to bound: what they allocate is the process's own.
      runtimes: services
        .filter(({ runtime }) => runtime === "node" || runtime === "go")
        .map((service) => ({ ...containerOf(service), runtime: service.runtime })),
    },
  };
}

/** The secrets that a service reads from its environment and from nowhere else; its contract names every way in. */
function secretVariables({ name, contracts }: Service) {
  const environment = [...contracts.current.environment, ...contracts.target.environment];
  const variables = [...new Set(environment.flatMap((each) => (each.kind === "secret" ? [each.name] : [])))];
  const workload = `Deployment/${namespaces.services}/${name}`;
  return variables.length > 0 ? [{ workload, variables, reason: `The contracts of ${name} know no file for it.` }] : [];
}

function plannedNumbers(service: Service, scale: Scale) {
  const { requests, limits } = scaleService(service, scale).resources;
  const { initialDelaySeconds = 0, periodSeconds, timeoutSeconds } = plannedLiveness(service);
  return {
    ...containerOf(service),
    requests,
    limits,
    liveness: { initialDelaySeconds, periodSeconds, timeoutSeconds },
  };
}

/** The plan's table is in both contracts; the target is the plan's own. */
function plannedLiveness({ contracts }: Service): Probe {
  return contracts.target.probes.liveness;
}

/** Our Microservice names the container as the service. */
function containerOf({ name }: Service) {
  return { workload: `Deployment/${namespaces.services}/${name}`, container: name };
}
