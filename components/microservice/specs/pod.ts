import type * as types from "@pulumi/kubernetes/types";
import { formatMebibytes } from "../../../model/quantity";
import { type Probe } from "../../../model/service";
import { type Plain } from "../../shared/plain";
import { restrictedContainer, restrictedPod } from "../../shared/security";
import { type MicroserviceArgs } from "../args";
import { defaultUserId } from "../defaults";
import {
  configMapName,
  containerEnvironment,
  environmentChecksums,
  hasEntries,
  resolveEnvironment,
} from "./environment";
import { podLabels, selector } from "../../shared/labels";
import { meshAnnotations } from "./mesh";
import { poolAffinity, poolTolerations, spread } from "../../shared/placement";
import { graceSeconds } from "./rollout";
import { portName } from "./service";
import {
  ephemeralLimitMebibytes,
  ephemeralRequestMebibytes,
  evictableVolumes,
  podVolumes,
  volumeMounts,
} from "./volumes";

/** The pods that the Deployment makes. */
export function podTemplate(name: string, args: MicroserviceArgs): Plain<types.input.core.v1.PodTemplateSpec> {
  const { pool } = args.placement;
  return {
    metadata: {
      labels: podLabels(name, args),
      annotations: {
        ...environmentChecksums(args),
        ...meshAnnotations(args),
        "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": evictableVolumes(args).join(","),
        // `kubectl logs` and `exec` would otherwise ask which container is meant once there is a proxy.
        "kubectl.kubernetes.io/default-container": name,
      },
    },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      // Variables for every Service of the namespace: thousands in a big one, and they clash with real settings.
      enableServiceLinks: false,
      securityContext: restrictedPod(args.userId ?? defaultUserId),
      priorityClassName: args.priorityClassName,
      terminationGracePeriodSeconds: graceSeconds(args),
      affinity: poolAffinity(pool),
      ...(pool.taints.length > 0 ? { tolerations: poolTolerations(pool) } : {}),
      // A single pod has nothing to be spread from.
      ...(args.replicas.maximum > 1 ? { topologySpreadConstraints: spread(pool, selector(name)) } : {}),
      containers: [container(name, args)],
      volumes: podVolumes(name, args),
    },
  };
}

function container(name: string, args: MicroserviceArgs): Plain<types.input.core.v1.Container> {
  const { contract, resources } = args;
  const { startup, liveness, readiness } = contract.probes;
  const port = portName(contract.protocol);
  return {
    name,
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    ...(contract.workingDirectory === undefined ? {} : { workingDir: contract.workingDirectory }),
    ports: [{ name: port, containerPort: contract.port, protocol: "TCP" }],
    env: containerEnvironment(args),
    ...(hasEntries(resolveEnvironment(args).configuration)
      ? { envFrom: [{ configMapRef: { name: configMapName(name) } }] }
      : {}),
    resources: {
      requests: {
        ...resources.requests,
        "ephemeral-storage": formatMebibytes(ephemeralRequestMebibytes(args)),
      },
      limits: {
        ...resources.limits,
        "ephemeral-storage": formatMebibytes(ephemeralLimitMebibytes(args)),
      },
    },
    ...(startup ? { startupProbe: probe(startup, port) } : {}),
    livenessProbe: probe(liveness, port),
    readinessProbe: probe(readiness, port),
    // The kubelet itself sleeps: an image need not hold a shell. Meanwhile endpoints and proxies forget the pod.
    ...(contract.shutdown.preStopSeconds > 0
      ? { lifecycle: { preStop: { sleep: { seconds: contract.shutdown.preStopSeconds } } } }
      : {}),
    securityContext: restrictedContainer(),
    // The last lines of a crash appear in the pod's status, also when nobody collects logs yet.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: volumeMounts(args),
  };
}

function probe(
  { handler, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold }: Probe,
  port: string,
): Plain<types.input.core.v1.Probe> {
  return {
    ...(handler.kind === "http" ? { httpGet: { path: handler.path, port } } : { tcpSocket: { port } }),
    ...(initialDelaySeconds === undefined ? {} : { initialDelaySeconds }),
    periodSeconds,
    timeoutSeconds,
    failureThreshold,
  };
}
