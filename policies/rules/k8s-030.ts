import { z } from "zod";
import { images, type PulledImage } from "../graph/image-subjects";
import { isMutableTag, mutableTags } from "../../model/mutable-tags";
import { defineRule, type Failure, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  mutableTags: z
    .array(z.string().min(1))
    .default([...mutableTags])
    .describe("tags, or first words of tags without a number, that are moved to newer images"),
});
type Settings = z.infer<typeof settings>;

export const rule = defineRule<Settings>({
  id: "ALT-K8S-030",
  slug: "kubernetes-container-requires-fixed-tag",
  title: "Images have a tag that is not moved, or a digest",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "Under a tag that moves, a pod that is rescheduled tonight runs another program than its neighbour, a rollback " +
    "brings back nothing, and nobody can say what ran during an incident.",
  fix: "Use the tag of one build, such as a version or a commit, or pin the digest.",
  planSteps: [],
  peers: [
    "checkov CKV_K8S_14",
    "kyverno disallow-latest-tag",
    "polaris tagNotSpecified",
    "kube-score container-image-tag",
    "kube-linter latest-tag",
    "gatekeeper-library disallowedtags",
    "kubescape C-0075",
  ],
  settings,
  examples: {
    pass: {
      title: "the tag of one build",
      manifests: [deployment({ image: "ghcr.io/example/archive-service:1.4.2" })],
    },
    fail: { title: "a tag that moves", manifests: [deployment({ image: "ghcr.io/example/archive-service:latest" })] },
  },
  parts: [
    part(
      ({ graph }) => images(graph),
      (image, { settings: options }) => checkImage(image, options),
    ),
  ],
});

function* checkImage(pulled: PulledImage, { mutableTags: mutable }: Settings): Generator<Failure, undefined> {
  const { field, reference, parsed: image } = pulled;
  if (reference === "") {
    yield { problem: "has no image", path: field.path, fix: "set image to a reference with a fixed tag" };
    return;
  }
  if (image === undefined) {
    const problem = `has the image ${JSON.stringify(reference)}, which no container runtime can read`;
    yield { problem, path: field.path, fix: "write it as registry/repository:tag or registry/repository@sha256:…" };
    return;
  }
  // The digest decides what runs; a tag beside it only informs.
  if (image.digest !== undefined) return;
  const fix = "use the tag of one build, or pin the digest with @sha256:…";
  if (image.tag === undefined) {
    yield { problem: `has the image ${reference} without a tag, which means latest`, path: field.path, fix };
  } else if (isMutableTag(image.tag, mutable)) {
    yield {
      problem: `has the image ${reference}, whose tag ${image.tag} is moved to newer images`,
      path: field.path,
      fix,
    };
  }
}
