import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2";
import { ConfigMap, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  interpolate,
  type Output,
  RunError,
} from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { renderProblems } from "../../model/problem";
import { type MicroserviceArgs } from "./args";
import { footprint } from "./footprint";
import { selector } from "../shared/labels";
import { microserviceObjects } from "./specs/objects";
import { rolloutSeconds } from "./specs/rollout";
import { findProblems } from "./validate";

export { type MicroserviceArgs, type MicroserviceEnvironment } from "./args";
export { footprint } from "./footprint";

/**
 * One stateless service: Deployment, Service, ServiceAccount and, as its arguments ask for them, ConfigMap, autoscaler
 * and disruption budget. Network policies, secrets and shared claims are made by those who know more than one service.
 */
export class Microservice extends ComponentResource {
  /** Name of the Kubernetes Service; known once the Service is. */
  readonly serviceName: Output<string>;
  /** Address inside the cluster, such as `http://archive.services.svc.cluster.local:9000`. */
  readonly url: Output<string>;
  /** Labels that select the pods and nothing else. */
  readonly selectorLabels: Readonly<Record<string, string>>;
  /** What the service takes from the cluster. */
  readonly footprint: Footprint;

  /**
   * @param name name of the service and of its Kubernetes objects, at most 46 characters.
   * @throws RunError with every problem of the arguments, before anything is registered.
   */
  constructor(name: string, args: MicroserviceArgs, opts?: ComponentResourceOptions) {
    refuseProblems(name, args);
    super("platform:workload:Microservice", name, {}, opts);

    const objects = microserviceObjects(name, args);
    // Every name is fixed, because others refer to it; so an object can only be replaced by deleting it first.
    const child: CustomResourceOptions = { parent: this, deleteBeforeReplace: true };
    const serviceAccount = new ServiceAccount(`${name}-service-account`, objects.serviceAccount, child);
    const configMap = objects.configMap ? new ConfigMap(`${name}-environment`, objects.configMap, child) : undefined;
    const timeout = `${rolloutSeconds(args)}s`;
    const deployment = new Deployment(`${name}-deployment`, objects.deployment, {
      ...child,
      dependsOn: [serviceAccount, ...(configMap ? [configMap] : [])],
      customTimeouts: { create: timeout, update: timeout },
    });
    // After the Deployment: the provider waits until a Service has endpoints. And gone before it: traffic stops first.
    const afterDeployment: CustomResourceOptions = { ...child, dependsOn: [deployment] };
    const service = new Service(`${name}-service`, objects.service, afterDeployment);
    if (objects.autoscaler) new HorizontalPodAutoscaler(`${name}-autoscaler`, objects.autoscaler, afterDeployment);
    if (objects.disruptionBudget) {
      new PodDisruptionBudget(`${name}-disruption-budget`, objects.disruptionBudget, child);
    }

    this.serviceName = service.metadata.name;
    this.url = interpolate`http://${this.serviceName}.${args.namespace}.svc.cluster.local:${args.contract.port}`;
    this.selectorLabels = selector(name);
    this.footprint = footprint(name, args);
    this.registerOutputs({
      serviceName: this.serviceName,
      url: this.url,
      selectorLabels: this.selectorLabels,
      footprint: this.footprint,
    });
  }
}

function refuseProblems(name: string, args: MicroserviceArgs): void {
  const problems = findProblems(name, args);
  if (problems.length === 0) return;
  // RunError: the engine prints the message alone, without the program's stack.
  throw new RunError(renderProblems(`The microservice "${name}" cannot be built`, problems));
}
