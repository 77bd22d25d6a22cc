import { z } from "zod";
import { images } from "../graph/image-subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const place = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "must be a registry, or a registry with the start of a repository");

const settings = z.strictObject({
  allowed: z
    .array(place)
    .default([])
    .describe("registries, or registry/path, that images may come from; empty: all that are not frozen"),
  frozen: z
    .record(place, z.string().min(1))
    .default({
      // https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
      "k8s.gcr.io": "registry.k8s.io",
      // What stood behind k8s.gcr.io until 1 April 2020 (kubernetes-dev, "k8s.gcr.io moving …"), and after that.
      "gcr.io/google-containers": "registry.k8s.io",
      "gcr.io/google_containers": "registry.k8s.io",
      "gcr.io/k8s-artifacts-prod": "registry.k8s.io",
      "us.gcr.io/k8s-artifacts-prod": "registry.k8s.io",
      "eu.gcr.io/k8s-artifacts-prod": "registry.k8s.io",
      "asia.gcr.io/k8s-artifacts-prod": "registry.k8s.io",
      // https://docs.github.com/packages/working-with-a-github-packages-registry/working-with-the-docker-registry
      "docker.pkg.github.com": "ghcr.io",
      // https://github.com/bitnami/containers/issues/83267
      "docker.io/bitnamilegacy": "the image of the software's own project",
    })
    .describe("registries, or registry/path, that get no new images, with where these are now"),
  mirrors: z
    .record(place, place)
    .default({})
    .describe("registry by registry, where this stack pulls from instead (altlas:images.mirrors)"),
});
type Settings = z.infer<typeof settings>;

export const rule = defineRule<Settings>({
  id: "ALT-K8S-032",
  slug: "kubernetes-container-requires-allowed-registry",
  title: "Images come from registries on the allow-list, and from none that is frozen",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "Whoever owns a registry decides what its names mean: a typing error in a name runs a stranger's program with our " +
    "secrets. A frozen registry gets no security fixes, and one day it is gone and no pod starts any more.",
  fix: "Pull the image from a registry on the allow-list, or add the registry there after somebody has looked at it.",
  planSteps: [],
  peers: ["kyverno restrict-image-registries", "gatekeeper-library allowedreposv2", "kubescape C-0001, C-0078"],
  settings,
  examples: {
    pass: {
      title: "the registry of the project",
      manifests: [deployment({ image: "ghcr.io/example/archive-service:1.4.2" })],
    },
    fail: {
      title: "a registry that is frozen since 2023",
      manifests: [deployment({ image: "k8s.gcr.io/pause:3.9" })],
    },
  },
  parts: [
    part(
      ({ graph }) => images(graph),
      function* ({ field: { path }, reference, parsed }, { settings: { allowed, frozen, mirrors } }) {
        if (parsed === undefined) return new NotApplicable("It has no image that could be pulled.");
        const { registry, repository } = parsed;
        const pulled = `${dockerHub[registry] ?? registry}/${repository}`;
        const mirror = longest(Object.values(mirrors), pulled);
        const original = mirror === undefined ? pulled : unmirrored(pulled, mirror, mirrors);
        const dead = longest(Object.keys(frozen), original);
        if (dead !== undefined) {
          const problem = `has the image ${reference} of ${dead}, which is frozen and gets no fixes`;
          yield { problem, path, fix: `pull it from ${frozen[dead] ?? ""}` };
          return undefined;
        }
        if (allowed.length > 0 && longest(allowed, original) === undefined) {
          const problem = `has the image ${reference} (${original}), which is not on the allow-list`;
          const fix = `pull it from ${allowed.join(" or ")}, or add its place to the setting allowed`;
          yield { problem, path, fix };
        }
        const instead = mirror === undefined ? longest(Object.keys(mirrors), pulled) : undefined;
        if (instead !== undefined) {
          const problem = `has the image ${reference} of ${instead}, for which this stack has a mirror`;
          yield { problem, path, fix: `pull it from ${mirrors[instead] ?? ""}` };
        }
        return undefined;
      },
    ),
  ],
});

/** Other names of Docker Hub, which its clients and its API use. */
const dockerHub: Readonly<Record<string, string>> = {
  "index.docker.io": "docker.io",
  "registry-1.docker.io": "docker.io",
};

/** The longest of some places that an image is in. */
function longest(places: readonly string[], image: string): string | undefined {
  return places
    .filter((candidate) => image.startsWith(`${candidate}/`) || image === candidate)
    .sort((a, b) => b.length - a.length)[0];
}

/** Where a mirror has an image from. */
function unmirrored(image: string, mirror: string, mirrors: Settings["mirrors"]): string {
  const [source = mirror] = Object.entries(mirrors).find(([, target]) => target === mirror) ?? [];
  return `${source}${image.slice(mirror.length)}`;
}
