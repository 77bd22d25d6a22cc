import { type Field } from "../field";

/** What Kubernetes takes where a probe says nothing (API reference, core/v1 Probe). */
const defaults = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 } as const;

/** A number of a probe. */
export type ProbeNumber = keyof typeof defaults;

/** A number of a probe as the kubelet takes it. */
export function probeNumber(probe: Field, key: ProbeNumber): number {
  return probe.at(key).number() ?? defaults[key];
}

/** Seconds of failing answers after which a probe has its consequence. */
export function secondsToGiveUp(probe: Field): number {
  return probeNumber(probe, "periodSeconds") * probeNumber(probe, "failureThreshold");
}
