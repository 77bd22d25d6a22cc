import { APIService } from "@pulumi/kubernetes/apiregistration/v1";
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ClusterRole, ClusterRoleBinding, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { ComponentResource, type ComponentResourceOptions, type CustomResourceOptions } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { type MetricsServerArgs } from "./args";
import { footprint } from "./footprint";
import { metricsServerObjects } from "./specs/objects";

export { type MetricsServerArgs } from "./args";

/** The cluster's metrics API: what pods and nodes use right now, for autoscalers and `kubectl top`. */
export class MetricsServer extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprint: Footprint;

  constructor(name: string, args: MetricsServerArgs, options?: ComponentResourceOptions) {
    super("platform:scaling:MetricsServer", name, {}, options);
    const objects = metricsServerObjects(args);
    // Every name is fixed, because others refer to it; so an object can only be replaced by deleting it first.
    const child: CustomResourceOptions = { parent: this, deleteBeforeReplace: true };
    const access = [
      new ServiceAccount(`${name}-service-account`, objects.serviceAccount, child),
      new ClusterRole(`${name}-reader`, objects.reader, child),
      new ClusterRoleBinding(`${name}-reader`, objects.readerBinding, child),
      new ClusterRoleBinding(`${name}-delegator`, objects.delegatorBinding, child),
      new RoleBinding(`${name}-authentication`, objects.authenticationBinding, child),
      new NetworkPolicy(`${name}-network`, objects.networkPolicy, child),
    ];
    new ClusterRole(`${name}-viewers`, objects.viewers, child);
    const deployment = new Deployment(`${name}-deployment`, objects.deployment, { ...child, dependsOn: access });
    new PodDisruptionBudget(`${name}-disruption-budget`, objects.disruptionBudget, child);
    const service = new Service(`${name}-service`, objects.service, { ...child, dependsOn: [deployment] });
    // Last to come and first to go: an API that is registered without anybody behind it stops deletions elsewhere.
    if (objects.apiService) {
      new APIService(`${name}-api`, objects.apiService, { ...child, dependsOn: [service] });
    }
    this.footprint = footprint(args);
    this.registerOutputs({ footprint: this.footprint });
  }
}
