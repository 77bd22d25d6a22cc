import { stackRuleSettings } from "../../../policies/settings/platform";
import { stackConfig } from "../../support/stack";
import { altered, aws } from "../aws";
import { type Mutant, type RuleCases } from "../case";
import { add, app, copy, find, type Manifest, pod, set, unknown } from "../fixtures";
import { autoscaler, daemonSet, job } from "../objects";
import { compliant } from "../fixtures";
import { fromObjects } from "../../../policies/sources/objects";
import { UNKNOWN } from "../../../policies/field";
import { type Resource } from "../../../policies/sources/resource";

const zone = "topology.kubernetes.io/zone";

/**
 * One pool of nodes with a CPU each. A pod of the compliant service asks for 200m (its container and its sidecar), so that
 * five fit on a node; it has 12 at most, and one more in an update.
 */
const pool = (maximum: number, more: Manifest = {}) => ({
  name: "general",
  labels: {},
  allocatable: { cpu: "1", memory: "8Gi", pods: 58 },
  minimum: 1,
  maximum,
  ...more,
});
const under = (pools: Manifest[], more: Manifest = {}) => ({ settings: { "ALT-SCALE-008": { pools, ...more } } });
const onPools = (...pools: Manifest[]) => ({ options: under(pools) });
const container = (cpu: string) => [
  { name: "agent", image: "agent", resources: { requests: { cpu, memory: "64Mi" } } },
];

const group = (name: string, maxSize: unknown, more: Manifest = {}) =>
  aws(
    "eks/nodeGroup:NodeGroup",
    {
      labels: { "altlas.io/pool": "general" },
      instanceTypes: ["m6i.large"],
      subnetIds: [`subnet-${name}`],
      scalingConfig: { minSize: 1, desiredSize: 1, maxSize },
      ...more,
    },
    { name },
  );
/** The compliant service with pods of 1.1 CPUs, one for each m6i.large, evenly over zones by force. */
const spreadOverZones = () => {
  const manifests = compliant();
  for (const edit of [
    set("Deployment", `${app}.resources.requests.cpu`, "1"),
    set("Deployment", `${pod}.topologySpreadConstraints`, [
      {
        maxSkew: 1,
        topologyKey: zone,
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
      },
    ]),
  ]) {
    edit(manifests);
  }
  return fromObjects(manifests);
};

/** A chart that keeps to the names of Helm's scaffold: two pods of a CPU each. */
const chart = (values: Manifest): Resource => ({
  type: "kubernetes:helm.sh/v4:Chart",
  name: "proxy-chart",
  inputs: {
    chart: "oci://registry.example/proxy",
    name: "proxy",
    namespace: "altlas",
    values: { replicaCount: 2, resources: { requests: { cpu: "1", memory: "1Gi" } }, ...values },
  },
});
const rendered = () => {
  const [, deployment] = compliant();
  set("Deployment", ["spec", "template", "metadata", "labels", "app.kubernetes.io/instance"], "proxy")([deployment!]);
  set("Deployment", "spec.replicas", 1)([deployment!]);
  return [deployment!];
};

