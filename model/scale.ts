import { type Scale } from "./platform";
import { bytes, formatCpu, formatMebibytes, mebibytes, millicores } from "./quantity";
import { type ReplicaBounds, type Resources, type Service } from "./service";

/** The plan's own sizes. */
export const planScale: Scale = { resources: 1, minimumReplicas: Infinity, maximumReplicas: Infinity };

/** Steps that keep scaled figures readable: CPU in tens of millicores, memory in sixteens of mebibytes. */
const cpuStep = 10;
const memoryStep = 16;

/**
 * Shrinks a service to a stack's scale, the only way in which a small stack differs from the plan:
 *
 * - CPU and memory are multiplied by `scale.resources`, rounded up, and the plan's ratio of limit to request is kept;
 * - memory is never asked below `memoryFloor`, because a process that does not idle proves nothing;
 * - an autoscaler starts at `scale.minimumReplicas` and ends at `scale.maximumReplicas` where the plan has more.
 */
export function scaleService<S extends Pick<Service, "resources" | "replicas" | "memoryFloor">>(
  service: S,
  scale: Scale,
): S {
  return {
    ...service,
    resources: scaleResources(service.resources, scale.resources, mebibytes(service.memoryFloor)),
    replicas: scaleReplicas(service.replicas, scale),
  };
}

function scaleReplicas(plan: ReplicaBounds, scale: Scale): ReplicaBounds {
  const minimum = Math.min(plan.minimum, scale.minimumReplicas);
  return { minimum, maximum: Math.max(minimum, Math.min(plan.maximum, scale.maximumReplicas)) };
}

function scaleResources(plan: Resources, factor: number, floorMebibytes: number): Resources {
  // Exactly the plan's own figures at factor 1, whatever the steps are.
  if (factor === 1 && mebibytes(plan.requests.memory) >= floorMebibytes) return plan;
  const cpu = ceilTo(millicores(plan.requests.cpu) * factor, cpuStep);
  const memory = ceilTo(Math.max(mebibytes(plan.requests.memory) * factor, floorMebibytes), memoryStep);
  const cpuRatio = millicores(plan.limits.cpu) / millicores(plan.requests.cpu);
  const memoryRatio = bytes(plan.limits.memory) / bytes(plan.requests.memory);
  return {
    requests: { cpu: formatCpu(cpu), memory: formatMebibytes(memory) },
    limits: {
      // Rounded down, so that the ratio of limit to request never exceeds the plan's.
      cpu: formatCpu(Math.floor(cpu * cpuRatio)),
      memory: formatMebibytes(Math.floor(memory * memoryRatio)),
    },
  };
}

function ceilTo(amount: number, step: number): number {
  return Math.max(step, Math.ceil(amount / step) * step);
}
