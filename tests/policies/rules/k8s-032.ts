import { add, app, init, set, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, ephemeral, job } from "../objects";

const image = (reference: string) => set("Deployment", `${app}.image`, reference);
const configured = (settings: Record<string, unknown>) => ({ settings: { "ALT-K8S-032": settings } });
const listed = configured({ allowed: ["ghcr.io"] });
const mirrored = configured({ allowed: ["ghcr.io"], mirrors: { "ghcr.io": "registry.example:5000/github" } });
/** So that only the one image is judged. */
const alone = (reference: string) => [without("Deployment"), add(ephemeral({ image: reference }))];

export const cases: RuleCases = {
  pass: [
    { title: "another repository of an allowed registry", edits: [image("ghcr.io/a/b:1")], options: listed },
    {
      title: "an allowed path of Docker Hub by its short name",
      edits: [image("nginx:1.29")],
      options: configured({ allowed: ["ghcr.io", "docker.io/library"] }),
    },
    {
      title: "Docker Hub by another of its names",
      edits: [image("index.docker.io/library/nginx:1.29")],
      options: configured({ allowed: ["ghcr.io", "docker.io"] }),
    },
    { title: "a mirror of an allowed registry", edits: alone("registry.example:5000/github/a/b:1"), options: mirrored },
    {
      title: "any registry where there is no list",
      edits: [image("quay.io/a/b:1")],
    },
  ],
  fail: [
    ...[
      ["k8s.gcr.io/pause:3.9", "k8s\\.gcr\\.io", "registry\\.k8s\\.io"],
      ["gcr.io/google-containers/pause:3.1", "gcr\\.io/google-containers", "registry\\.k8s\\.io"],
      ["docker.pkg.github.com/a/b/c:1", "docker\\.pkg\\.github\\.com", "ghcr\\.io"],
      ["bitnamilegacy/redis:7.4", "docker\\.io/bitnamilegacy", "the image of the software's own project"],
    ].map(([reference, frozen, instead]) => ({
      title: `${reference!}, which is frozen`,
      edits: [image(reference!)],
      says: new RegExp(`Container app .* of ${frozen!}, which is frozen and gets no fixes .*pull it from ${instead!}`),
      at: `${container}.image`,
    })),
    {
      title: "a registry that is not on the list",
      edits: [set("Deployment", `${init}.image`, "quay.io/a/b:1")],
      options: listed,
      says: /Init container migrate .* has the image quay\.io\/a\/b:1 \(quay\.io\/a\/b\), which is not on the allow-list/,
      at: "spec.template.spec.initContainers[0].image",
    },
    {
      title: "a registry that begins like an allowed one",
      edits: [image("ghcr.io.example.com/a/b:1")],
      options: listed,
      says: /\(ghcr\.io\.example\.com\/a\/b\), which is not on the allow-list/,
      at: `${container}.image`,
    },
    {
      title: "a Job's image by its short name",
      edits: [add(job({ containers: [{ name: "import", image: "postgres:17" }] }))],
      options: listed,
      says: /Container import of Job .* has the image postgres:17 \(docker\.io\/library\/postgres\), which is not on the allow-list/,
      at: "spec.template.spec.containers[0].image",
    },
    {
      title: "a mirror of a frozen registry",
      edits: alone("registry.example/old/pause:3.9"),
      options: configured({ mirrors: { "k8s.gcr.io": "registry.example/old" } }),
      says: /of k8s\.gcr\.io, which is frozen/,
      at: "spec.ephemeralContainers[0].image",
    },
    {
      title: "a way past the mirror",
      edits: alone("ghcr.io/a/b:1"),
      options: mirrored,
      says: /of ghcr\.io, for which this stack has a mirror .*pull it from registry\.example:5000\/github/,
      at: "spec.ephemeralContainers[0].image",
    },
  ],
  notApplicable: [{ title: "an image that nobody could pull", edits: alone("A:b:c") }],
  unknown: [
    { title: "an image from an output", edits: [unknown("Deployment", `${app}.image`)], because: `${container}.image` },
  ],
  configured: [
    {
      title: "a registry that this stack does not allow",
      edits: [image("quay.io/a/b:1")],
      options: listed,
      outcome: "fail",
    },
    {
      title: "a frozen registry that this stack may use",
      edits: [image("k8s.gcr.io/pause:3.9")],
      options: configured({ frozen: {} }),
      outcome: "pass",
    },
    {
      title: "a registry that is frozen for this stack",
      edits: [image("ghcr.io/old/b:1")],
      options: configured({ frozen: { "ghcr.io/old": "ghcr.io/new" } }),
      outcome: "fail",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's image comes from the registry's namesake",
    edits: [set("Deployment/api-gateway", `${app}.image`, "krozenking/alt-las-api-gateway:1.0.0")],
    says: /has the image krozenking\/alt-las-api-gateway:1\.0\.0 \(docker\.io\/krozenking\/alt-las-api-gateway\), which is not on the allow-list/,
  },
];
