import { formatCpu, formatMebibytes, mebibytes, millicores } from "../../model/quantity";
import { type Amounts } from "../../model/service";
import { type ChartControllerArgs } from "../chart-controller/args";
import {
  type ChartPods,
  extraLabels,
  footprintOf,
  placement,
  podPolicy,
  resourcesOf,
  security,
} from "../chart-controller/pods";
import { type ChartControllerSpec } from "../chart-controller/spec";
import { imageParts } from "../shared/images";

/** Arguments of cert-manager. */
export interface CertManagerArgs extends ChartControllerArgs {
  /** Full references. */
  readonly images: { readonly controller: string; readonly webhook: string; readonly injector: string };
}

/** Name of the release, and of the controller's Deployment and account. */
export const release = "cert-manager";

/** Ports of its pods: webhook and metrics, as the chart has them. */
export const ports = { webhook: 10250, metrics: 9402 } as const;

/** Its three Deployments by what they do. Nobody has measured them: certificates of a few programs change every two months. */
export const deployments = {
  controller: deployment(release, release, { cpu: "50m", memory: "128Mi" }, { metrics: ports.metrics }),
  webhook: deployment(`${release}-webhook`, "webhook", { cpu: "50m", memory: "64Mi" }, ports),
  injector: deployment(
    `${release}-cainjector`,
    "cainjector",
    { cpu: "50m", memory: "128Mi" },
    { metrics: ports.metrics },
  ),
};

/** Certificates of programs in the cluster, made and renewed. */
export function certManager(args: CertManagerArgs): ChartControllerSpec {
  const { images } = args;
  const one = (pods: ChartPods, image: string) => ({
    replicaCount: pods.replicas,
    image: imageParts(image),
    resources: resourcesOf(pods),
    podLabels: extraLabels(args),
    securityContext: security.pod,
    containerSecurityContext: security.container,
    podDisruptionBudget: { enabled: true, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    ...placement(args, pods),
  });
  return {
    release,
    values: {
      // Deleted with the chart, they would take every certificate with them.
      crds: { enabled: true, keep: true },
      global: { priorityClassName: args.priorityClassName, leaderElection: { namespace: args.namespace } },
      ...one(deployments.controller, images.controller),
      webhook: one(deployments.webhook, images.webhook),
      cainjector: one(deployments.injector, images.injector),
      // A Job after the installation, which would stay behind as an object that nothing waits for.
      startupapicheck: { enabled: false },
    },
    objects: Object.values(deployments).map((each) => podPolicy(args, each)),
    footprints: Object.values(deployments).map((each) => footprintOf(args, each)),
  };
}

function deployment(name: string, labelName: string, requests: Amounts, open: ChartPods["ports"]): ChartPods {
  return {
    name,
    // One works, and the other takes its lease; both of the webhook's answer.
    replicas: 2,
    resources: {
      requests,
      // The plan's ratio of two (ALT-K8S-004).
      limits: {
        cpu: formatCpu(2 * millicores(requests.cpu)),
        memory: formatMebibytes(2 * mebibytes(requests.memory)),
      },
    },
    ephemeralMebibytes: { request: 32, limit: 64 },
    labels: {
      "app.kubernetes.io/name": labelName,
      "app.kubernetes.io/instance": release,
    },
    ports: open,
  };
}
