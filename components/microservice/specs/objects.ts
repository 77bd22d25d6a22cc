import { type Manifest } from "../../../model/manifest";
import { type MicroserviceArgs } from "../args";
import { autoscalerSpec, isScaled } from "./autoscaler";
import { deploymentSpec } from "./deployment";
import { budgetSpec, hasBudget } from "../../shared/disruption";
import { configMapName, hasEntries, resolveEnvironment } from "./environment";
import { objectLabels, podLabels } from "../../shared/labels";
import { metricsAnnotations, serviceSpec } from "./service";

/** The objects of a service by their part; those that its arguments do not ask for are absent. */
export function microserviceObjects(name: string, args: MicroserviceArgs) {
  const metadata = { name, namespace: args.namespace, labels: objectLabels(name, args) };
  const { configuration } = resolveEnvironment(args);
  const annotations = metricsAnnotations(args);
  return {
    serviceAccount: {
      metadata,
      automountServiceAccountToken: false,
      ...(args.imagePullSecrets ? { imagePullSecrets: args.imagePullSecrets.map((secret) => ({ name: secret })) } : {}),
    },
    configMap: hasEntries(configuration)
      ? { metadata: { ...metadata, name: configMapName(name) }, data: configuration }
      : undefined,
    deployment: { metadata: { ...metadata, labels: podLabels(name, args) }, spec: deploymentSpec(name, args) },
    service: {
      metadata: { ...metadata, ...(hasEntries(annotations) ? { annotations } : {}) },
      spec: serviceSpec(name, args),
    },
    autoscaler: isScaled(args) ? { metadata, spec: autoscalerSpec(name, args) } : undefined,
    disruptionBudget: hasBudget(args) ? { metadata, spec: budgetSpec(name) } : undefined,
  };
}

/** The objects of a service as manifests, for those who write them instead of registering them. */
export function microserviceManifests(name: string, args: MicroserviceArgs): Manifest[] {
  const { serviceAccount, configMap, deployment, service, autoscaler, disruptionBudget } = microserviceObjects(
    name,
    args,
  );
  return [
    { apiVersion: "v1", kind: "ServiceAccount", ...serviceAccount },
    ...(configMap ? [{ apiVersion: "v1", kind: "ConfigMap", ...configMap }] : []),
    { apiVersion: "apps/v1", kind: "Deployment", ...deployment },
    { apiVersion: "v1", kind: "Service", ...service },
    ...(autoscaler ? [{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", ...autoscaler }] : []),
    ...(disruptionBudget ? [{ apiVersion: "policy/v1", kind: "PodDisruptionBudget", ...disruptionBudget }] : []),
  ];
}
