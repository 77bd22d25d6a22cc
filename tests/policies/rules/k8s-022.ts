import { add, app, drop, init, pod, set, sidecar, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, ephemeral, job, onWindows } from "../objects";

export const cases: RuleCases = {
  pass: [
    {
      title: "a debugging container, which is added by hand",
      edits: [add(ephemeral({ image: "busybox:1.37" }))],
    },
  ],
  fail: [
    {
      title: "nothing said",
      edits: [drop("Deployment", `${app}.securityContext`)],
      says: /Container app .* does not say that its root filesystem is read-only .*; set .* and mount an emptyDir/,
      at: `${container}.securityContext.readOnlyRootFilesystem`,
    },
    {
      title: "an init container that may write",
      edits: [set("Deployment", `${init}.securityContext.readOnlyRootFilesystem`, false)],
      says: /Init container migrate .* says that its root filesystem may be written to/,
      at: `${pod}.initContainers[0].securityContext.readOnlyRootFilesystem`,
    },
    {
      title: "a sidecar",
      edits: [drop("Deployment", `${sidecar}.securityContext.readOnlyRootFilesystem`)],
      says: /Sidecar container proxy .* does not say/,
      at: `${pod}.initContainers[1].securityContext.readOnlyRootFilesystem`,
    },
    {
      title: "a Job, for which the pod's own settings cannot say it",
      edits: [add(job({ securityContext: { readOnlyRootFilesystem: true }, containers: [{ name: "report" }] }))],
      says: /Container report of Job altlas\/extra does not say/,
      at: `${container}.securityContext.readOnlyRootFilesystem`,
    },
    {
      title: "a value of another type",
      edits: [set("Deployment", `${app}.securityContext.readOnlyRootFilesystem`, "true")],
      says: /has a property that is not true or false/,
      at: `${container}.securityContext.readOnlyRootFilesystem`,
    },
  ],
  notApplicable: [
    { title: "Windows", edits: onWindows },
    {
      title: "nothing but a debugging container",
      edits: [(manifests) => manifests.splice(0), add(ephemeral({ image: "busybox:1.37" }))],
    },
  ],
  unknown: [
    {
      title: "a security context from an output",
      edits: [unknown("Deployment", `${app}.securityContext`)],
      because: `${container}.securityContext`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service may write into its image",
    edits: [set("Deployment/archive-service", `${app}.securityContext.readOnlyRootFilesystem`, false)],
    says: /archive-service says that its root filesystem may be written to/,
  },
];
