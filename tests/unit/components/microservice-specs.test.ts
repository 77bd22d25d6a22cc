import { expect, test } from "vitest";
import { autoscalerSpec } from "../../../components/microservice/specs/autoscaler";
import { deploymentSpec } from "../../../components/microservice/specs/deployment";
import { budgetSpec } from "../../../components/shared/disruption";
import { resolveEnvironment } from "../../../components/microservice/specs/environment";
import { imageVersion, selector } from "../../../components/shared/labels";
import { podTemplate } from "../../../components/microservice/specs/pod";
import { metricsAnnotations, serviceSpec } from "../../../components/microservice/specs/service";
import { type ArgsChanges, microserviceArgs } from "../../support/microservice-args";

const cpu = { kind: "cpu", utilisationPercent: 70 } as const;

function pod(changes: ArgsChanges = {}) {
  const template = podTemplate("archive", microserviceArgs(changes));
  const spec = template.spec!;
  return {
    annotations: template.metadata!.annotations!,
    labels: template.metadata!.labels!,
    spec,
    container: spec.containers[0]!,
  };
}

test("pods meet the restricted level: no root, no privilege, no capability, no token, nothing of the host", () => {
  const { spec, container } = pod();
  expect(spec.securityContext).toEqual({
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    readOnlyRootFilesystem: true,
  });
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(spec.serviceAccountName).toBe("archive");
  expect(spec.enableServiceLinks).toBe(false);
  expect(Object.keys(spec).filter((field) => field.startsWith("host"))).toEqual([]);
  expect(container.ports).toEqual([{ name: "http", containerPort: 9000, protocol: "TCP" }]);
});

test("another user id is user, group and group of the volumes", () => {
  expect(pod({ userId: 20000 }).spec.securityContext).toMatchObject({
    runAsUser: 20000,
    runAsGroup: 20000,
    fsGroup: 20000,
  });
});

test("every probe of the contract is rendered with its own numbers on the declared port, and no other", () => {
  const { container } = pod();
  expect(container.startupProbe).toBeUndefined();
  expect(container.livenessProbe).toEqual({
    tcpSocket: { port: "http" },
    initialDelaySeconds: 30,
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  });
  expect(container.readinessProbe).toEqual({
    httpGet: { path: "/health", port: "http" },
    periodSeconds: 5,
    timeoutSeconds: 2,
    failureThreshold: 3,
  });
  const { probes } = microserviceArgs().contract;
  const startup = { ...probes.readiness, failureThreshold: 60 };
  expect(pod({ contract: { probes: { ...probes, startup } } }).container.startupProbe).toMatchObject({
    httpGet: { path: "/health", port: "http" },
    failureThreshold: 60,
  });
});

test("the pod sleeps before its end without a shell, and its grace covers sleep, drain and margin", () => {
  const { spec, container } = pod();
  expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
  expect(spec.terminationGracePeriodSeconds).toBe(10 + 20 + 5);
  const hasty = pod({ contract: { shutdown: { preStopSeconds: 0, drainSeconds: 0, why: "example" } } });
  expect(hasty.container.lifecycle).toBeUndefined();
  expect(hasty.spec.terminationGracePeriodSeconds).toBe(5);
});

test("pods go to their pool only and tolerate its taints only", () => {
  const taint = { key: "cpu", value: "high", effect: "NoSchedule" } as const;
  const { spec } = pod({ pool: { name: "cpu", taints: [taint] } });
  expect(spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms).toEqual([
    { matchExpressions: [{ key: "altlas.io/pool", operator: "In", values: ["cpu"] }] },
  ]);
  expect(spec.tolerations).toEqual([{ key: "cpu", operator: "Equal", value: "high", effect: "NoSchedule" }]);
  expect(pod().spec.tolerations).toBeUndefined();
});

const spreads: readonly [what: string, pool: ArgsChanges["pool"], zone: string][] = [
  ["a node in every zone at its minimum", { minimum: 3, zones: ["a", "b", "c"] }, "DoNotSchedule"],
  ["fewer nodes than zones at its minimum", { minimum: 2, zones: ["a", "b", "c"] }, "ScheduleAnyway"],
  ["a single zone", { minimum: 3, zones: ["a"] }, "ScheduleAnyway"],
];

test.each(spreads)(
  "in a pool with %s the spread over zones is as hard as it can be, over hosts a wish",
  (_, pool, zone) => {
    const constraints = spreadOf(pool);
    expect(constraints.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable])).toEqual([
      ["topology.kubernetes.io/zone", zone],
      ["kubernetes.io/hostname", "ScheduleAnyway"],
    ]);
    for (const constraint of constraints) {
      expect(constraint).toMatchObject({
        maxSkew: 1,
        labelSelector: { matchLabels: selector("archive") },
        matchLabelKeys: ["pod-template-hash"],
        nodeAffinityPolicy: "Honor",
        nodeTaintsPolicy: "Honor",
      });
    }
  },
);

