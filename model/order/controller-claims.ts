import { type Claim } from "./claims";
import { awsTypes } from "./clusters";
import { type Controller, controllers } from "./controllers";
import { type RegisteredNode, unknownInput } from "./graph";
import { type ClusterObject, type ClusterObjects, placeOf } from "./objects";
import { isKind, text } from "./read";
import { concerns, runningController, volumeClasses } from "./recognise";
import { type Requirement, requirements } from "./requirements";

/** What must outlive an object because a controller removes what it made for the object. */
export function controllerClaims(object: ClusterObject, objects: ClusterObjects): Claim[] {
  return [
    ...(isKind(object.node, "Namespace") ? namespaceClaims(object, objects) : []),
    ...controllers.flatMap((controller) =>
      controller.finalises.flatMap((concern) => {
        const concerned = concerns(concern, object.node);
        if (concerned === false) return [];
        if (concerned !== true) return [doubtful(controller, object.node, concerned.path)];
        return keptBy(controller, object, objects);
      }),
    ),
    ...volumeClasses(object.node).flatMap(({ name, path }) => volumeClaims(object, name, path, objects)),
  ];
}

/** A namespace stands on whoever finalises what may be in it; not on a controller that itself lies in the namespace. */
function namespaceClaims(object: ClusterObject, objects: ClusterObjects): Claim[] {
  const keepers = controllers
    .filter(({ inNamespaces }) => inNamespaces)
    .flatMap((controller) => {
      const running = runningController(controller, objects, object);
      const within = running?.nodes.some((node) => objects.standsOn(node, object.node)) ?? true;
      return within ? [] : [...(running?.nodes ?? []), ...(running?.rights ?? [])];
    });
  return [{ requirement: requirements.namespacesAndControllers, kept: object.node, keepers }];
}

function keptBy(controller: Controller, object: ClusterObject, objects: ClusterObjects): Claim[] {
  const kept = object.node;
  const running = runningController(controller, objects, object);
  if (!running) {
    const elsewhere = `This stack runs no ${controller.name}; whoever does must outlive the stack.`;
    return [{ requirement: controller, kept, keepers: [], elsewhere }];
  }
  const cluster = objects.clusterOf(object);
  const ground = (controller.standsOn ?? []).flatMap((type) => objects.clusters.ofType(type));
  return [
    { requirement: controller, kept, keepers: [...running.nodes, ...running.rights, ...ground] },
    ...(cluster
      ? [{ requirement: requirements.nodes, kept, keepers: objects.clusters.inCluster(cluster, awsTypes.nodeGroup) }]
      : []),
  ];
}

/** A volume stands on its class, and on the driver that the class names. */
function volumeClaims(
  object: ClusterObject,
  className: string | undefined,
  path: string,
  objects: ClusterObjects,
): Claim[] {
  const requirement = requirements.storageClasses;
  const kept = object.node;
  if (className === unknownInput) return [doubtful(requirement, kept, path)];
  const [storageClass] = objects
    .beside(object, "StorageClass")
    .filter((each) => (className === undefined ? isDefault(each) : placeOf(each).name === className));
  if (!storageClass) {
    const which = className === undefined ? "the cluster's default class" : `class ${className}`;
    return [{ requirement, kept, keepers: [], elsewhere: `This stack does not make ${which}.` }];
  }
  const claim = { requirement, kept, keepers: [storageClass] };
  const provisioner = text(storageClass, "provisioner");
  if (provisioner === unknownInput) return [claim, doubtful(requirement, kept, path)];
  const driver = controllers.find(
    (controller) => controller.provisioner !== undefined && controller.provisioner === provisioner,
  );
  return driver ? [claim, ...keptBy(driver, object, objects)] : [claim];
}

function isDefault(storageClass: RegisteredNode): boolean {
  return text(storageClass, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") === "true";
}

function doubtful(requirement: Requirement, kept: RegisteredNode, doubt: string): Claim {
  return { requirement, kept, keepers: [], doubt };
}
