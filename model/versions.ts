/** Kubernetes minor that manifests are written for; the newest that @pulumi/kubernetes 4.34 has types of. */
export const kubernetesVersion = "1.36";

/** An image, named once; who runs it asks here for its reference. */
export interface Image {
  readonly registry: string;
  readonly repository: string;
  /** Absent where the stack gives the tag: the five services. */
  readonly tag?: string;
  readonly licence: string;
  /** Last day on which somebody mends it (ISO date), or `null` while no end is announced. */
  readonly endOfLife: string | null;
  /** Where licence and date were read. */
  readonly source: string;
}

/**
 * The five services are built by the ALT_LAS project from one repository, tagged with the commit. Their end of life is
 * that of the language runtime in their own Dockerfile, after which nobody mends what the image is made of.
 */
function service(name: string, base: { endOfLife: string | null; what: string }): Image {
  return {
    registry: "ghcr.io",
    repository: `krozenking/alt-las-${name}`,
    licence: "not stated by the project",
    endOfLife: base.endOfLife,
    source: `ALT_LAS CI (image name and commit tag); ${base.what}`,
  };
}

/** Every image that the platform runs. */
export const images = {
  "api-gateway": service("api-gateway", { endOfLife: "2025-04-30", what: "Node.js 18, Node.js release schedule" }),
  "segmentation-service": service("segmentation-service", { endOfLife: "2026-10-31", what: "Python 3.10, PEP 619" }),
  "runner-service": service("runner-service", { endOfLife: "2026-08-31", what: "Debian 11 (bullseye) LTS" }),
  "archive-service": service("archive-service", {
    endOfLife: null,
    what: "alpine:latest as final stage, a tag that moves and so has no date of its own",
  }),
  "ai-orchestrator": service("ai-orchestrator", { endOfLife: "2026-10-31", what: "Python 3.10, PEP 619" }),
  "metrics-server": {
    registry: "registry.k8s.io",
    repository: "metrics-server/metrics-server",
    // 0.9 is for Kubernetes 1.34 and newer; its chart still brings 0.8.1.
    tag: "v0.9.0",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "kubernetes-sigs/metrics-server, release of 2026-07-13 and LICENSE",
  },
  "cluster-autoscaler": {
    registry: "registry.k8s.io",
    repository: "autoscaling/cluster-autoscaler",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "kubernetes/autoscaler, LICENSE; its tag follows the cluster's minor",
  },
  "aws-load-balancer-controller": {
    registry: "public.ecr.aws",
    repository: "eks/aws-load-balancer-controller",
    // That of the chart's version; see model/charts.ts.
    tag: "v3.5.0",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "kubernetes-sigs/aws-load-balancer-controller, tag v3.5.0 and LICENSE",
  },
  postgresql: {
    registry: "docker.io",
    repository: "library/postgres",
    // The minor that tests run; a newer minor is the same program mended. Debian, not Alpine: its C library sorts text by the
    // locales of most other systems, so that indexes fit after a restore elsewhere, and its build has lz4 and zstd.
    tag: "18.6-trixie",
    licence: "PostgreSQL",
    // Last release of 18; the base is renewed with each minor.
    endOfLife: "2030-11-14",
    source: "docker-library/postgres, 18/trixie/Dockerfile; postgresql.org, versioning policy and licence",
  },
  pgbouncer: {
    registry: "ghcr.io",
    repository: "cloudnative-pg/pgbouncer",
    tag: "1.25.1",
    licence: "ISC",
    endOfLife: null,
    source: "cloudnative-pg/pgbouncer-containers, tag 1.25.1; pgbouncer/pgbouncer, COPYRIGHT",
  },
  "postgres-exporter": {
    registry: "quay.io",
    repository: "prometheuscommunity/postgres-exporter",
    tag: "v0.20.1",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "prometheus-community/postgres_exporter, release v0.20.1 and LICENSE",
  },
  "pgbouncer-exporter": {
    registry: "quay.io",
    repository: "prometheuscommunity/pgbouncer-exporter",
    tag: "v0.12.1",
    licence: "MIT",
    endOfLife: null,
    source: "prometheus-community/pgbouncer_exporter, release v0.12.1 and LICENSE",
  },
  kubectl: {
    registry: "registry.k8s.io",
    repository: "kubectl",
    tag: "v1.36.2",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "kubernetes/kubernetes, tag v1.36.2, build/server-image/kubectl and LICENSE",
  },
  "cloudnative-pg-postgresql": {
    registry: "ghcr.io",
    repository: "cloudnative-pg/postgresql",
    // The same minor as of the plain form. Minimal: the server with its own extensions; nothing here asks for more.
    tag: "18.6-minimal-trixie",
    licence: "PostgreSQL",
    endOfLife: "2030-11-14",
    source: "cloudnative-pg/postgres-containers, README and LICENSE; postgresql.org, versioning policy and licence",
  },
  // The tags of what charts install are those of the charts' versions; see model/charts.ts.
  "cloudnative-pg": {
    registry: "ghcr.io",
    repository: "cloudnative-pg/cloudnative-pg",
    tag: "1.30.0",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "cloudnative-pg/cloudnative-pg, tag v1.30.0 and LICENSE; supported until two minors later",
  },
  "plugin-barman-cloud": {
    registry: "ghcr.io",
    repository: "cloudnative-pg/plugin-barman-cloud",
    tag: "v0.13.0",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "cloudnative-pg/plugin-barman-cloud, tag v0.13.0 and LICENSE",
  },
  "plugin-barman-cloud-sidecar": {
    registry: "ghcr.io",
    repository: "cloudnative-pg/plugin-barman-cloud-sidecar",
    tag: "v0.13.0",
    licence: "Apache-2.0 and GPL-3.0 (Barman)",
    endOfLife: null,
    source: "cloudnative-pg/plugin-barman-cloud, containers/Dockerfile.sidecar; EnterpriseDB/barman, LICENSE",
  },
  "cert-manager": {
    registry: "quay.io",
    repository: "jetstack/cert-manager-controller",
    tag: "v1.21.2",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "cert-manager/cert-manager, tag v1.21.2 and LICENSE; supported until two minors later",
  },
  "cert-manager-webhook": {
    registry: "quay.io",
    repository: "jetstack/cert-manager-webhook",
    tag: "v1.21.2",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "cert-manager/cert-manager, tag v1.21.2 and LICENSE",
  },
  "cert-manager-cainjector": {
    registry: "quay.io",
    repository: "jetstack/cert-manager-cainjector",
    tag: "v1.21.2",
    licence: "Apache-2.0",
    endOfLife: null,
    source: "cert-manager/cert-manager, tag v1.21.2 and LICENSE",
  },
} satisfies Record<string, Image>;

