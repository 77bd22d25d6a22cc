import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "Pod Probes",
    cases: /^pod-probes-(not-)?targeted-by-service/,
    ours: "fail",
    why:
      "Theirs wants a readiness probe only where a Service selects the pod. Ours always does: a rollout and a disruption " +
      "budget count ready pods too, and without the probe a pod is ready before it works.",
  },
  {
    check: "Pod Probes",
    cases: "pod-probes-on-different-containers.yaml",
    ours: "fail",
    why: "Theirs is content with one container of the pod. Ours asks each: a second one that hangs is not noticed otherwise.",
  },
  {
    check: "Container Security Context User Group ID",
    cases: "pod-security-context-low-group-id.yaml",
    ours: "pass",
    why: "Theirs wants a high group id as well. Ours is on the user: the group gives no rights that the image does not give it.",
  },
  {
    check: "Container Seccomp Profile",
    cases: /^pod-seccomp-annotated/,
    ours: "fail",
    why: "The profile stands in an annotation, which Kubernetes does not read any more since 1.27; the pod runs without one.",
  },
  {
    check: "Stable version",
    cases: "cronjob-batchv1beta1.yaml",
    ours: "fail",
    why: "Theirs is asked for Kubernetes 1.18. Kubernetes 1.25 removed this version.",
  },
];
