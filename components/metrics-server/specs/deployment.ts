import type * as types from "@pulumi/kubernetes/types";
import { formatMebibytes } from "../../../model/quantity";
import { podLabels, selector } from "../../shared/labels";
import { type Plain } from "../../shared/plain";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { type MetricsServerArgs } from "../args";
import { certificateFolder, ephemeralMebibytes, name, resolutionSeconds, resourcesFor, securePort } from "../defaults";

/** User and group of the process; any from 10000 on will do, since the image has no files of its own user. */
const userId = 10001;

/** The command line. */
export function commandLine({ kubeletCertificates }: Pick<MetricsServerArgs, "kubeletCertificates">): string[] {
  return [
    `--secure-port=${securePort}`,
    `--cert-dir=${certificateFolder.mountPath}`,
    // Names of nodes need a name server that knows them; their addresses need nothing.
    "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
    // The port that the node itself says, not the number that most of them use.
    "--kubelet-use-node-status-port",
    `--metric-resolution=${resolutionSeconds}s`,
    ...(kubeletCertificates === "unverified" ? ["--kubelet-insecure-tls"] : []),
  ];
}

/** The Deployment. */
export function deploymentSpec(args: MetricsServerArgs): Plain<types.input.apps.v1.DeploymentSpec> {
  return {
    replicas: args.replicas,
    selector: { matchLabels: selector(name) },
    // It answers only after its first reading, so there is never a moment without one that has.
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    revisionHistoryLimit: 3,
    template: {
      metadata: {
        labels: podLabels(name, args),
        annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": certificateFolder.name },
      },
      spec: podSpec(args),
    },
  };
}

function podSpec(args: MetricsServerArgs): Plain<types.input.core.v1.PodSpec> {
  const { pool } = args;
  return {
    serviceAccountName: name,
    // It asks the API server for pods and nodes, and the API server who its callers are.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: restrictedPod(userId),
    priorityClassName: args.priorityClassName,
    affinity: poolAffinity(pool),
    ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
    topologySpreadConstraints: spread(pool, selector(name)),
    containers: [container(args)],
    volumes: [{ name: certificateFolder.name, emptyDir: { sizeLimit: certificateFolder.sizeLimit } }],
  };
}

function container(args: MetricsServerArgs): Plain<types.input.core.v1.Container> {
  const { requests, limits } = resourcesFor(args.maximumNodes);
  const probe = (path: string, failureThreshold: number) => ({
    httpGet: { path, port: "https", scheme: "HTTPS" },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
  });
  return {
    name,
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    args: commandLine(args),
    ports: [{ name: "https", containerPort: securePort, protocol: "TCP" }],
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    // Two minutes: it makes a certificate of its own first, and a start on a busy node is slow.
    startupProbe: probe("/livez", 12),
    livenessProbe: probe("/livez", 3),
    readinessProbe: probe("/readyz", 3),
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [{ name: certificateFolder.name, mountPath: certificateFolder.mountPath }],
  };
}
