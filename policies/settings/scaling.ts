import { databaseObjects } from "../../model/database/names";
import { type Scale } from "../../model/platform";
import { type RuleSettings } from "../../model/rule-settings";
import { scaleService } from "../../model/scale";
import { type Service } from "../../model/service";
import { namespaces } from "../../stacks/altlas/namespaces";
import { systemWorkloads } from "./system";

/** Pods below which no scale brings a service: fewer than two leave none when one is taken away. */
const fewestPods = 2;

/** What the plan says about the services' numbers of pods, at a stack's scale. */
export function scalingSettings(services: readonly Service[], scale: Scale): RuleSettings {
  const rows = services.map((service) => ({
    workload: `Deployment/${namespaces.services}/${service.name}`,
    plan: service.replicas,
    scaled: scaleService(service, scale).replicas,
  }));
  return {
    "ALT-SCALE-001": {
      services: rows.map(({ workload, scaled }) => ({ workload, minimum: Math.max(fewestPods, scaled.minimum) })),
      fixed: [
        ...systemWorkloads.map(({ workload, fixed }) => ({ workload, reason: fixed })),
        {
          workload: `Deployment/${namespaces.data}/${databaseObjects.pooler}`,
          reason: "The connection budget shares the server's connections out among a fixed number of poolers.",
        },
        ...rows
          .filter(({ scaled }) => scaled.minimum === scaled.maximum)
          .map(({ workload, scaled }) => ({
            workload,
            reason: `The stack's scale leaves it ${scaled.minimum} to ${scaled.maximum} pods, no room for an autoscaler.`,
          })),
      ],
    },
    // A stack may give single services more than its scale does, but never more than the plan.
    "ALT-SCALE-003": { ceilings: rows.map(({ workload, plan }) => ({ workload, maximum: plan.maximum })) },
  };
}
