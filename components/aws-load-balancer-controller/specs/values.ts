import type * as types from "@pulumi/kubernetes/types";
import { namespaceNameLabel } from "../../../model/labels";
import { formatMebibytes } from "../../../model/quantity";
import { budgetSpec } from "../../shared/disruption";
import { imageParts } from "../../shared/images";
import { imageVersion, objectLabels, selector } from "../../shared/labels";
import { type Plain } from "../../shared/plain";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { type LoadBalancerControllerArgs } from "../args";
import { ephemeralMebibytes, resources, userId } from "../defaults";

/** What the chart (3.5.0) is told; the keys that are used, as its `values.yaml` has them. */
export interface ChartValues {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcTags: Readonly<Record<string, string>>;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly replicaCount: number;
  readonly revisionHistoryLimit: number;
  readonly serviceAccount: { readonly create: boolean; readonly name: string };
  readonly updateStrategy: Plain<types.input.apps.v1.DeploymentStrategy>;
  readonly podDisruptionBudget: Readonly<Record<string, unknown>>;
  readonly priorityClassName: string;
  readonly affinity: Plain<types.input.core.v1.Affinity>;
  readonly tolerations: readonly Plain<types.input.core.v1.Toleration>[];
  readonly topologySpreadConstraints: readonly Plain<types.input.core.v1.TopologySpreadConstraint>[];
  readonly podSecurityContext: Plain<types.input.core.v1.PodSecurityContext>;
  readonly securityContext: Plain<types.input.core.v1.SecurityContext>;
  readonly resources: Plain<types.input.core.v1.ResourceRequirements>;
  readonly terminationGracePeriodSeconds: number;
  readonly livenessProbe: Plain<types.input.core.v1.Probe>;
  readonly readinessProbe: Plain<types.input.core.v1.Probe>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly additionalLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly defaultTargetType: "ip" | "instance";
  readonly enableServiceMutatorWebhook: boolean;
  readonly serviceMutatorWebhookConfig: {
    readonly failurePolicy: "Fail" | "Ignore";
    readonly namespaceSelectors: readonly Plain<types.input.meta.v1.LabelSelectorRequirement>[];
  };
  readonly webhookConfig: { readonly disableIngressValidation: boolean };
  readonly createIngressClassResource: boolean;
  readonly ingressClassParams: { readonly create: boolean };
  readonly keepTLSSecret: boolean;
  readonly enableShield: boolean;
  readonly enableWaf: boolean;
  readonly enableWafv2: boolean;
  readonly controllerConfig: { readonly featureGates: Readonly<Record<string, boolean>> };
}

/** The chart's values. */
export function chartValues(args: LoadBalancerControllerArgs): ChartValues {
  const name = args.serviceAccount;
  const { requests, limits } = resources;
  const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port: 61779, scheme: "HTTP" },
    periodSeconds: 10,
    timeoutSeconds: 10,
    failureThreshold,
  });
  // The chart adds the selector itself.
  const { maxUnavailable, unhealthyPodEvictionPolicy } = budgetSpec(name);
  return {
    clusterName: args.clusterName,
    region: args.region,
    vpcTags: args.vpcTags,
    image: imageParts(args.image),
    replicaCount: args.replicas,
    revisionHistoryLimit: 3,
    serviceAccount: { create: true, name },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    podDisruptionBudget: { maxUnavailable, unhealthyPodEvictionPolicy },
    priorityClassName: args.priorityClassName,
    affinity: poolAffinity(args.pool),
    tolerations: poolTolerations(args.pool),
    topologySpreadConstraints: spread(args.pool, selector(name)),
    podSecurityContext: restrictedPod(userId),
    securityContext: restrictedContainer(),
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    // Targets that are being registered are finished before the next pod takes the lease.
    terminationGracePeriodSeconds: 30,
    livenessProbe: { ...probe("/healthz", 3), initialDelaySeconds: 30 },
    readinessProbe: probe("/readyz", 2),
    podLabels: { ...args.labels, "app.kubernetes.io/part-of": args.partOf, ...versionLabel(args) },
    additionalLabels: ownLabels(args),
    podAnnotations: { "prometheus.io/path": "/metrics" },
    defaultTags: args.tags,
    // Pods have addresses of the network, so nothing has to go by a node's port first.
    defaultTargetType: "ip",
    // Makes it the one that answers for a Service of type LoadBalancer, in place of the cloud provider in the control plane,
    // whose load balancers nothing here knows. Only where such Services are: while it does not answer, none can be made there.
    enableServiceMutatorWebhook: true,
    serviceMutatorWebhookConfig: {
      failurePolicy: "Fail",
      namespaceSelectors: [{ key: namespaceNameLabel, operator: "In", values: [...args.serviceNamespaces] }],
    },
    // Traffic enters by a Gateway of Envoy's; there is no Ingress, and none may be kept from being made by this controller.
    webhookConfig: { disableIngressValidation: true },
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    controllerConfig: { featureGates: { ALBGatewayAPI: false, NLBGatewayAPI: false } },
    // The chart would make other certificates at each preview; with this it reads those that are in the cluster.
    keepTLSSecret: true,
    // Neither is used, and its role has no right to ask.
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
  };
}

/** Labels beyond those that the chart itself gives. */
function ownLabels(args: LoadBalancerControllerArgs): Record<string, string> {
  const chartsOwn = ["app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by"];
  return Object.fromEntries(
    Object.entries(objectLabels(args.serviceAccount, args)).filter(([key]) => !chartsOwn.includes(key)),
  );
}

function versionLabel({ image }: LoadBalancerControllerArgs): Record<string, string> {
  return { "app.kubernetes.io/version": imageVersion(image) };
}
