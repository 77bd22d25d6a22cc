import { awsTypes } from "./clusters";
import { type Concern, type Controller } from "./controllers";
import { type RegisteredNode, unknownInput } from "./graph";
import { type ClusterObject, type ClusterObjects } from "./objects";
import { input, isKind, list, objectKind, text } from "./read";

/** Kinds by which a controller may do what it does. */
const rightsKinds = ["ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"];

/** A controller as it runs at one API server. */
export interface RunningController {
  /** The add-on, the chart's objects, or the Deployment. */
  readonly nodes: readonly RegisteredNode[];
  /** What it needs to do its work: its rights, on AWS and in the cluster. */
  readonly rights: readonly RegisteredNode[];
}

/** Finds a controller at the API server of an object; nothing when this stack runs none there. */
export function runningController(
  controller: Controller,
  objects: ClusterObjects,
  at: ClusterObject,
): RunningController | undefined {
  const cluster = objects.clusterOf(at);
  const addons = cluster
    ? objects.clusters
        .inCluster(cluster, awsTypes.addon)
        .filter((node) => controller.addon !== undefined && text(node, "addonName") === controller.addon)
    : [];
  const charts = objects.charts
    .filter(({ node, api }) => api === at.api && isChart(node, controller.chart))
    .map(({ node }) => node);
  const deployments = objects
    .beside(at, "Deployment")
    .filter((node) => controller.deployment !== undefined && text(node, "metadata", "name") === controller.deployment);
  const inCharts = charts.flatMap((chart) => {
    const parts = chart.custom ? [] : objects.within(chart);
    return parts.length > 0 ? parts : [chart];
  });
  const nodes = [...new Set([...addons, ...inCharts, ...deployments])];
  if (nodes.length === 0) return undefined;
  const identities = cluster
    ? objects.clusters
        .inCluster(cluster, awsTypes.podIdentity)
        .filter((node) => text(node, "serviceAccount") === controller.serviceAccount)
    : [];
  const rights = [
    ...addons.flatMap((addon) => objects.clusters.rightsOf(addon)),
    ...identities,
    ...identities.flatMap((identity) => objects.clusters.rightsOf(identity, "roleArn")),
    ...deployments.flatMap((node) => objects.siblings(node).filter((sibling) => isKind(sibling, ...rightsKinds))),
  ];
  return { nodes, rights: [...new Set(rights)].filter((node) => !nodes.includes(node)) };
}

function isChart(node: RegisteredNode, chart: string | undefined): boolean {
  const given = text(node, "chart");
  return chart !== undefined && given !== undefined && (given === chart || given.endsWith(`/${chart}`));
}

/** Whether an object concerns somebody; a path when that depends on a value that is not known. */
export function concerns({ group, kind, when }: Concern, node: RegisteredNode): boolean | { readonly path: string } {
  const own = objectKind(node);
  if (own?.group !== group || own.kind !== kind) return false;
  if (!when) return true;
  const value = text(node, ...when.path);
  if (value === unknownInput) return { path: when.path.join(".") };
  return when.values.includes(value);
}

/** Names of the storage classes of which an object has volumes, and where each stands; `undefined`: the default class. */
export function volumeClasses(node: RegisteredNode): { readonly name: string | undefined; readonly path: string }[] {
  if (isKind(node, "PersistentVolumeClaim")) {
    // A claim that names a volume takes it from nobody.
    const volume = text(node, "spec", "volumeName");
    if (volume !== undefined && volume !== unknownInput) return [];
    return [{ name: text(node, "spec", "storageClassName"), path: "spec.storageClassName" }];
  }
  if (!isKind(node, "Deployment", "StatefulSet", "DaemonSet", "Job")) return [];
  const templates = list(node, "spec", "volumeClaimTemplates").map((template, index) => ({
    name: text(template, "spec", "storageClassName"),
    path: `spec.volumeClaimTemplates[${index}].spec.storageClassName`,
  }));
  const ephemeral = list(node, "spec", "template", "spec", "volumes").flatMap((volume, index) =>
    input(volume, "ephemeral") === undefined
      ? []
      : [
          {
            name: text(volume, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName"),
            path: `spec.template.spec.volumes[${index}].ephemeral.volumeClaimTemplate.spec.storageClassName`,
          },
        ],
  );
  return [...templates, ...ephemeral];
}
