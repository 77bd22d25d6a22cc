import { type Field } from "../field";
import { containers, workloads } from "../graph/subjects";
import { type Container } from "../graph/workload";
import { childOf, draftContainers, isUnset, mendPods, onLinux, setDefault } from "../remediation";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

/** Types that the restricted Pod Security Standard allows: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const filtering: readonly string[] = ["RuntimeDefault", "Localhost"];
/** Where a profile was said before there was a property for it: https://kubernetes.io/docs/tutorials/security/seccomp/ */
const formerAnnotations = {
  pod: "seccomp.security.alpha.kubernetes.io/pod",
  container: "container.seccomp.security.alpha.kubernetes.io/",
} as const;
const fix = "set seccompProfile.type to RuntimeDefault in the pod's securityContext";

export const rule = defineRule({
  id: "ALT-K8S-021",
  slug: "kubernetes-pod-requires-seccomp-profile",
  title: "System calls are filtered: seccomp profile RuntimeDefault or Localhost",
  severity: "medium",
  gate: "mandatory",
  scope: "resource",
  why:
    "Without a profile a container may make every system call of the node's kernel, also those that hardly any program " +
    "needs and through which most escapes from containers went. The runtime's own profile costs nothing.",
  fix: "Set seccompProfile.type: RuntimeDefault in the pod's securityContext; containers inherit it.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_31",
    "kyverno restrict-seccomp-strict",
    "kube-score container-seccomp-profile",
    "gatekeeper-library seccompv2",
    "pod-security-admission seccompProfile_baseline, seccompProfile_restricted",
  ],
  examples: {
    pass: {
      title: "set once for the pod",
      manifests: [deployment({}, { securityContext: { seccompProfile: { type: "RuntimeDefault" } } })],
    },
    fail: { title: "left to the node, which filters nothing unless told to", manifests: [deployment({})] },
  },
  parts: [
    // The pod's own setting counts even where all its containers replace it: an injected or debugging container would not.
    part(
      ({ graph }) => workloads(graph),
      function* (workload) {
        if (workload.onWindows) return new NotApplicable("Windows has no seccomp.");
        const profile = workload.podSpec.at("securityContext", "seccompProfile");
        if (!profile.exists) return new NotApplicable("It leaves the profile to its containers.");
        yield* weaknesses(profile);
        return undefined;
      },
    ),
    part(
      ({ graph }) => containers(graph),
      function* (container) {
        const { field, workload } = container;
        if (workload.onWindows) return new NotApplicable("Windows has no seccomp.");
        const own = field.at("securityContext", "seccompProfile");
        if (own.exists) {
          yield* weaknesses(own);
        } else if (workload.podSpec.at("securityContext", "seccompProfile").exists) {
          return new NotApplicable("Its pod's profile holds for it.");
        } else {
          yield { problem: `has no seccomp profile${formerly(container)}`, path: own.path, fix };
        }
        return undefined;
      },
    ),
  ],
  remediate: (inputs) =>
    mendPods(inputs, ({ spec }) => {
      const silent = draftContainers(spec).some((container) => isUnset(container, "securityContext", "seccompProfile"));
      if (!onLinux(spec) || !silent) return;
      setDefault(childOf(spec, "securityContext", true), "seccompProfile", { type: "RuntimeDefault" });
    }),
});

function* weaknesses(profile: Field): Generator<Failure> {
  const type = profile.at("type");
  const actual = type.text();
  if (actual === undefined) {
    yield { problem: "has a seccomp profile without a type", path: type.path, fix };
  } else if (!filtering.includes(actual)) {
    yield { problem: `has the seccomp profile ${actual}, which filters nothing`, path: type.path, fix };
  } else if (actual === "Localhost" && (profile.at("localhostProfile").text() ?? "") === "") {
    const problem = "has the seccomp profile Localhost without its file, which the API server refuses";
    const missing = profile.at("localhostProfile").path;
    yield { problem, path: missing, fix: "set localhostProfile to the file below the kubelet's seccomp folder" };
  }
}

/** The annotation that somebody took for a profile. */
function formerly({ name, workload }: Container): string {
  const key = [`${formerAnnotations.container}${name}`, formerAnnotations.pod].find(
    (annotation) => workload.podAnnotation(annotation) !== undefined,
  );
  return key === undefined ? "" : ` but the annotation ${key}, which Kubernetes reads no more since 1.27`;
}
