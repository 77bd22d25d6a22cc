import { barmanCloudPlugin } from "../../components/barman-cloud-plugin/specs";
import { certManager } from "../../components/cert-manager/specs";
import { type ChartControllerArgs } from "../../components/chart-controller/args";
import { type ChartControllerSpec } from "../../components/chart-controller/spec";
import { cloudNativePgOperator } from "../../components/cloudnative-pg-operator/specs";
import { manifestsOf } from "../../components/shared/object-list";
import { type ChartSource } from "../../model/charts";
import { type Footprint } from "../../model/footprint";
import { partOf, platformLabels } from "../../model/labels";
import { type Manifest } from "../../model/manifest";
import { type Platform } from "../../model/platform";
import { systemNamespace, systemPriorityClass } from "../../model/system";
import { systemPool } from "./scaling";

/** A controller by chart, with the names of those that must be there before it. */
export interface Operator {
  readonly name: string;
  readonly chart: ChartSource;
  readonly namespace: string;
  readonly spec: ChartControllerSpec;
  readonly after: readonly string[];
}

/** The operators of a platform, in the order in which they are made. */
export function operators(platform: Platform): Operator[] {
  if (!platform.operators) return [];
  const { certManager: certificates, cloudNativePg, barmanCloud } = platform.operators;
  const common = commonArgs(platform);
  const entry = (name: string, chart: ChartSource, spec: ChartControllerSpec, after: readonly string[] = []) => ({
    name,
    chart,
    namespace: common.namespace,
    spec,
    after,
  });
  return [
    entry("cert-manager", certificates.chart, certManager({ ...common, ...certificates })),
    entry(
      "cloudnative-pg",
      cloudNativePg.chart,
      cloudNativePgOperator({ ...common, ...cloudNativePg, clusterNamespaces: [platform.namespaces.data] }),
    ),
    // Its certificates are cert-manager's, and it brings objects of both kinds.
    entry("barman-cloud", barmanCloud.chart, barmanCloudPlugin({ ...common, ...barmanCloud }), [
      "cert-manager",
      "cloudnative-pg",
    ]),
  ];
}

/** What they take from the cluster. */
export function operatorFootprints(platform: Platform): Footprint[] {
  return operators(platform).flatMap(({ spec }) => spec.footprints);
}

/** Their objects beside those of the charts. */
export function operatorManifests(platform: Platform): Manifest[] {
  return operators(platform).flatMap(({ spec }) => manifestsOf(spec.objects));
}

function commonArgs(platform: Platform): Omit<ChartControllerArgs, "chart"> {
  const { namespaces, scaling } = platform;
  return {
    namespace: systemNamespace,
    partOf,
    labels: platformLabels(platform, { tier: "foundation", planStep: "3" }),
    scraperNamespace: namespaces.observability,
    pool: systemPool(platform),
    priorityClassName: systemPriorityClass,
    networks: scaling.networks,
    apiServerNetworks: scaling.apiServerNetworks,
  };
}
