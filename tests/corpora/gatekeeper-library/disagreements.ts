import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "ephemeralstoragelimit/container-must-have-ephemeral-storage-limit",
    cases: /ephemeral-storage-limit-(initContainer-)?1Pi$/,
    ours: "pass",
    why: "Theirs has a largest size as a parameter. How much a service may have is the catalogue's business (ALT-K8S-005).",
  },
  {
    check: "apparmor/psp-apparmor",
    cases: "apparmor/example-allowed-override",
    ours: "fail",
    why:
      "The pod is unconfined and its container is not. The Pod Security Standards refuse the pod all the same: a " +
      "container that is injected or added for debugging has no profile of its own.",
  },
  {
    check: "read-only-root-filesystem/psp-readonlyrootfilesystem",
    cases: "read-only-root-filesystem/disallowed-ephemeral",
    ours: "pass",
    why: "The container is ephemeral: it is added to a running pod by hand, and debugging tools write beside themselves.",
  },
];
