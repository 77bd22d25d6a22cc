import { add, app, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, ephemeral } from "../objects";

const inDev = { environment: "dev" };
const untagged = "ghcr.io/a/b:1.4.2";

export const cases: RuleCases = {
  pass: [
    {
      title: "a digest without a tag",
      edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b@sha256:${"0".repeat(64)}`)],
      options: { environment: "prod" },
    },
    {
      title: "a longer digest",
      edits: [set("Deployment", `${app}.image`, `ghcr.io/a/b:1@sha512:${"a".repeat(128)}`)],
    },
  ],
  fail: [
    ...["beta", "prod", undefined].map((environment) => ({
      title: `a tag alone in ${environment ?? "no environment"}`,
      edits: [set("Deployment", `${app}.image`, untagged)],
      options: environment === undefined ? {} : { environment },
      says: /Container app .* has the image ghcr\.io\/a\/b:1\.4\.2 without a digest .*append @sha256/,
      at: `${container}.image`,
    })),
    {
      title: "a sidecar",
      edits: [set("Deployment", `${sidecar}.image`, untagged)],
      says: /Sidecar container proxy .* without a digest/,
      at: "spec.template.spec.initContainers[1].image",
    },
    {
      title: "a CronJob and a debugger's container",
      edits: [
        add(cronJob({ containers: [{ name: "clean", image: "a:1" }] })),
        add(ephemeral({ image: "busybox:1.37" })),
      ],
      says: /(Container clean of CronJob|Ephemeral container debugger of Pod) .* without a digest/,
      at: "spec.jobTemplate.spec.template.spec.containers[0].image",
      count: 2,
    },
    {
      title: "a volume made of an image",
      edits: [
        set("Deployment", "spec.template.spec.volumes[0]", {
          name: "model",
          image: { reference: "ghcr.io/a/model:7" },
        }),
      ],
      says: /Volume model of Deployment .* has the image ghcr\.io\/a\/model:7 without a digest/,
      at: "spec.template.spec.volumes[0].image.reference",
    },
  ],
  notApplicable: [
    { title: "dev, where a tag is enough", edits: [set("Deployment", `${app}.image`, untagged)], options: inDev },
    {
      title: "no image that could be pulled, which another rule refuses",
      edits: [without("Deployment"), add(ephemeral({ image: "GHCR.io/A" }))],
    },
  ],
  unknown: [
    { title: "an image from an output", edits: [unknown("Deployment", `${app}.image`)], because: `${container}.image` },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a release is rolled out by its tag",
    edits: [set("Deployment/api-gateway", `${app}.image`, "ghcr.io/krozenking/alt-las-api-gateway:1.0.0")],
    options: { environment: "prod" },
    says: /api-gateway has the image ghcr\.io\/krozenking\/alt-las-api-gateway:1\.0\.0 without a digest/,
  },
];
