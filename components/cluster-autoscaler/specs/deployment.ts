import type * as types from "@pulumi/kubernetes/types";
import { formatMebibytes } from "../../../model/quantity";
import { podLabels, selector } from "../../shared/labels";
import { type Plain } from "../../shared/plain";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { type ClusterAutoscalerArgs } from "../args";
import { ephemeralMebibytes, metricsPort, resources } from "../defaults";
import { commandLine } from "./flags";

/** User and group of the process; any from 10000 on will do, since the image has no files of its own user. */
const userId = 10001;

/** The Deployment. */
export function deploymentSpec(args: ClusterAutoscalerArgs): Plain<types.input.apps.v1.DeploymentSpec> {
  const name = args.serviceAccount;
  return {
    replicas: args.replicas,
    selector: { matchLabels: selector(name) },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    revisionHistoryLimit: 3,
    template: {
      metadata: {
        labels: podLabels(name, args),
        annotations: {
          "prometheus.io/scrape": "true",
          "prometheus.io/port": String(metricsPort),
          "prometheus.io/path": "/metrics",
        },
      },
      spec: podSpec(args),
    },
  };
}

function podSpec(args: ClusterAutoscalerArgs): Plain<types.input.core.v1.PodSpec> {
  const name = args.serviceAccount;
  const { pool } = args;
  return {
    serviceAccountName: name,
    // It reads and changes the cluster; that is its work.
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: restrictedPod(userId),
    priorityClassName: args.priorityClassName,
    affinity: poolAffinity(pool),
    ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
    topologySpreadConstraints: spread(pool, selector(name)),
    containers: [container(args)],
  };
}

function container(args: ClusterAutoscalerArgs): Plain<types.input.core.v1.Container> {
  const { requests, limits } = resources;
  const probe = (failureThreshold: number) => ({
    httpGet: { path: "/health-check", port: "http" },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold,
  });
  return {
    name: args.serviceAccount,
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    command: ["./cluster-autoscaler"],
    args: commandLine(args),
    env: [{ name: "AWS_REGION", value: args.region }],
    ports: [{ name: "http", containerPort: metricsPort, protocol: "TCP" }],
    resources: {
      requests: { ...requests, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.request) },
      limits: { ...limits, "ephemeral-storage": formatMebibytes(ephemeralMebibytes.limit) },
    },
    // Two minutes: it reads all instance types and groups before it answers.
    startupProbe: probe(12),
    // The page fails when the main loop has hung for longer than its own limit, so three failures mean that it has.
    livenessProbe: probe(3),
    // Nobody calls it but Prometheus; ready means that it listens, or the pod that waits for the lease would never be.
    readinessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}
