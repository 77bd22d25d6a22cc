import { UNKNOWN } from "../../../policies/field";
import { add, app, copy, drop, type Manifest, pod, set, sidecar, unknown, without } from "../fixtures";
import { type RuleCases } from "./case";

const labels = { "app.kubernetes.io/name": "archive-service" };
const object = (apiVersion: string, kind: string, name: string, rest: Manifest): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "altlas" },
  ...rest,
});
const hpa = "HorizontalPodAutoscaler";
const budget = "PodDisruptionBudget";
const cpu = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } };
const average = { type: "Resource", resource: { name: "cpu", target: { type: "AverageValue", averageValue: "1" } } };
const meshed = set("Deployment", ["spec", "template", "metadata", "annotations", "linkerd.io/inject"], "enabled");
const proxyRequest = set(
  "Deployment",
  ["spec", "template", "metadata", "annotations", "config.linkerd.io/proxy-cpu-request"],
  "100m",
);
const minimum = (replicas: number) => set(hpa, "spec.minReplicas", replicas);
const daemonSet = object("apps/v1", "DaemonSet", "agent", {
  spec: { selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" } }, spec: {} } },
});
const rollout = object("argoproj.io/v1alpha1", "Rollout", "archive-service", { spec: {} });

export const scalingCases: Readonly<Record<string, RuleCases>> = {
  "ALT-SCALE-002": {
    pass: [
      { title: "the whole pod's cpu, requested by all its containers", edits: [set(hpa, "spec.metrics", [cpu])] },
      {
        title: "a meshed pod whose proxy requests cpu",
        edits: [set(hpa, "spec.metrics", [cpu]), meshed, proxyRequest],
      },
      {
        title: "a meshed pod of which one container is measured",
        edits: [meshed],
      },
      {
        title: "an absolute amount, which needs no request",
        edits: [set(hpa, "spec.metrics", [average]), drop("Deployment", `${app}.resources.requests.cpu`)],
      },
      {
        title: "a limit, which the API server copies to the request",
        edits: [drop("Deployment", `${app}.resources.requests`)],
      },
      {
        title: "an annotation of the namespace",
        edits: [
          set(hpa, "spec.metrics", [cpu]),
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
        edits: [set(hpa, "spec.scaleTargetRef.name", "archive")],
        says: /scales Deployment altlas\/archive, which is not in this stack/,
        at: "spec.scaleTargetRef",
      },
      {
        title: "a target in another namespace",
        edits: [set(hpa, "metadata.namespace", "other")],
        says: /scales Deployment other\/archive-service, which is not in this stack/,
        at: "spec.scaleTargetRef",
      },
      {
        title: "a DaemonSet",
        edits: [add(daemonSet), set(hpa, "spec.scaleTargetRef", { kind: "DaemonSet", name: "agent" })],
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
        edits: [set(hpa, "spec.metrics[0].containerResource.container", "main")],
        says: /measures container main, but the pods have only app, proxy/,
        at: "spec.metrics[0].containerResource.container",
      },
      {
        title: "an init container, which has ended",
        edits: [set(hpa, "spec.metrics[0].containerResource.container", "migrate")],
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
        edits: [set(hpa, "spec.metrics", [cpu]), drop("Deployment", `${sidecar}.resources`)],
        says: /of which sidecar container proxy of its target requests none/,
        at: `${pod}.initContainers[1].resources.requests.cpu`,
      },
      {
        title: "a mesh proxy without a request under a metric of the whole pod",
        edits: [set(hpa, "spec.metrics", [cpu]), meshed],
        says: /scales on the pods' cpu, but their mesh proxy requests none/,
        at: "spec.metrics[0].resource",
      },
      {
        title: "no metric, which means cpu of the whole pod",
        edits: [drop(hpa, "spec.metrics"), drop("Deployment", `${app}.resources`)],
        says: /scales on cpu, of which container app of its target requests none/,
        at: `${pod}.containers[0].resources.requests.cpu`,
      },
      {
        title: "the first version's cpu target",
        edits: [
          set(hpa, "spec", { ...{ scaleTargetRef: { kind: "Deployment", name: "archive-service" }, maxReplicas: 3 } }),
          set(hpa, "spec.targetCPUUtilizationPercentage", 70),
          set("Deployment", `${app}.resources`, { requests: { cpu: "0" } }),
        ],
        says: /scales on cpu, of which container app/,
        at: `${pod}.containers[0].resources.requests.cpu`,
      },
    ],
    notApplicable: [
      {
        title: "a kind whose pods only its controller knows",
        edits: [add(rollout), set(hpa, "spec.scaleTargetRef", { kind: "Rollout", name: "archive-service" })],
      },
      { title: "no autoscaler", edits: [without(hpa)] },
    ],
    unknown: [
      {
        title: "a target's name from an output",
        edits: [unknown(hpa, "spec.scaleTargetRef.name")],
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
          set(hpa, "spec.scaleTargetRef.name", "other"),
          copy("Deployment", "x", unknown("Deployment", "metadata.name")),
        ],
        because: "metadata.name",
      },
    ],
    configured: [
      {
        title: "proxies get requests from the mesh's own configuration",
        edits: [set(hpa, "spec.metrics", [cpu]), meshed],
        options: { settings: { "ALT-SCALE-002": { proxyRequestsByDefault: true } } },
        outcome: "pass",
      },
    ],
  },
  "ALT-SCALE-020": {
    pass: [
      {
        title: "a budget that selects by expression",
        edits: [
          set(budget, "spec.selector", {
            matchExpressions: [{ key: "app.kubernetes.io/name", operator: "NotIn", values: ["other"] }],
          }),
        ],
      },
      { title: "a budget with an empty selector, which means all pods", edits: [set(budget, "spec.selector", {})] },
    ],
    fail: [
      {
        title: "no budget at an autoscaler's minimum of two",
        edits: [without(budget)],
        says: /Deployment altlas\/archive-service runs 2 replicas at least and has no disruption budget/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "no budget at three replicas",
        edits: [without(hpa), without(budget), set("Deployment", "spec.replicas", 3)],
        says: /runs 3 replicas at least/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "two budgets on a pod",
        edits: [copy(budget, "archive-again")],
        says: /has 2 budgets on each pod: PodDisruptionBudget altlas\/archive-again, PodDisruptionBudget altlas\/archive-service/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "two budgets on a single instance",
        edits: [copy(budget, "archive-again"), minimum(1)],
        says: /has 2 budgets on each pod/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "a budget in another namespace",
        edits: [set(budget, "metadata.namespace", "other")],
        says: /has no disruption budget/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "a budget without a selector, which means no pod",
        edits: [drop(budget, "spec.selector")],
        says: /has no disruption budget/,
        at: "spec.template.metadata.labels",
      },
      {
        title: "two budgets that are certain beside one that is unknown",
        edits: [copy(budget, "archive-again"), copy(budget, "third", unknown(budget, "spec.selector"))],
        says: /has 2 budgets on each pod/,
        at: "spec.template.metadata.labels",
      },
    ],
    notApplicable: [
      { title: "a single instance without a budget", edits: [without(budget), minimum(1)] },
      { title: "one pod per node", edits: [without("Deployment"), without(budget), add(daemonSet)] },
    ],
    unknown: [
      {
        title: "a minimum from an output",
        edits: [unknown(hpa, "spec.minReplicas"), without(budget)],
        because: "spec.minReplicas",
      },
      {
        title: "another budget's selector from an output",
        edits: [copy(budget, "other", unknown(budget, "spec.selector"))],
        because: "spec.selector",
      },
      {
        title: "another budget's namespace from an output",
        edits: [copy(budget, "other", unknown(budget, "metadata.namespace"))],
        because: "metadata.namespace",
      },
      {
        title: "a label from an output",
        edits: [set("Deployment", "spec.template.metadata.labels", { "app.kubernetes.io/name": UNKNOWN })],
        because: 'spec.template.metadata.labels["app.kubernetes.io/name"]',
      },
    ],
  },
  "ALT-SCALE-021": {
    pass: [
      {
        title: "half of two, rounded up, must stay",
        edits: [set(budget, "spec", { minAvailable: "50%", selector: { matchLabels: labels } })],
      },
      { title: "a tenth of two, rounded up, may go", edits: [set(budget, "spec.maxUnavailable", "10%")] },
      {
        title: "34 % of three is two that must stay, and one may go",
        edits: [minimum(3), set(budget, "spec", { minAvailable: "34%", selector: { matchLabels: labels } })],
      },
    ],
    fail: [
      {
        title: "nothing may go",
        edits: [set(budget, "spec.maxUnavailable", 0)],
        says: /PodDisruptionBudget altlas\/archive-service lets no pod go: maxUnavailable 0 of the 2 pods that Deployment altlas\/archive-service has at least/,
        at: "spec.maxUnavailable",
      },
      {
        title: "as many must stay as there are at the minimum",
        edits: [set(budget, "spec", { minAvailable: 2, selector: { matchLabels: labels } })],
        says: /lets no pod go: minAvailable 2 of the 2 pods/,
        at: "spec.minAvailable",
      },
      {
        title: "51 % of two is two",
        edits: [set(budget, "spec", { minAvailable: "51%", selector: { matchLabels: labels } })],
        says: /lets no pod go: minAvailable 51% of the 2 pods/,
        at: "spec.minAvailable",
      },
      {
        title: "more must stay than there are",
        edits: [set(budget, "spec", { minAvailable: 5, selector: { matchLabels: labels } })],
        says: /minAvailable 5 of the 2 pods/,
        at: "spec.minAvailable",
      },
      {
        title: "a single instance",
        edits: [minimum(1)],
        says: /is on Deployment altlas\/archive-service, which has 1 pod at least/,
        at: "spec.selector",
      },
      {
        title: "both numbers",
        edits: [set(budget, "spec.minAvailable", 1)],
        says: /sets both minAvailable and maxUnavailable/,
        at: "spec.minAvailable",
      },
      {
        title: "neither number",
        edits: [drop(budget, "spec.maxUnavailable")],
        says: /sets neither minAvailable nor maxUnavailable/,
        at: "spec.maxUnavailable",
      },
      {
        title: "a share that is none",
        edits: [set(budget, "spec.maxUnavailable", "half")],
        says: /has "half", which is neither a number nor 0% to 100%/,
        at: "spec.maxUnavailable",
      },
    ],
    notApplicable: [
      {
        title: "pods that are not of this stack",
        edits: [set(budget, "spec.selector.matchLabels", { "cnpg.io/cluster": "jobs" })],
      },
      {
        title: "one pod per node",
        edits: [add(daemonSet), set(budget, "spec.selector.matchLabels", { a: "b" })],
      },
    ],
    unknown: [
      { title: "a minimum from an output", edits: [unknown(hpa, "spec.minReplicas")], because: "spec.minReplicas" },
      {
        title: "a number from an output",
        edits: [unknown(budget, "spec.maxUnavailable")],
        because: "spec.maxUnavailable",
      },
      { title: "a selector from an output", edits: [unknown(budget, "spec.selector")], because: "spec.selector" },
      {
        title: "an autoscaler's target from an output",
        edits: [copy(hpa, "other", unknown(hpa, "spec.scaleTargetRef"))],
        because: "spec.scaleTargetRef",
      },
    ],
  },
};
