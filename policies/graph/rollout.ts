import { type Field } from "../field";
import { podShare } from "./budget";

/** Kubernetes' own values: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
const defaults = {
  Deployment: { maxUnavailable: "25%", maxSurge: "25%" },
  StatefulSet: { maxUnavailable: 1, maxSurge: 0 },
} as const;

/**
 * How many of `pods` a rolling update of a Deployment or a StatefulSet takes away at a time.
 *
 * Source: ResolveFenceposts in pkg/controller/deployment/util/deployment_util.go and getStatefulSetMaxUnavailable in
 * pkg/controller/statefulset/stateful_set_utils.go of kubernetes/kubernetes.
 *
 * @returns a verb phrase when the numbers cannot be used.
 */
export function rolloutGap(kind: string, rollingUpdate: Field, pods: number): number | string {
  const own = kind === "StatefulSet" ? defaults.StatefulSet : defaults.Deployment;
  const unavailable = rollingUpdate.at("maxUnavailable").numberOrText() ?? own.maxUnavailable;
  const surge = rollingUpdate.at("maxSurge").numberOrText() ?? own.maxSurge;
  const missing = podShare(unavailable, pods, Math.floor);
  if (missing === undefined)
    return `has maxUnavailable ${JSON.stringify(unavailable)}, neither a number nor 0% to 100%`;
  if (kind === "StatefulSet") return Math.min(Math.max(missing, 1), pods);
  if (isZero(unavailable) && isZero(surge))
    return "sets maxUnavailable and maxSurge to 0, which the API server refuses";
  // Without any step a rollout would never move; Kubernetes then takes one pod away.
  return Math.min(missing === 0 && isZero(surge) ? 1 : missing, pods);
}

function isZero(value: number | string): boolean {
  return value === 0 || value === "0%";
}
