import { Chart } from "@pulumi/kubernetes/helm/v4/chart";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { type Manifest } from "../../model/manifest";
import { type ChartControllerArgs } from "./args";
import { type ChartControllerSpec } from "./spec";

export { type ChartControllerArgs } from "./args";
export { type ChartControllerSpec } from "./spec";

/** A controller by its makers' chart, with the policies of its pods, which are there before them. */
export class ChartController extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprints: readonly Footprint[];

  constructor(
    name: string,
    args: Pick<ChartControllerArgs, "chart" | "namespace"> & { readonly spec: ChartControllerSpec },
    options?: ComponentResourceOptions,
  ) {
    super("platform:system:ChartController", name, {}, options);
    const child = { parent: this };
    const { release, values, objects, footprints } = args.spec;
    const beside = objects.map(({ suffix, manifest }) => registerObject(`${name}-${suffix}`, manifest, child));
    const { chart, version, repository } = args.chart;
    new Chart(
      `${name}-chart`,
      {
        name: release,
        namespace: args.namespace,
        chart,
        ...(version === undefined ? {} : { version }),
        ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }),
        values: { ...values },
      },
      { ...child, dependsOn: beside },
    );
    this.footprints = footprints;
    this.registerOutputs({ footprints });
  }
}

function registerObject(name: string, manifest: Manifest, options: { readonly parent: ChartController }) {
  const { apiVersion, kind, ...args } = manifest;
  switch (kind) {
    case "NetworkPolicy":
      return new NetworkPolicy(name, args, { ...options, deleteBeforeReplace: true });
    case "PodDisruptionBudget":
      return new PodDisruptionBudget(name, args, options);
    default:
      throw new Error(`${apiVersion} ${kind} stands beside no chart`);
  }
}
