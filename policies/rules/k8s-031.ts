import { images } from "../graph/image-subjects";
import { defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const digest = `sha256:${"5f".repeat(32)}`;

export const rule = defineRule({
  id: "ALT-K8S-031",
  slug: "kubernetes-container-requires-image-digest",
  title: "Outside dev, images are pinned by digest",
  severity: "medium",
  gate: "mandatory-outside-dev",
  scope: "resource",
  why:
    "Whoever may push to a repository can push another image under a tag that exists. A node that pulls it again then " +
    "runs what nobody has tested, and the signature or scan that was checked belongs to an image that is gone.",
  fix: "Add the digest of the build that was tested behind the tag, as name:tag@sha256:…, where the tag only informs.",
  planSteps: [],
  peers: ["checkov CKV_K8S_43", "kyverno require-image-checksum", "gatekeeper-library imagedigests"],
  examples: {
    pass: {
      title: "a tag for people, a digest for the node",
      manifests: [deployment({ image: `ghcr.io/example/archive-service:1.4.2@${digest}` })],
    },
    fail: { title: "a tag alone", manifests: [deployment({ image: "ghcr.io/example/archive-service:1.4.2" })] },
  },
  parts: [
    part(
      ({ graph }) => images(graph),
      function* ({ field, reference, parsed }, { environment }) {
        if (environment === "dev") {
          return new NotApplicable("In dev the tag of one build is enough; digests are asked for in beta and prod.");
        }
        if (parsed === undefined) return new NotApplicable("It has no image that could be pulled.");
        if (parsed.digest === undefined) {
          const fix = "append @sha256:… of the build that was tested";
          yield { problem: `has the image ${reference} without a digest`, path: field.path, fix };
        }
        return undefined;
      },
    ),
  ],
});
