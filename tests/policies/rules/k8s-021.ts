import { add, app, drop, init, pod, set, sidecar, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, cronJob, ephemeral, onWindows } from "../objects";

const runtimeDefault = { type: "RuntimeDefault" };
const silentPod = drop("Deployment", `${pod}.securityContext.seccompProfile`);
const ownProfiles = [app, init, sidecar].map((path) =>
  set("Deployment", `${path}.securityContext.seccompProfile`, runtimeDefault),
);

export const cases: RuleCases = {
  pass: [
    { title: "each container by itself", edits: [silentPod, ...ownProfiles] },
    {
      title: "a profile of the node's own",
      edits: [
        set("Deployment", `${app}.securityContext.seccompProfile`, {
          type: "Localhost",
          localhostProfile: "profiles/archive.json",
        }),
      ],
    },
  ],
  fail: [
    {
      title: "nothing said, in containers of every role",
      edits: [silentPod],
      says: /has no seccomp profile \(.*\); set seccompProfile.type to RuntimeDefault in the pod's/,
      at: `${pod}.initContainers[1].securityContext.seccompProfile`,
      count: 3,
    },
    {
      title: "a pod without a filter, once for all that inherit it",
      edits: [set("Deployment", `${pod}.securityContext.seccompProfile.type`, "Unconfined")],
      says: /Deployment altlas\/archive-service has the seccomp profile Unconfined, which filters nothing/,
      at: `${pod}.securityContext.seccompProfile.type`,
    },
    {
      title: "a pod without a filter, though its containers have one",
      edits: [set("Deployment", `${pod}.securityContext.seccompProfile.type`, "Unconfined"), ...ownProfiles],
      says: /Deployment altlas\/archive-service has the seccomp profile Unconfined/,
      at: `${pod}.securityContext.seccompProfile.type`,
    },
    {
      title: "an init container that undoes the pod's profile",
      edits: [set("Deployment", `${init}.securityContext.seccompProfile`, { type: "Unconfined" })],
      says: /Init container migrate .* has the seccomp profile Unconfined/,
      at: `${pod}.initContainers[0].securityContext.seccompProfile.type`,
    },
    {
      title: "a profile without a type",
      edits: [set("Deployment", `${app}.securityContext.seccompProfile`, {})],
      says: /Container app .* has a seccomp profile without a type/,
      at: `${container}.securityContext.seccompProfile.type`,
    },
    {
      title: "a profile of the node's own that names no file",
      edits: [set("Deployment", `${app}.securityContext.seccompProfile`, { type: "Localhost" })],
      says: /Localhost without its file, which the API server refuses/,
      at: `${container}.securityContext.seccompProfile.localhostProfile`,
    },
    ...["seccomp.security.alpha.kubernetes.io/pod", "container.seccomp.security.alpha.kubernetes.io/app"].map(
      (key) => ({
        title: `the former annotation ${key.split(".")[0]!}`,
        edits: [
          silentPod,
          set("Deployment", [...pod.split(".").slice(0, 2), "metadata", "annotations", key], "runtime/default"),
          ...ownProfiles.slice(1),
        ],
        says: new RegExp(`has no seccomp profile but the annotation ${key}, which Kubernetes reads no more since 1.27`),
        at: `${container}.securityContext.seccompProfile`,
      }),
    ),
    {
      title: "an ephemeral container",
      edits: [add(ephemeral({ image: "busybox:1.37" }))],
      says: /Ephemeral container debugger of Pod altlas\/extra has no seccomp profile/,
      at: "spec.ephemeralContainers[0].securityContext.seccompProfile",
    },
    {
      title: "a CronJob",
      edits: [add(cronJob({ containers: [{ name: "report" }] }))],
      says: /Container report of CronJob altlas\/extra has no seccomp profile/,
      at: "spec.jobTemplate.spec.template.spec.containers[0].securityContext.seccompProfile",
    },
  ],
  notApplicable: [{ title: "Windows", edits: onWindows }],
  unknown: [
    {
      title: "a pod's profile from an output",
      edits: [unknown("Deployment", `${pod}.securityContext.seccompProfile`)],
      because: `${pod}.securityContext.seccompProfile`,
    },
    {
      title: "a container's type from an output",
      edits: [unknown("Deployment", `${app}.securityContext.seccompProfile.type`)],
      because: `${container}.securityContext.seccompProfile.type`,
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a service's pods lose their profile",
    edits: [drop("Deployment/api-gateway", `${pod}.securityContext.seccompProfile`)],
    says: /Container api-gateway of Deployment altlas\/api-gateway has no seccomp profile/,
  },
];
