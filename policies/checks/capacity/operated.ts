import { type Graph } from "../../graph/graph";
import { apiGroup } from "../../graph/kinds";
import { KubernetesObject } from "../../graph/object";
import { objects } from "../../graph/subjects";
import { Workload } from "../../graph/workload";
import { type Resource } from "../../sources/resource";

const group = "postgresql.cnpg.io";

type Values = Readonly<Record<string, unknown>>;

/**
 * The workloads that the operator CloudNativePG makes of its resources: servers of a Cluster with what stands beside them,
 * and poolers. They are in no stack, and take room all the same.
 */
export function operatedWorkloads(graph: Graph): Workload[] {
  return [...of(graph, "Cluster").map((each) => servers(each, graph)), ...of(graph, "Pooler").map(poolers)];
}

function of(graph: Graph, kind: string): KubernetesObject[] {
  return objects(graph, kind)
    .map(({ read }) => read())
    .filter(({ apiVersion }) => apiGroup(apiVersion) === group);
}

/** As a StatefulSet, which is what its pods and claims come nearest to. */
function servers({ resource, name, namespace }: KubernetesObject, graph: Graph): Workload {
  const spec = valuesOf(resource.inputs.spec);
  const labels = { "cnpg.io/cluster": name, "cnpg.io/podRole": "instance", "app.kubernetes.io/name": "postgresql" };
  const affinity = valuesOf(spec.affinity);
  const apart = affinity.podAntiAffinityType === "required" && affinity.enablePodAntiAffinity !== false;
  const term = { topologyKey: affinity.topologyKey, labelSelector: { matchLabels: labels } };
  const claims = [
    ["data", spec.storage],
    ["wal", spec.walStorage],
  ] as const;
  return workload(resource, "StatefulSet", {
    metadata: { name, namespace, labels },
    spec: {
      replicas: spec.instances,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: {
            nodeAffinity: affinity.nodeAffinity,
            ...(apart ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } : {}),
          },
          tolerations: affinity.tolerations,
          topologySpreadConstraints: spec.topologySpreadConstraints,
          priorityClassName: spec.priorityClassName,
          containers: [
            { name: "postgres", image: spec.imageName, resources: spec.resources },
            ...besideServers(spec, namespace, graph),
          ],
        },
      },
      volumeClaimTemplates: claims.flatMap(([own, storage]) =>
        storage === undefined
          ? []
          : [
              {
                metadata: { name: own },
                spec: {
                  accessModes: ["ReadWriteOnce"],
                  resources: { requests: { storage: valuesOf(storage).size } },
                },
              },
            ],
      ),
    },
  });
}

/** The containers that plugins put beside each server, by the stores that the Cluster names. */
function besideServers(spec: Values, namespace: string, graph: Graph): object[] {
  const plugins = Array.isArray(spec.plugins) ? spec.plugins.map(valuesOf) : [];
  const names = plugins.map(({ parameters }) => valuesOf(parameters).barmanObjectName);
  return objects(graph, "ObjectStore")
    .map(({ read }) => read())
    .filter((store) => store.namespace === namespace && names.includes(store.name))
    .map(({ resource, name }) => {
      const { instanceSidecarConfiguration } = valuesOf(resource.inputs.spec);
      return { name, resources: valuesOf(instanceSidecarConfiguration).resources };
    });
}

function poolers({ resource, name, namespace }: KubernetesObject): Workload {
  const spec = valuesOf(resource.inputs.spec);
  const template = valuesOf(spec.template);
  const labels = { "cnpg.io/poolerName": name };
  return workload(resource, "Deployment", {
    metadata: { name, namespace, labels },
    spec: {
      replicas: spec.instances,
      strategy: spec.deploymentStrategy,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...valuesOf(valuesOf(template.metadata).labels), ...labels } },
        spec: template.spec,
      },
    },
  });
}

function workload(resource: Resource, kind: string, inputs: object): Workload {
  const own = { apiVersion: "apps/v1", kind, ...inputs };
  return new Workload(new KubernetesObject({ ...resource, inputs: own }, "apps/v1", kind, new Map()));
}

function valuesOf(value: unknown): Values {
  return typeof value === "object" && value !== null ? (value as Values) : {};
}
