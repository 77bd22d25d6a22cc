import { awsTypes, Clusters, waysOut } from "./clusters";
import { controllerClaims } from "./controller-claims";
import { type OrderGraph, type RegisteredNode, unknownInput } from "./graph";
import { type ClusterObject, ClusterObjects, placeOf } from "./objects";
import { isCustom, isKind, list, objectKind, text } from "./read";
import { controllers } from "./controllers";
import { runningController } from "./recognise";
import { type Requirement, requirements } from "./requirements";

/** Something that must be outlived by others. */
export interface Claim {
  readonly requirement: Requirement;
  /** What must go first. */
  readonly kept: RegisteredNode;
  /** What must outlive it. */
  readonly keepers: readonly RegisteredNode[];
  /** A property of `kept` that is not known, and without which its keepers are not. */
  readonly doubt?: string;
  /** Why nobody in this stack is a keeper. */
  readonly elsewhere?: string;
}

const workloads = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"];

/** Every claim on a graph: what must outlive what, if it is to be made and taken down in order. */
export function claimsOf(graph: OrderGraph): Claim[] {
  const clusters = new Clusters(graph);
  const objects = new ClusterObjects(graph, clusters);
  const claims = [
    ...clusters.ofType(awsTypes.cluster).flatMap((cluster) => clusterClaims(cluster, graph, clusters)),
    ...objects.providers().flatMap((provider) => providerClaims(provider, clusters)),
    ...objects.all.flatMap((object) => objectClaims(object, objects)),
    ...objects.all.flatMap((object) => controllerClaims(object, objects)),
  ];
  return claims
    .map((claim) => ({
      ...claim,
      keepers: [...new Set(claim.keepers)].filter(
        (keeper) => keeper !== claim.kept && !objects.ofOneComponent(keeper, claim.kept),
      ),
    }))
    .filter(({ keepers, doubt, elsewhere }) => keepers.length > 0 || doubt !== undefined || elsewhere !== undefined);
}

function clusterClaims(cluster: RegisteredNode, graph: OrderGraph, clusters: Clusters): Claim[] {
  const groups = clusters.inCluster(cluster, awsTypes.nodeGroup);
  const plugins = clusters.inCluster(cluster, awsTypes.addon).filter((addon) => text(addon, "addonName") === "vpc-cni");
  const logs = clusters
    .ofType(awsTypes.logGroup)
    .filter((group) => text(group, "name") === `/aws/eks/${text(cluster, "name") ?? ""}/cluster`);
  return [
    { requirement: requirements.awsRights, kept: cluster, keepers: clusters.rightsOf(cluster, "roleArn") },
    { requirement: requirements.controlPlaneLogs, kept: cluster, keepers: logs },
    ...groups.flatMap((kept) => [
      {
        requirement: requirements.podNetwork,
        kept,
        keepers: [...plugins, ...plugins.flatMap((plugin) => clusters.rightsOf(plugin))],
      },
      { requirement: requirements.awsRights, kept, keepers: clusters.rightsOf(kept, "nodeRoleArn") },
      { requirement: requirements.waysOut, kept, keepers: routesOf(kept, graph) },
    ]),
  ];
}

/** Routes, gateways and endpoints of the network that a node group is in. */
function routesOf(group: RegisteredNode, graph: OrderGraph): RegisteredNode[] {
  const networks = [...graph.standsOn(group)].filter(({ type }) => type === awsTypes.vpc);
  return graph.nodes.filter(
    (node) => waysOut.includes(node.type) && networks.some((network) => graph.outlivedBy(node, network)),
  );
}

function providerClaims(provider: RegisteredNode, clusters: Clusters): Claim[] {
  const requirement = requirements.access;
  const cluster = clusters.ofProvider(provider);
  if (cluster === "unknown") return [{ requirement, kept: provider, keepers: [], doubt: "kubeconfig" }];
  if (cluster === "elsewhere") return [];
  return [{ requirement, kept: provider, keepers: [cluster, ...clusters.deployerAccess(cluster)] }];
}

function objectClaims(object: ClusterObject, objects: ClusterObjects): Claim[] {
  const { node } = object;
  const claims: Claim[] = [...namespaceClaims(object, objects), ...definitionClaims(object, objects)];
  const cluster = objects.clusterOf(object);
  if (cluster && isKind(node, ...workloads)) {
    const keepers = objects.clusters.inCluster(cluster, awsTypes.nodeGroup);
    claims.push({ requirement: requirements.nodes, kept: node, keepers });
  }
  if (isKind(node, "APIService") && text(node, "spec", "service", "name") !== undefined) {
    const requirement = requirements.aggregatedApis;
    const place = ["namespace", "name"].map((key) => text(node, "spec", "service", key) ?? unknownInput);
    const [namespace = "", name = ""] = place;
    if (place.includes(unknownInput)) claims.push({ requirement, kept: node, keepers: [], doubt: "spec.service" });
    else {
      const keepers = [...objects.behind(object, namespace, name), ...objects.beside(object, "Namespace")];
      claims.push({ requirement, kept: node, keepers });
    }
  }
  if (isKind(node, "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")) {
    const keepers = list(node, "webhooks").flatMap((webhook) => {
      const [namespace, name] = ["namespace", "name"].map((key) => text(webhook, "clientConfig", "service", key));
      return namespace === undefined || name === undefined ? [] : objects.behind(object, namespace, name);
    });
    claims.push({ requirement: requirements.webhooks, kept: node, keepers });
  }
  return claims;
}

function namespaceClaims(object: ClusterObject, objects: ClusterObjects): Claim[] {
  const { node } = object;
  const { namespace } = placeOf(node);
  if (namespace === undefined) return [];
  const requirement = requirements.namespaces;
  const known = objects.beside(object, "Namespace");
  if (namespace === unknownInput) {
    // Without a namespace in the stack it cannot be in one of the stack's.
    return known.length === 0 ? [] : [{ requirement, kept: node, keepers: [], doubt: "metadata.namespace" }];
  }
  return [{ requirement, kept: node, keepers: known.filter((each) => placeOf(each).name === namespace) }];
}

function definitionClaims(object: ClusterObject, objects: ClusterObjects): Claim[] {
  const { node } = object;
  const own = objectKind(node);
  if (!own || !isCustom(own)) return [];
  const requirement = requirements.definitions;
  const definitions = objects.beside(object, "CustomResourceDefinition");
  const named = definitions.filter(
    (each) => text(each, "spec", "group") === own.group && text(each, "spec", "names", "kind") === own.kind,
  );
  const byControllers = controllers
    .filter(({ defines = [] }) => defines.includes(own.group))
    .flatMap((controller) => runningController(controller, objects, object)?.nodes ?? []);
  const keepers = named.length > 0 ? named : byControllers;
  if (keepers.length > 0) return [{ requirement, kept: node, keepers }];
  const elsewhere = `No resource of this stack brings the definition of ${own.kind} (${own.group}).`;
  return [{ requirement, kept: node, keepers: [], elsewhere }];
}