function spreadOf(pool: ArgsChanges["pool"]) {
  return pod({ pool, replicas: { minimum: 2, maximum: 2 } }).spec.topologySpreadConstraints!;
}

test("a single pod has no spread", () => {
  expect(pod().spec.topologySpreadConstraints).toBeUndefined();
});

test("every kind of volume is mounted where the contract says, and a claim mounted twice is one volume", () => {
  const { spec, container, annotations } = pod({
    claims: { models: "models-claim", unused: "other" },
    ephemeralStorageClass: "block",
    contract: {
      volumes: [
        { kind: "scratch", name: "logs", mountPath: "/app/logs", sizeLimit: "100Mi", why: "example" },
        { kind: "ephemeral", name: "spool", mountPath: "/app/spool", size: "10Gi", why: "example" },
        { kind: "claim", name: "models", mountPath: "/models", claim: "models", readOnly: true, why: "example" },
        { kind: "claim", name: "cache", mountPath: "/cache", claim: "models", subPath: "cache", why: "example" },
      ],
    },
  });
  expect(spec.volumes).toEqual([
    { name: "logs", emptyDir: { sizeLimit: "100Mi" } },
    {
      name: "spool",
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels: expect.objectContaining(selector("archive")) as unknown },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "block",
            resources: { requests: { storage: "10Gi" } },
          },
        },
      },
    },
    { name: "models", persistentVolumeClaim: { claimName: "models-claim" } },
    { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
  ]);
  expect(container.volumeMounts).toEqual([
    { name: "logs", mountPath: "/app/logs" },
    { name: "spool", mountPath: "/app/spool" },
    { name: "models", mountPath: "/models", readOnly: true },
    { name: "models", mountPath: "/cache", subPath: "cache" },
    { name: "tmp", mountPath: "/tmp" },
  ]);
  // 100 MiB of logs folder, 64 of /tmp, 64 of container logs; the spool is a disk of its own.
  expect(container.resources?.limits?.["ephemeral-storage"]).toBe("228Mi");
  expect(container.resources?.requests?.["ephemeral-storage"]).toBe("114Mi");
  expect(annotations["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"]).toBe("logs,tmp");
});

test("a contract with its own volume at /tmp gets no second one", () => {
  const { spec } = pod({
    contract: { volumes: [{ kind: "scratch", name: "tmp", mountPath: "/tmp", sizeLimit: "1Gi", why: "example" }] },
  });
  expect(spec.volumes).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "1Gi" } }]);
});

test("secrets reach the container by reference and the plain environment by ConfigMap", () => {
  const { container } = pod({
    environment: {
      plain: { LOG_LEVEL: "info" },
      secrets: { PASSWORD: { secretName: "credentials", key: "password" } },
    },
  });
  expect(container.env).toEqual([
    { name: "GOMAXPROCS", value: "1" },
    { name: "GOMEMLIMIT", value: String(Math.floor(2 ** 30 * 0.9)) },
    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "credentials", key: "password" } } },
  ]);
  expect(container.envFrom).toEqual([{ configMapRef: { name: "archive-environment" } }]);
  expect(pod().container.envFrom).toBeUndefined();
});

test("a variable that is given wins over the derived one, and stands in one place only", () => {
  const environment = { plain: { GOMAXPROCS: "4" } };
  expect(resolveEnvironment(microserviceArgs({ environment }))).toEqual({
    configuration: { GOMAXPROCS: "4" },
    derived: { GOMEMLIMIT: "966367641" },
  });
});

test("given flags of Node keep the heap bound, unless they bound it themselves", () => {
  const resolve = (NODE_OPTIONS: string) =>
    resolveEnvironment(microserviceArgs({ runtime: "node", environment: { plain: { NODE_OPTIONS } } }));
  expect(resolve("--enable-source-maps")).toEqual({
    configuration: { NODE_OPTIONS: "--enable-source-maps --max-old-space-size=768" },
    derived: {},
  });
  expect(resolve("--max-old-space-size=100").configuration).toEqual({ NODE_OPTIONS: "--max-old-space-size=100" });
});

test("a rotated secret makes new pods of the services that read it, and of no others", () => {
  const environment = { secrets: { PASSWORD: { secretName: "credentials", key: "password" } } };
  const annotation = (secretGenerations: Record<string, number>): string | undefined =>
    pod({ environment, secretGenerations }).annotations["checksum/secret-generations"];
  expect(annotation({ password: 1 })).not.toBe(annotation({ password: 2 }));
  expect(annotation({ password: 1, other: 7 })).toBe(annotation({ password: 1 }));
  expect(annotation({ other: 7 })).toBeUndefined();
});

