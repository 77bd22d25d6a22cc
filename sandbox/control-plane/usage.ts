import { type ApiClient, type ObjectList } from "./client";
import { type Ports } from "./ports";

/** Annotation of a pod: the CPU that each of its containers uses, as a quantity such as 250m. */
export const CPU_ANNOTATION = "kwok.x-k8s.io/usage-cpu";
/** Annotation of a pod: the memory that each of its containers uses, as a quantity such as 64Mi. */
export const MEMORY_ANNOTATION = "kwok.x-k8s.io/usage-memory";

/** What a container uses whose pod does not say: little, and not nothing, which would look like a missing figure. */
const IDLE = { cpu: "1m", memory: "1Mi" } as const;

/** Path of the figures of one node; all simulated kubelets answer on one port. */
const PATH = "/metrics/nodes/{nodeName}/metrics/resource";
/** Annotation of a node by which the metrics server knows another path than a kubelet's own. */
const PATH_ANNOTATION = "metrics.k8s.io/resource-metrics-path";

interface Series {
  name: string;
  dimension: "node" | "container";
  kind: "gauge" | "counter";
  help: string;
  value: string;
}

const POD_LABELS = [
  { name: "container", value: "container.name" },
  { name: "namespace", value: "pod.metadata.namespace" },
  { name: "pod", value: "pod.metadata.name" },
];

/** What a kubelet's page of resource metrics has of nodes and containers, by the same names. */
const SERIES: readonly Series[] = [
  {
    name: "node_cpu_usage_seconds_total",
    dimension: "node",
    kind: "counter",
    help: "Cumulative cpu time consumed by the node in core-seconds",
    value: 'node.CumulativeUsage("cpu")',
  },
  {
    name: "node_memory_working_set_bytes",
    dimension: "node",
    kind: "gauge",
    help: "Current working set of the node in bytes",
    value: 'node.Usage("memory")',
  },
  {
    name: "container_start_time_seconds",
    dimension: "container",
    kind: "gauge",
    help: "Start time of the container since unix epoch in seconds",
    // A simulated container starts with its pod. kwok's own example gives the pod's age here, which is a day in 1970.
    value: "pod.metadata.creationTimestamp.UnixSecond()",
  },
  {
    name: "container_cpu_usage_seconds_total",
    dimension: "container",
    kind: "counter",
    help: "Cumulative cpu time consumed by the container in core-seconds",
    value: 'pod.CumulativeUsage("cpu", container.name)',
  },
  {
    name: "container_memory_working_set_bytes",
    dimension: "container",
    kind: "gauge",
    help: "Current working set of the container in bytes",
    value: 'pod.Usage("memory", container.name)',
  },
];

function fromAnnotation(annotation: string, idle: string): { expression: string } {
  const annotations = "pod.metadata.annotations";
  return {
    expression: `"${annotation}" in ${annotations} ? Quantity(${annotations}["${annotation}"]) : Quantity("${idle}")`,
  };
}

/** Documents of kwok's configuration by which it tells what pods use. */
export const USAGE_CONFIGURATION: readonly object[] = [
  {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokConfiguration",
    options: {
      // kwok asks nobody who they are, so it serves figures and nothing else.
      enableDebuggingHandlers: false,
      // Whoever gives one option gives them all; these are kwok's defaults.
      podPlayStageParallelism: 4,
      nodePlayStageParallelism: 4,
      nodeLeaseParallelism: 4,
      podsOnNodeSyncParallelism: 1,
      enablePodsOnNodeSyncListPager: true,
    },
  },
  {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Metric",
    metadata: { name: "resource" },
    spec: {
      path: PATH,
      metrics: SERIES.map((series) => (series.dimension === "node" ? series : { ...series, labels: POD_LABELS })),
    },
  },
  {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "ClusterResourceUsage",
    metadata: { name: "from-annotation" },
    spec: {
      usages: [
        {
          usage: {
            cpu: fromAnnotation(CPU_ANNOTATION, IDLE.cpu),
            memory: fromAnnotation(MEMORY_ANNOTATION, IDLE.memory),
          },
        },
      ],
    },
  },
];

/** Where the figures of a node are read; kwok counts CPU from the first time that somebody reads them. */
export function usagePath(node: string): string {
  return PATH.replace("{nodeName}", node);
}

/** Makes every node say where its simulated kubelet answers, as a real one does: address, port, and here a path. */
export async function announceKubelets(client: ApiClient, { kubelets }: Pick<Ports, "kubelets">): Promise<void> {
  const { items } = await client.call<ObjectList<{ metadata: { name: string } }>>("GET", "/api/v1/nodes");
  const type = "application/merge-patch+json";
  await Promise.all(
    items.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/nodes/${name}`;
      const status = {
        addresses: [
          { type: "InternalIP", address: "127.0.0.1" },
          { type: "Hostname", address: name },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: kubelets } },
      };
      await client.call("PATCH", `${path}/status`, { status }, { type });
      await client.call("PATCH", path, { metadata: { annotations: { [PATH_ANNOTATION]: usagePath(name) } } }, { type });
    }),
  );
}