export const cases: RuleCases = {
  pass: [
    { title: "as many nodes as the highest number of pods needs", ...onPools(pool(3)) },
    {
      title: "the machine's own size, where the settings name it",
      ...onPools(pool(2, { allocatable: undefined, instanceType: "m6i.large" })),
    },
    {
      title: "bounds of node groups win over the settings",
      resources: [...fromObjects(compliant()), group("a", 2)],
      options: under([pool(1)]),
    },
    {
      title: "enough nodes in each zone",
      resources: [...spreadOverZones(), ...["a", "b", "c"].map((name) => group(name, 5))],
    },
    {
      title: "a chart's own objects in place of its values, where they are there",
      resources: [chart({}), ...fromObjects(rendered()), group("a", 1)],
    },
    {
      title: "jobs, which end by themselves",
      edits: [add(job({ containers: container("50") }))],
      ...onPools(pool(3)),
    },
    {
      title: "what is reserved under the name of a workload is that workload",
      options: under([pool(3)], {
        reserved: [{ name: "archive-service", pool: "general", pods: 50, cpu: "1", memory: "1Gi" }],
      }),
    },
  ],
  fail: [
    {
      title: "too few nodes",
      ...onPools(pool(2)),
      says: /Pool general of Deployment altlas\/archive-service does not hold its pods at their highest: together they ask for more than all nodes hold in whole pods \(2\.4 CPUs needed, 2\.0 CPUs there\) .*; raise altlas:nodePools \(general\)\.maximum from 2 to 3\./,
      at: `${pod}.containers`,
    },
    {
      title: "too few for an update only",
      ...onPools(pool(3, { allocatable: { cpu: "1", memory: "8Gi", pods: 4 } })),
      says: /at their highest while new versions roll out: .* \(13 places for pods needed, 12 places for pods there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "a surge of a quarter, Kubernetes' default",
      edits: [set("Deployment", "spec.strategy", {})],
      ...onPools(pool(3, { allocatable: { cpu: "1", memory: "8Gi", pods: 4 } })),
      says: /\(15 places for pods needed, 12 places for pods there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "a request that is missing is its limit",
      edits: [set("Deployment", `${app}.resources`, { limits: { cpu: "1", memory: "256Mi" } })],
      ...onPools(pool(12)),
      says: /one pod of archive-service is larger than a node \(1\.1 CPUs needed, 1\.0 CPUs there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "an init container that asks for more than the rest together",
      edits: [set("Deployment", `${pod}.initContainers[0].resources.requests.memory`, "9Gi")],
      ...onPools(pool(12)),
      says: /one pod of archive-service is larger than a node \(9\.0 GiB needed, 8\.0 GiB there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "a mesh proxy, which is in no template",
      edits: [set("Deployment", ["spec", "template", "metadata", "annotations", "linkerd.io/inject"], "enabled")],
      ...onPools(pool(3)),
      says: /\(3\.6 CPUs needed, 2\.7 CPUs there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "a proxy of the size that the pod says",
      edits: [
        set("Deployment", ["spec", "template", "metadata", "annotations"], {
          "linkerd.io/inject": "enabled",
          "config.linkerd.io/proxy-cpu-request": "300m",
        }),
      ],
      ...onPools(pool(3)),
      says: /\(6\.0 CPUs needed, 3\.0 CPUs there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "an agent on each node",
      edits: [add({ ...daemonSet, spec: { template: { spec: { containers: container("500m") } } } })],
      ...onPools(pool(3)),
      says: /\(2\.4 CPUs needed, 1\.2 CPUs there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "one node for each pod",
      edits: [
        set("Deployment", `${pod}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution`, [
          {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
          },
        ]),
      ],
      ...onPools(pool(11)),
      says: /each pod of archive-service needs a node of its own \(12 nodes needed, 11 nodes there\)/,
      at: `${pod}.containers`,
    },
    {
      title: "a zone too small for its share, although there are nodes enough",
      resources: [...spreadOverZones(), group("a", 7), group("b", 7), group("c", 1)],
      says: /Pool general of NodeGroup a does not hold its pods at their highest: the share that a zone must take is more than it holds \(4\.4 CPUs needed, 1\.9 CPUs there\) \(scalingConfig\.maxSize\)/,
      at: "scalingConfig.maxSize",
    },
    {
      title: "certainly too few, whatever another workload asks for",
      edits: [copy("Deployment", "other", set("Deployment", `${app}.resources.requests.cpu`, UNKNOWN))],
      ...onPools(pool(2)),
      says: /does not hold its pods/,
      at: `${pod}.containers`,
    },
    {
      title: "a chart that was not rendered, by its values",
      resources: [chart({}), group("a", 1)],
      says: /Pool general of NodeGroup a does not hold its pods at their highest: .* \(2\.0 CPUs needed, 1\.\d CPUs there\)/,
      at: "scalingConfig.maxSize",
    },
    {
      title: "a request that is no quantity's type",
      edits: [set("Deployment", `${app}.resources.requests.cpu`, ["1"])],
      ...onPools(pool(9)),
      says: /has a property that is not a number or a text/,
      at: `${app}.resources.requests.cpu`,
    },
    {
      title: "two pools, and nobody knows to which of them the pods go",
      ...onPools(pool(2), pool(2, { name: "second" })),
      says: /Pool (general|second) of Deployment altlas\/archive-service does not hold its pods at their highest if those of archive-service, which name no pool, come there too/,
      at: `${pod}.containers`,
      count: 2,
    },
  ],
  notApplicable: [
    { title: "no pools" },
    { title: "a pool of which nothing says what its nodes have", ...onPools(pool(3, { allocatable: undefined })) },
  ],
  unknown: [
    {
      title: "a maximum from an output",
      edits: [unknown(autoscaler, "spec.maxReplicas")],
      ...onPools(pool(3)),
      because: "spec.maxReplicas",
    },
    {
      title: "a request from an output",
      edits: [unknown("Deployment", `${app}.resources.requests.memory`)],
      ...onPools(pool(3)),
      because: `${app}.resources.requests.memory`,
    },
    {
      title: "a chart's values",
      resources: [chart({ resources: UNKNOWN }), group("a", 9)],
      because: "spec.template.spec.containers[0].resources",
    },
    {
      title: "the size of a node group",
      resources: [...fromObjects(compliant()), group("a", UNKNOWN)],
      because: "scalingConfig.maxSize",
    },
  ],
  configured: [
    { title: "few nodes", ...onPools(pool(2)), outcome: "fail" },
    {
      title: "nodes that are kept for others",
      options: under([pool(3)], {
        reserved: [{ name: "later", pool: "general", pods: 4, cpu: "1", memory: "1Gi" }],
      }),
      outcome: "fail",
    },
    {
      title: "an agent to come",
      options: under([pool(3)], { reserved: [{ name: "later", cpu: "500m", memory: "1Gi" }] }),
      outcome: "fail",
    },
    {
      title: "a container to come",
      options: under([pool(3)], {
        sidecars: [{ workload: "Deployment/altlas/archive-service", cpu: "100m", memory: "128Mi" }],
      }),
      outcome: "fail",
    },
  ],
};

const ours = (key: string): unknown => {
  const text = stackConfig("beta")[`altlas:${key}`];
  return text?.startsWith("{") || text?.startsWith("[") ? JSON.parse(text) : text;
};

export const mutants: readonly Mutant[] = [
  {
    title: "an autoscaler that may ask for more than its pool holds",
    edits: [set("HorizontalPodAutoscaler/segmentation-service", "spec.maxReplicas", 80)],
    says: /Pool cpu of Deployment altlas\/segmentation-service does not hold its pods at their highest/,
  },
  {
    title: "a service that asks for half a node",
    edits: [
      (manifests) => {
        const [first] = (
          find(manifests, "Deployment/api-gateway") as unknown as {
            spec: { template: { spec: { containers: Manifest[] } } };
          }
        ).spec.template.spec.containers;
        Object.assign((first?.resources as Manifest).requests as Manifest, { cpu: "3900m" });
      },
      set("HorizontalPodAutoscaler/api-gateway", "spec.maxReplicas", 8),
    ],
    says: /Pool general of Deployment altlas\/api-gateway does not hold its pods/,
  },
  {
    title: "node groups of the plan's own bounds",
    ...altered("eks/nodeGroup:NodeGroup", (inputs) => {
      inputs.scalingConfig = { ...(inputs.scalingConfig as Manifest), maxSize: 1 };
    }),
    options: { stack: stackRuleSettings(ours) },
    says: /Pool general of NodeGroup nodes-general-group-eu-central-1a does not hold its pods at their highest/,
  },
  {
    title: "machines of half the size",
    ...altered("eks/nodeGroup:NodeGroup", (inputs) => {
      inputs.instanceTypes = ["m6i.large"];
    }),
    options: { stack: stackRuleSettings(ours) },
    says: /Pool memory of NodeGroup nodes-memory-group-eu-central-1a does not hold its pods at their highest/,
  },
];
