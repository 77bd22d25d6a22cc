import { add, app, copy, drop, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { autoscaler, daemonSet, namespaced } from "../objects";

const cpuUtilization = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
};
const cpuAverage = { type: "Resource", resource: { name: "cpu", target: { type: "AverageValue", averageValue: "1" } } };
const meshed = set("Deployment", ["spec", "template", "metadata", "annotations", "linkerd.io/inject"], "enabled");
const proxyRequest = set(
  "Deployment",
  ["spec", "template", "metadata", "annotations", "config.linkerd.io/proxy-cpu-request"],
  "100m",
);
const rollout = namespaced("argoproj.io/v1alpha1", "Rollout", "archive-service", { spec: {} });

export const cases: RuleCases = {
  pass: [
    {
      title: "the whole pod's cpu, requested by all its containers",
      edits: [set(autoscaler, "spec.metrics", [cpuUtilization])],
    },
    {
      title: "a meshed pod whose proxy requests cpu",
      edits: [set(autoscaler, "spec.metrics", [cpuUtilization]), meshed, proxyRequest],
    },
    {
      title: "a meshed pod of which one container is measured",
      edits: [meshed],
    },
    {
      title: "an absolute amount, which needs no request",
      edits: [set(autoscaler, "spec.metrics", [cpuAverage]), drop("Deployment", `${app}.resources.requests.cpu`)],
    },
    {
      title: "a limit, which the API server copies to the request",
      edits: [drop("Deployment", `${app}.resources.requests`)],
    },
    {
      title: "an annotation of the namespace",
      edits: [
        set(autoscaler, "spec.metrics", [cpuUtilization]),
        set("Namespace", "metadata.annotations", {
          "linkerd.io/inject": "enabled",
          "config.linkerd.io/proxy-cpu-request": "100m",
        }),
      ],
    },
  ],
  fail: [
    {
      title: "a target that does not exist",
      edits: [set(autoscaler, "spec.scaleTargetRef.name", "archive")],
      says: /scales Deployment altlas\/archive, which is not in this stack/,
      at: "spec.scaleTargetRef",
    },
    {
      title: "a target in another namespace",
      edits: [set(autoscaler, "metadata.namespace", "other")],
      says: /scales Deployment other\/archive-service, which is not in this stack/,
      at: "spec.scaleTargetRef",
    },
    {
      title: "a DaemonSet",
      edits: [add(daemonSet), set(autoscaler, "spec.scaleTargetRef", { kind: "DaemonSet", name: "agent" })],
      says: /scales a DaemonSet, whose number of pods cannot be set/,
      at: "spec.scaleTargetRef",
    },
    {
      title: "replicas in the Deployment",
      edits: [set("Deployment", "spec.replicas", 3)],
      says: /HorizontalPodAutoscaler altlas\/archive-service scales Deployment altlas\/archive-service, which sets replicas to 3/,
      at: "spec.replicas",
    },
    {
      title: "a container that there is not",
      edits: [set(autoscaler, "spec.metrics[0].containerResource.container", "main")],
      says: /measures container main, but the pods have only app, proxy/,
      at: "spec.metrics[0].containerResource.container",
    },
    {
      title: "an init container, which has ended",
      edits: [set(autoscaler, "spec.metrics[0].containerResource.container", "migrate")],
      says: /measures container migrate/,
      at: "spec.metrics[0].containerResource.container",
    },
    {
      title: "a measured container without a request",
      edits: [drop("Deployment", `${app}.resources`)],
      says: /scales on cpu, of which container app of its target requests none/,
      at: `${pod}.containers[0].resources.requests.cpu`,
    },
    {
      title: "a sidecar without a request under a metric of the whole pod",
      edits: [set(autoscaler, "spec.metrics", [cpuUtilization]), drop("Deployment", `${sidecar}.resources`)],
      says: /of which sidecar container proxy of its target requests none/,
      at: `${pod}.initContainers[1].resources.requests.cpu`,
    },
    {
      title: "a mesh proxy without a request under a metric of the whole pod",
      edits: [set(autoscaler, "spec.metrics", [cpuUtilization]), meshed],
      says: /scales on the pods' cpu, but their mesh proxy requests none/,
      at: "spec.metrics[0].resource",
    },
    {
      title: "no metric, which means cpu of the whole pod",
      edits: [drop(autoscaler, "spec.metrics"), drop("Deployment", `${app}.resources`)],
      says: /scales on cpu, of which container app of its target requests none/,
      at: `${pod}.containers[0].resources.requests.cpu`,
    },
    {
      title: "the first version's cpu target",
      edits: [
        set(autoscaler, "spec", {
          ...{ scaleTargetRef: { kind: "Deployment", name: "archive-service" }, maxReplicas: 3 },
        }),
        set(autoscaler, "spec.targetCPUUtilizationPercentage", 70),
        set("Deployment", `${app}.resources`, { requests: { cpu: "0" } }),
      ],
      says: /scales on cpu, of which container app/,
      at: `${pod}.containers[0].resources.requests.cpu`,
    },
  ],
  notApplicable: [
    {
      title: "a kind whose pods only its controller knows",
      edits: [add(rollout), set(autoscaler, "spec.scaleTargetRef", { kind: "Rollout", name: "archive-service" })],
    },
    { title: "no autoscaler", edits: [without(autoscaler)] },
  ],
  unknown: [
    {
      title: "a target's name from an output",
      edits: [unknown(autoscaler, "spec.scaleTargetRef.name")],
      because: "spec.scaleTargetRef.name",
    },
    {
      title: "a request from an output",
      edits: [unknown("Deployment", `${app}.resources.requests.cpu`)],
      because: `${pod}.containers[0].resources.requests.cpu`,
    },
    {
      title: "another workload's name from an output, which may be the target",
      edits: [
        set(autoscaler, "spec.scaleTargetRef.name", "other"),
        copy("Deployment", "x", unknown("Deployment", "metadata.name")),
      ],
      because: "metadata.name",
    },
  ],
  configured: [
    {
      title: "proxies get requests from the mesh's own configuration",
      edits: [set(autoscaler, "spec.metrics", [cpuUtilization]), meshed],
      options: { settings: { "ALT-SCALE-002": { proxyRequestsByDefault: true } } },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a container is renamed and its autoscaler is not",
    edits: [set(ourGateway, `${app}.name`, "app")],
    says: /measures container api-gateway, but the pods have only app/,
  },
  {
    title: "replicas come back",
    edits: [set(ourGateway, "spec.replicas", 3)],
    says: /scales Deployment altlas\/api-gateway, which sets replicas to 3/,
  },
];
