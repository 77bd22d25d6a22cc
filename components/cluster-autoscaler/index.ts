import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { ComponentResource, type ComponentResourceOptions, type CustomResourceOptions } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { type ClusterAutoscalerArgs } from "./args";
import { footprint } from "./footprint";
import { clusterAutoscalerObjects } from "./specs/objects";

export { type ClusterAutoscalerArgs, type ScaledPool } from "./args";

/** Adds nodes for pods that find no room, and takes away nodes that are not needed. */
export class ClusterAutoscaler extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprint: Footprint;

  constructor(name: string, args: ClusterAutoscalerArgs, options?: ComponentResourceOptions) {
    super("platform:scaling:ClusterAutoscaler", name, {}, options);
    const objects = clusterAutoscalerObjects(args);
    // Every name is fixed, because the cloud's role and the program itself refer to them.
    const child: CustomResourceOptions = { parent: this, deleteBeforeReplace: true };
    const before = [
      new ServiceAccount(`${name}-service-account`, objects.serviceAccount, child),
      new ClusterRole(`${name}-cluster-role`, objects.clusterRole, child),
      new ClusterRoleBinding(`${name}-cluster-role`, objects.clusterRoleBinding, child),
      new Role(`${name}-role`, objects.role, child),
      new RoleBinding(`${name}-role`, objects.roleBinding, child),
      // Without it the priority expander finds no group at all.
      new ConfigMap(`${name}-priorities`, objects.priorities, child),
      new NetworkPolicy(`${name}-network`, objects.networkPolicy, child),
    ];
    new Deployment(`${name}-deployment`, objects.deployment, { ...child, dependsOn: before });
    new PodDisruptionBudget(`${name}-disruption-budget`, objects.disruptionBudget, child);
    this.footprint = footprint(args);
    this.registerOutputs({ footprint: this.footprint });
  }
}
