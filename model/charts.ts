/** A chart of somebody else's, named once; whoever installs it asks here where it comes from. */
export interface ChartDefinition {
  /** Name in its repository. */
  readonly name: string;
  /** Exact version: another one has other objects, and a preview would change without a change of ours. */
  readonly version: string;
  /** Repository that its makers publish it in. */
  readonly repository: string;
  readonly licence: string;
  /** Where version and licence were read. */
  readonly source: string;
  /** Deployments that it makes, each named as the image that it runs (`model/versions.ts`). */
  readonly deployments: readonly string[];
}

/** Every chart that the platform installs. */
export const charts = {
  "aws-load-balancer-controller": {
    name: "aws-load-balancer-controller",
    version: "3.5.0",
    repository: "https://aws.github.io/eks-charts",
    licence: "Apache-2.0",
    source: "aws/eks-charts, stable/aws-load-balancer-controller/Chart.yaml of 2026-08-03 and LICENSE",
    deployments: ["aws-load-balancer-controller"],
  },
  "cert-manager": {
    name: "cert-manager",
    version: "v1.21.2",
    repository: "https://charts.jetstack.io",
    licence: "Apache-2.0",
    source: "cert-manager/cert-manager, tag v1.21.2, deploy/charts/cert-manager and LICENSE",
    deployments: ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"],
  },
  "cloudnative-pg": {
    name: "cloudnative-pg",
    version: "0.29.0",
    repository: "https://cloudnative-pg.github.io/charts",
    licence: "Apache-2.0",
    source: "cloudnative-pg/charts, charts/cloudnative-pg/Chart.yaml of 2026-07-29 and LICENSE",
    deployments: ["cloudnative-pg"],
  },
  "plugin-barman-cloud": {
    name: "plugin-barman-cloud",
    version: "0.7.0",
    repository: "https://cloudnative-pg.github.io/charts",
    licence: "Apache-2.0",
    source: "cloudnative-pg/charts, charts/plugin-barman-cloud/Chart.yaml of 2026-07-29 and LICENSE",
    deployments: ["plugin-barman-cloud"],
  },
} satisfies Record<string, ChartDefinition>;

export type ChartName = keyof typeof charts;

/** Names of the charts; a stack gives their sources by these. */
export const chartNames = Object.keys(charts) as readonly ChartName[];

/** Where a chart is read from, as `helm.v4.Chart` takes it. */
export interface ChartSource {
  /** Name in a repository, `oci://` address, or path. */
  readonly chart: string;
  /** Absent for a path, which holds one version. */
  readonly version?: string;
  /** Address of a repository of charts. */
  readonly repository?: string;
}

/** Kinds of places that a chart can come from; see {@link chartSource}. */
export const chartPlace = {
  repository: /^https?:\/\/\S+$/,
  registry: /^oci:\/\/\S+$/,
  path: /^(\.{1,2}|~)?\/\S+$/,
} as const;

/**
 * Where a chart is read from: its makers' repository, or `place` instead, which is a repository (`https://…`), the chart's
 * address in a registry (`oci://…`), or a path of a folder or archive (`./…`, `/…`).
 */
export function chartSource({ name, version, repository }: ChartDefinition, place: string = repository): ChartSource {
  if (chartPlace.repository.test(place)) return { chart: name, version, repository: place };
  return chartPlace.registry.test(place) ? { chart: place, version } : { chart: place };
}
