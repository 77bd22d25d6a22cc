import { type Field, UnknownValue } from "../../field";
import { type Graph } from "../../graph/graph";
import { KubernetesObject } from "../../graph/object";
import { attempt } from "../../graph/selection";
import { Workload } from "../../graph/workload";

/** Resources that stand for a chart; what it renders to is beside them where it could be read. */
const chartTypes = ["kubernetes:helm.sh/v4:Chart", "kubernetes:helm.sh/v3:Release"];

/**
 * The workloads of charts that were not rendered, such as in a preview without a network, by the values that they are
 * given. Only charts that keep to the names of Helm's own scaffold can be read so; of others only a reservation knows.
 *
 * Source: https://helm.sh/docs/helm/helm_create, the templates that it writes.
 */
export function unrenderedCharts(graph: Graph): Workload[] {
  const instances = new Set(
    graph.workloads.map(({ labels }) => attempt(() => labels.at("app.kubernetes.io/instance").text())),
  );
  return graph.resources.flatMap((resource) => {
    if (!chartTypes.includes(resource.type)) return [];
    const root = KubernetesObject.rootOf(resource);
    const release = known(root.at("name")) ?? resource.name;
    const { values } = resource.inputs;
    if (instances.has(release) || typeof values !== "object" || values === null) return [];
    // As they are: what is unknown in them is told when it is read.
    const given = (key: string) => (values as Readonly<Record<string, unknown>>)[key];
    if (given("replicaCount") === undefined) return [];
    const labels = {
      "app.kubernetes.io/name": (known(root.at("chart")) ?? release).split("/").pop(),
      "app.kubernetes.io/instance": release,
    };
    const inputs = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: release, namespace: known(root.at("namespace")) ?? "default", labels },
      spec: {
        replicas: given("replicaCount"),
        strategy: given("updateStrategy"),
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: given("podAnnotations") },
          spec: {
            ...Object.fromEntries(
              ["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints"].map((key) => [key, given(key)]),
            ),
            containers: [{ name: release, resources: given("resources") }],
          },
        },
      },
    };
    return [new Workload(new KubernetesObject({ ...resource, inputs }, "apps/v1", "Deployment", new Map()))];
  });
}

function known(field: Field): string | undefined {
  const value = attempt(() => field.text());
  return value instanceof UnknownValue ? undefined : value;
}