test("a meshed pod asks for its proxy with requests and limits, and lists the proxy's volumes as evictable", () => {
  expect(pod({ meshed: true }).annotations).toMatchObject({
    "linkerd.io/inject": "enabled",
    "config.linkerd.io/proxy-cpu-request": "100m",
    "config.linkerd.io/proxy-cpu-limit": "200m",
    "config.linkerd.io/proxy-memory-request": "128Mi",
    "config.linkerd.io/proxy-memory-limit": "250Mi",
    "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes":
      "linkerd-identity-end-entity,linkerd-proxy-init-xtables-lock,tmp",
  });
  expect(Object.keys(pod().annotations).filter((key) => key.includes("linkerd"))).toEqual([]);
});

test("the selector is name and instance only, and matches the pods; the version is a label of pods but selects nothing", () => {
  const spec = deploymentSpec("archive", microserviceArgs());
  expect(spec.selector).toEqual({ matchLabels: selector("archive") });
  expect(Object.keys(selector("archive")).sort()).toEqual(["app.kubernetes.io/instance", "app.kubernetes.io/name"]);
  expect(spec.template.metadata?.labels).toMatchObject({
    ...selector("archive"),
    "app.kubernetes.io/version": "1.2.3",
  });
});

test.each([
  ["registry.example:5000/team/archive:1.2.3@sha256:0123456789abcdef", "1.2.3"],
  ["registry.example:5000/team/archive@sha256:0123456789abcdef", "0123456789ab"],
  ["registry.example:5000/team/archive", "unknown"],
  [`archive:${"1".repeat(62)}--long`, "1".repeat(62)],
])("the version of %s is %s", (image, version) => {
  expect(imageVersion(image)).toBe(version);
});

test("a rollout keeps every pod until its successor has been ready for ten seconds", () => {
  expect(deploymentSpec("archive", microserviceArgs())).toMatchObject({
    replicas: 1,
    minReadySeconds: 10,
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 3,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
  });
});

test("a slow starter's rollout is not called failed before its startup probe gives up", () => {
  const { probes } = microserviceArgs().contract;
  const startup = { ...probes.liveness, initialDelaySeconds: 60, periodSeconds: 10, failureThreshold: 60 };
  const spec = deploymentSpec("archive", microserviceArgs({ contract: { probes: { ...probes, startup } } }));
  // 300 s for a node and the image, 60 + 600 s of probing, 10 s of steadiness.
  expect(spec.progressDeadlineSeconds).toBe(970);
});

test("the Service has one named port with its application protocol; gRPC is told as HTTP/2, which the mesh reads", () => {
  expect(serviceSpec("archive", microserviceArgs())).toEqual({
    type: "ClusterIP",
    selector: selector("archive"),
    ports: [{ name: "http", port: 9000, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
  });
  const grpc = microserviceArgs({ contract: { protocol: "grpc" } });
  expect(serviceSpec("archive", grpc).ports).toEqual([
    { name: "grpc", port: 9000, targetPort: "grpc", protocol: "TCP", appProtocol: "kubernetes.io/h2c" },
  ]);
  expect(podTemplate("archive", grpc).spec?.containers[0]?.livenessProbe?.tcpSocket).toEqual({ port: "grpc" });
});

test("metrics are announced where the contract has them", () => {
  expect(metricsAnnotations(microserviceArgs())).toEqual({});
  expect(metricsAnnotations(microserviceArgs({ contract: { metrics: { path: "/metrics" } } }))).toEqual({
    "prometheus.io/scrape": "true",
    "prometheus.io/port": "9000",
    "prometheus.io/path": "/metrics",
  });
});

test("the autoscaler renders every signal it is given, and its behaviour is written out", () => {
  const args = microserviceArgs({
    replicas: { minimum: 2, maximum: 12 },
    scaling: [
      cpu,
      { kind: "requestsPerSecond", metric: "http_requests_per_second", perPod: 50 },
      { kind: "queueDepth", queue: "archive.store", perPod: 20 },
    ],
  });
  expect(autoscalerSpec("archive", args)).toEqual({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive" },
    minReplicas: 2,
    maxReplicas: 12,
    metrics: [
      {
        type: "ContainerResource",
        containerResource: {
          container: "archive",
          name: "cpu",
          target: { type: "Utilization", averageUtilization: 70 },
        },
      },
      {
        type: "Pods",
        pods: { metric: { name: "http_requests_per_second" }, target: { type: "AverageValue", averageValue: "50" } },
      },
      {
        type: "External",
        external: {
          metric: {
            name: "rabbitmq_queue_messages_ready",
            selector: { matchLabels: { queue: "archive.store" } },
          },
          target: { type: "AverageValue", averageValue: "20" },
        },
      },
    ],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: "Max",
        policies: [
          { type: "Percent", value: 100, periodSeconds: 60 },
          { type: "Pods", value: 4, periodSeconds: 60 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        selectPolicy: "Max",
        policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
      },
    },
  });
});

test("the budget lets one pod go and does not hold broken ones", () => {
  expect(budgetSpec("archive")).toEqual({
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selector("archive") },
  });
});
