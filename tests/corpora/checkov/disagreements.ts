import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "AllowedCapabilitiesSysAdmin",
    cases: "example_AllowedCapabilitiesSysAdmin/pod-FAILED2.yaml",
    ours: "pass",
    why: "The pod has no containers at all, so none adds a capability; the counts in their test leave it out too.",
  },
  {
    check: "DefaultNamespace",
    cases: "example_DefaultNamespace/default-k8s-service-and-sa-PASSED2.yaml",
    ours: "fail",
    why:
      "Theirs knows Kubernetes' own Service and ServiceAccount by their names alone. Ours does so where they are in " +
      "namespace default; these name no namespace, and land wherever the caller happens to be.",
  },
  {
    check: "ImageTagFixed",
    cases: /imageWith(TagAnd)?Digest-PASSED\.yaml$/,
    ours: "fail",
    why: "The digest is six digits long. A sha256 digest has 64, and no container runtime pulls an image by this one.",
  },
  {
    check: "MinimizeCapabilities",
    cases: "example_DropCapabilities/pod-drop-all-capabilities-PASSED2.yaml",
    ours: "fail",
    why: "Theirs takes all for ALL. The restricted Pod Security Standard wants it in capital letters and refuses the pod.",
  },
  {
    check: "RbacBindRoleBindings",
    cases: "example_RbacBindRoleBindings/clusterrole-failed-1.yaml",
    ours: "pass",
    why: "The role may bind rolebindings. The API server asks for bind on roles and clusterroles only, so this gives nothing.",
  },
  {
    check: "RbacBindRoleBindings",
    cases: "example_RbacBindRoleBindings/role-passed-2.yaml",
    ours: "fail",
    why: "Theirs asks for bindings alone. Ours refuses the wildcard that this role has for other resources.",
  },
  {
    check: "RbacEscalateRoles",
    cases: "example_RbacEscalateRoles/role-passed-2.yaml",
    ours: "fail",
    why: "Theirs asks for roles alone. Ours refuses the wildcard that this role has for other resources.",
  },
  {
    check: "RootContainers",
    cases: "example_RootContainers/rootContainersPASSED.yaml",
    ours: "fail",
    why:
      "Theirs is content with a user id that is not 0. Ours wants runAsNonRoot too, as the restricted Pod Security " +
      "Standard does: a namespace that enforces it refuses these pods.",
  },
  {
    check: "Seccomp",
    cases: /(cronjob-seccomp-PASSED|pod-seccomp-PASSED[26]?)\.yaml$/,
    ours: "fail",
    why: "The profile stands in an annotation, which Kubernetes does not read any more since 1.27; the pod runs without one.",
  },
];
