import { surgePods } from "../../../model/footprint";
import { type Probes } from "../../../model/service";
import { type MicroserviceArgs } from "../args";
import {
  minimumProgressSeconds,
  minReadySeconds,
  placementSeconds,
  surgePercent,
  terminationMarginSeconds,
} from "../defaults";

/** Longest time in seconds from a container's start until its probes either pass or give it up. */
export function startupSeconds({ startup, readiness }: Probes): number {
  const first = startup ?? readiness;
  return (first.initialDelaySeconds ?? 0) + first.periodSeconds * first.failureThreshold;
}

/** Seconds without progress after which a rollout counts as failed; never less than one pod honestly needs. */
export function progressSeconds({ contract }: MicroserviceArgs): number {
  return Math.max(minimumProgressSeconds, placementSeconds + startupSeconds(contract.probes) + minReadySeconds);
}

/**
 * Seconds that the engine waits for a whole rollout: one stall as long as Kubernetes itself tolerates, and all waves
 * at their slowest. The engine's own ten minutes would call a healthy rollout of slow starters a failure.
 */
export function rolloutSeconds(args: MicroserviceArgs): number {
  const { maximum } = args.replicas;
  const waves = Math.ceil(maximum / surgePods(maximum, surgePercent));
  return progressSeconds(args) + waves * (startupSeconds(args.contract.probes) + minReadySeconds);
}

/** Seconds from the announcement of a pod's end to its kill. */
export function graceSeconds({ contract: { shutdown } }: Pick<MicroserviceArgs, "contract">): number {
  return shutdown.preStopSeconds + shutdown.drainSeconds + terminationMarginSeconds;
}