export type ImageName = keyof typeof images;

/** Major version of PostgreSQL that settings and schema are written for: that of the image. */
export const postgresqlMajor = 18;

/** The images that are not the project's own; a stack gives their digests by these names. */
export const foreignImages = [
  "metrics-server",
  "cluster-autoscaler",
  "aws-load-balancer-controller",
  "postgresql",
  "pgbouncer",
  "postgres-exporter",
  "pgbouncer-exporter",
  "kubectl",
  "cloudnative-pg-postgresql",
  "cloudnative-pg",
  "plugin-barman-cloud",
  "plugin-barman-cloud-sidecar",
  "cert-manager",
  "cert-manager-webhook",
  "cert-manager-cainjector",
] as const satisfies readonly ImageName[];

/**
 * The autoscaler's release for each Kubernetes minor: it simulates the scheduler of exactly one. Releases of 2026-07-22;
 * the list grows when a minor is released, and is never guessed.
 */
const clusterAutoscalerTags: Readonly<Record<string, string>> = {
  "1.34": "v1.34.5",
  "1.35": "v1.35.2",
  "1.36": "v1.36.1",
};

/** Kubernetes minors for which a release of the autoscaler is known. */
export const autoscaledVersions: readonly string[] = Object.keys(clusterAutoscalerTags);

/** Tag of the autoscaler for a Kubernetes minor such as `1.36`; `undefined` when none is known. */
export function clusterAutoscalerTag(minor: string): string | undefined {
  return Object.hasOwn(clusterAutoscalerTags, minor) ? clusterAutoscalerTags[minor] : undefined;
}

/** What a stack says about images. */
export interface ImageSource {
  /** Registry by registry, where to pull from instead. */
  readonly mirrors: Readonly<Record<string, string>>;
  readonly tag?: string | undefined;
  /** `sha256:` and 64 hexadecimal digits; wins over the tag, which then only tells people which version it is. */
  readonly digest?: string | undefined;
}

/**
 * The reference by which a container runtime pulls an image: mirror applied, tag, and digest where the stack has one.
 *
 * @throws when neither the catalogue nor the stack gives a tag.
 */
export function imageReference(image: Image, source: ImageSource): string {
  const tag = source.tag ?? image.tag;
  if (!tag) throw new Error(`no tag for ${image.repository}`);
  const registry = source.mirrors[image.registry] ?? image.registry;
  return `${registry}/${image.repository}:${tag}${source.digest ? `@${source.digest}` : ""}`;
}

/** Prefix by which a policy tells our images from foreign ones, mirror or not. */
export const ourRepositoryPrefix = "krozenking/alt-las-";

/** Whether every service of a platform has an image entry; the compiler cannot know the catalogue's names. */
export function isImageName(name: string): name is ImageName {
  return name in images;
}
