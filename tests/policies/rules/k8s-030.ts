import { add, app, drop, init, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, ephemeral } from "../objects";

export const cases: RuleCases = {
  pass: [
    ...[
      ["a digest without a tag", `ghcr.io/a/b@sha256:${"0".repeat(64)}`],
      ["a moving tag beside a digest", `ghcr.io/a/b:latest@sha256:${"a".repeat(64)}`],
      ["a registry with a port", "registry.example:5000/a/b:1.0"],
      ["a build of a channel", "ghcr.io/a/b:beta.18"],
      ["a name that starts like a channel", "ghcr.io/a/b:mainline2-7"],
    ].map(([title, value]) => ({ title: title!, edits: [set("Deployment", `${app}.image`, value)] })),
  ],
  fail: [
    ...["latest", "beta", "production", "stable-slim", "Latest", "edge"].map((tag) => ({
      title: `the tag ${tag}`,
      edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b:${tag}`)],
      says: new RegExp(`Container app .* has the image ghcr.io/a/b:${tag}, whose tag ${tag} is moved`),
      at: `${container}.image`,
    })),
    {
      title: "no tag behind a registry with a port",
      edits: [set("Deployment", `${init}.image`, "registry.example:5000/a/b")],
      says: /Init container migrate .* has the image registry.example:5000\/a\/b without a tag/,
      at: `${pod}.initContainers[0].image`,
    },
    {
      title: "an image that cannot be read",
      edits: [set("Deployment", `${app}.image`, "ghcr.io/A/B:1")],
      says: /which no container runtime can read/,
      at: `${container}.image`,
    },
    {
      title: "a digest that is too short",
      edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b@sha256:${"0".repeat(63)}`)],
      says: /which no container runtime can read/,
      at: `${container}.image`,
    },
    {
      title: "no image",
      edits: [drop("Deployment", `${sidecar}.image`)],
      says: /Sidecar container proxy .* has no image/,
      at: `${pod}.initContainers[1].image`,
    },
    {
      title: "an ephemeral container",
      edits: [add(ephemeral({ image: "busybox" }))],
      says: /Ephemeral container debugger .* has the image busybox without a tag/,
      at: "spec.ephemeralContainers[0].image",
    },
    {
      title: "a volume made of an image",
      edits: [
        set("Deployment", `${pod}.volumes[0]`, { name: "model", image: { reference: "ghcr.io/a/model:latest" } }),
      ],
      says: /Deployment altlas\/archive-service has the image ghcr.io\/a\/model:latest/,
      at: `${pod}.volumes[0].image.reference`,
    },
  ],
  notApplicable: [{ title: "no workloads", edits: [without("Deployment")] }],
  unknown: [
    {
      title: "an image from an output",
      edits: [unknown("Deployment", `${app}.image`)],
      because: `${container}.image`,
    },
    { title: "volumes from an output", edits: [unknown("Deployment", `${pod}.volumes`)], because: `${pod}.volumes` },
  ],
  configured: [
    {
      title: "a tag that this project moves",
      edits: [set("Deployment", `${app}.image`, "ghcr.io/a/b:candidate")],
      options: { settings: { "ALT-K8S-030": { mutableTags: ["candidate"] } } },
      outcome: "fail",
    },
    {
      title: "a tag that this project does not move",
      edits: [set("Deployment", `${app}.image`, "ghcr.io/a/b:lts")],
      options: { settings: { "ALT-K8S-030": { mutableTags: ["latest"] } } },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service runs its branch's image",
    edits: [set(ourGateway, `${app}.image`, "ghcr.io/krozenking/alt-las-api-gateway:main")],
    says: /whose tag main is moved/,
  },
];
