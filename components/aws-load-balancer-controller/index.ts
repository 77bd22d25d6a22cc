import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { type LoadBalancerControllerArgs } from "./args";
import { footprint } from "./footprint";
import { networkPolicy } from "./specs/objects";
import { chartValues } from "./specs/values";

export { type LoadBalancerControllerArgs } from "./args";

/** Makes load balancers on AWS for Services of type LoadBalancer, and takes them away; by its makers' chart. */
export class LoadBalancerController extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprint: Footprint;

  constructor(name: string, args: LoadBalancerControllerArgs, options?: ComponentResourceOptions) {
    super("platform:network:LoadBalancerController", name, {}, options);
    const child = { parent: this };
    const policy = new NetworkPolicy(`${name}-network`, networkPolicy(args), { ...child, deleteBeforeReplace: true });
    const { chart, version, repository } = args.chart;
    new Chart(
      `${name}-chart`,
      {
        // The release's name is part of the labels by which its pods are selected.
        name: args.serviceAccount,
        namespace: args.namespace,
        chart,
        ...(version === undefined ? {} : { version }),
        ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }),
        values: { ...chartValues(args) },
      },
      { ...child, dependsOn: [policy] },
    );
    this.footprint = footprint(args);
    this.registerOutputs({ footprint: this.footprint });
  }
}
