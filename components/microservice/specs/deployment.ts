import type * as types from "@pulumi/kubernetes/types";
import { type Plain } from "../../shared/plain";
import { type MicroserviceArgs } from "../args";
import { minReadySeconds, revisionHistoryLimit, surgePercent } from "../defaults";
import { isScaled } from "./autoscaler";
import { selector } from "../../shared/labels";
import { podTemplate } from "./pod";
import { progressSeconds } from "./rollout";

/** The Deployment; without `replicas` where an autoscaler owns that field, or each update would reset its work. */
export function deploymentSpec(name: string, args: MicroserviceArgs): Plain<types.input.apps.v1.DeploymentSpec> {
  return {
    ...(isScaled(args) ? {} : { replicas: args.replicas.minimum }),
    selector: { matchLabels: selector(name) },
    minReadySeconds,
    progressDeadlineSeconds: progressSeconds(args),
    revisionHistoryLimit,
    // Never fewer pods than the load needs: the new one serves before an old one goes.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: `${surgePercent}%` } },
    template: podTemplate(name, args),
  };
}
