import type * as types from "@pulumi/kubernetes/types";
import { type ScalingSignal } from "../../../model/service";
import { type Plain } from "../../shared/plain";
import { type MicroserviceArgs } from "../args";
import { queueDepthMetric, scalingBehaviour } from "../defaults";

/** Whether an autoscaler owns the number of pods. */
export function isScaled({ replicas }: Pick<MicroserviceArgs, "replicas">): boolean {
  return replicas.maximum > replicas.minimum;
}

/** The autoscaler of a service with room between its bounds. */
export function autoscalerSpec(
  name: string,
  args: MicroserviceArgs,
): Plain<types.input.autoscaling.v2.HorizontalPodAutoscalerSpec> {
  const { up, down } = scalingBehaviour;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: args.replicas.minimum,
    maxReplicas: args.replicas.maximum,
    metrics: args.scaling.map((signal) => metric(name, signal)),
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: up.stabilizationSeconds,
        selectPolicy: "Max",
        policies: [
          { type: "Percent", value: up.percent, periodSeconds: up.periodSeconds },
          { type: "Pods", value: up.pods, periodSeconds: up.periodSeconds },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: down.stabilizationSeconds,
        selectPolicy: "Max",
        policies: [{ type: "Percent", value: down.percent, periodSeconds: down.periodSeconds }],
      },
    },
  };
}

function metric(name: string, signal: ScalingSignal): Plain<types.input.autoscaling.v2.MetricSpec> {
  switch (signal.kind) {
    case "cpu":
      return {
        // Of the application's container alone: a mesh proxy would dilute the average.
        type: "ContainerResource",
        containerResource: {
          container: name,
          name: "cpu",
          target: { type: "Utilization", averageUtilization: signal.utilisationPercent },
        },
      };
    case "requestsPerSecond":
      return {
        type: "Pods",
        pods: {
          metric: { name: signal.metric },
          target: { type: "AverageValue", averageValue: String(signal.perPod) },
        },
      };
    case "queueDepth":
      return {
        type: "External",
        external: {
          metric: { name: queueDepthMetric, selector: { matchLabels: { queue: signal.queue } } },
          target: { type: "AverageValue", averageValue: String(signal.perPod) },
        },
      };
  }
}
