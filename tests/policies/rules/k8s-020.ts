import { add, app, drop, init, pod, set, sidecar, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, ephemeral, onWindows } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "the container's own setting in place of the pod's",
      edits: [
        set("Deployment", `${pod}.securityContext`, { runAsUser: 999 }),
        ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsNonRoot`, true)),
        ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
      ],
    },
    {
      title: "a foreign image with a low user id of its own",
      edits: [
        set("Deployment", `${app}.image`, "docker.io/library/valkey:8.1"),
        drop("Deployment", `${pod}.securityContext.runAsUser`),
        ...[init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
      ],
    },
  ],
  fail: [
    {
      title: "nothing said",
      edits: [drop("Deployment", `${pod}.securityContext.runAsNonRoot`)],
      says: /does not set runAsNonRoot/,
      at: `${container}.securityContext.runAsNonRoot`,
      count: 3,
    },
    {
      title: "a container that undoes the pod's setting",
      edits: [set("Deployment", `${init}.securityContext.runAsNonRoot`, false)],
      says: /Init container migrate .* sets runAsNonRoot to false/,
      at: `${pod}.initContainers[0].securityContext.runAsNonRoot`,
    },
    {
      title: "a pod as root whose containers all say otherwise, which the API server refuses all the same",
      edits: [
        set("Deployment", `${pod}.securityContext`, { runAsUser: 0 }),
        ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsNonRoot`, true)),
        ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
      ],
      says: /Deployment altlas\/archive-service makes root of containers that say nothing/,
      at: `${pod}.securityContext.runAsUser`,
    },
    {
      title: "a pod that allows root, whose containers do not",
      edits: [
        set("Deployment", `${pod}.securityContext`, { runAsNonRoot: false, runAsUser: 10_001 }),
        ...[app, init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsNonRoot`, true)),
      ],
      says: /Deployment altlas\/archive-service sets runAsNonRoot to false for containers that say nothing/,
      at: `${pod}.securityContext.runAsNonRoot`,
    },
    {
      title: "root by number",
      edits: [set("Deployment", `${app}.securityContext.runAsUser`, 0)],
      says: /Container app .* runs as user 0, which is root/,
      at: `${container}.securityContext.runAsUser`,
    },
    {
      title: "our image with a low user id",
      edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
      says: /runs as user 1000, below the 10000/,
      at: `${container}.securityContext.runAsUser`,
    },
    {
      title: "our image behind a mirror, with its own user",
      edits: [
        set("Deployment", `${app}.image`, "registry.example:5000/proxy/krozenking/alt-las-archive-service:1.4.2"),
        drop("Deployment", `${pod}.securityContext.runAsUser`),
        ...[init, sidecar].map((path) => set("Deployment", `${path}.securityContext.runAsUser`, 10_001)),
      ],
      says: /leaves its user id to the image, below the 10000/,
      at: `${container}.securityContext.runAsUser`,
    },
    {
      title: "an ephemeral container",
      edits: [add(ephemeral({ image: "busybox:1.37" }))],
      says: /Ephemeral container debugger of Pod altlas\/extra does not set runAsNonRoot/,
      at: "spec.ephemeralContainers[0].securityContext.runAsNonRoot",
    },
  ],
  notApplicable: [{ title: "Windows", edits: onWindows }],
  unknown: [
    {
      title: "a user id from an output",
      edits: [unknown("Deployment", `${app}.securityContext.runAsUser`)],
      because: `${container}.securityContext.runAsUser`,
    },
    {
      title: "an image from an output, so that it may be ours",
      edits: [unknown("Deployment", `${app}.image`), set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
      because: `${container}.image`,
    },
  ],
  configured: [
    {
      title: "another lowest user id",
      edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
      options: { settings: { "ALT-K8S-020": { minimumUserId: 1000 } } },
      outcome: "pass",
    },
    {
      title: "another repository of ours",
      edits: [set("Deployment", `${app}.securityContext.runAsUser`, 1000)],
      options: { settings: { "ALT-K8S-020": { ownRepositories: ["other/"] } } },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a service runs as the user of its image",
    edits: [drop(ourGateway, "spec.template.spec.securityContext.runAsUser")],
    says: /api-gateway leaves its user id to the image/,
  },
];
