import { type Field, UnknownValue } from "../../field";
import { type Graph } from "../../graph/graph";
import { KubernetesObject } from "../../graph/object";
import { attempt } from "../../graph/selection";
import { Workload } from "../../graph/workload";
import { type Resource } from "../../sources/resource";

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
    const chart = (known(root.at("chart")) ?? release).split("/").pop() ?? release;
    const place = { release, namespace: known(root.at("namespace")) ?? "default" };
    const own = workloadOf(resource, { ...place, name: release, label: chart }, values);
    // Parts of a chart that have pods of their own say so in words of their own, below their name.
    const parts = Object.entries(values).flatMap(([key, part]: [string, unknown]) =>
      typeof part === "object" && part !== null
        ? workloadOf(resource, { ...place, name: `${release}-${key}`, label: key }, part)
        : [],
    );
    return [...own, ...parts];
  });
}

/** The Deployment of a chart or of a part of it; nothing where the values name no number of pods. */
function workloadOf(
  resource: Resource,
  place: { readonly release: string; readonly namespace: string; readonly name: string; readonly label: string },
  values: object,
): Workload[] {
  // As they are: what is unknown in them is told when it is read.
  const given = (key: string) => (values as Readonly<Record<string, unknown>>)[key];
  if (given("replicaCount") === undefined) return [];
  const { release, namespace, name, label } = place;
  const labels = { "app.kubernetes.io/name": label, "app.kubernetes.io/instance": release };
  const inputs = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: given("replicaCount"),
      strategy: given("updateStrategy") ?? given("strategy"),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: given("podAnnotations") },
        spec: {
          ...Object.fromEntries(
            ["affinity", "nodeSelector", "tolerations", "topologySpreadConstraints"].map((key) => [key, given(key)]),
          ),
          containers: [{ name, resources: given("resources") }],
        },
      },
    },
  };
  return [new Workload(new KubernetesObject({ ...resource, inputs }, "apps/v1", "Deployment", new Map()))];
}

function known(field: Field): string | undefined {
  const value = attempt(() => field.text());
  return value instanceof UnknownValue ? undefined : value;
}
