import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "clusterrolebindingClusterAdmin",
    cases: "clusterrolebindingClusterAdmin/failure.default_clusteradmin_clusterrole.yaml",
    ours: "pass",
    why: "The binding gives cluster-admin to a person. Ours is on workloads: somebody has to administer the cluster.",
  },
  {
    check: "clusterrolebindingClusterAdmin",
    cases: /success\.(explicit_|gce_calico|system_prefix)/,
    ours: "fail",
    why:
      "Theirs wants all three of verbs, resources and API groups to be wildcards, and trusts names that begin with " +
      "system:. Ours refuses each wildcard, whatever the role is called: it also grants what does not exist yet.",
  },
  {
    check: "hpaMinAvailability",
    cases: "hpaMinAvailability/success.minReplicaAbsent.yaml",
    ours: "fail",
    why: "Theirs passes over an autoscaler without minReplicas. Kubernetes takes 1 then, which is the same single pod.",
  },
  {
    check: "insecureCapabilities",
    cases: /success\.(all|case|pod)\.yaml$|insecureCapabilities\/success\.yaml$/,
    ours: "fail",
    why:
      "Theirs takes a list of capabilities, and All in any letters, for ALL. The restricted Pod Security Standard wants " +
      "ALL as it is written, so a namespace that enforces it refuses these pods.",
  },
  {
    check: "missingNetworkPolicy",
    cases: /failure\.netpol_missing_(ingress|egress)_rules/,
    ours: "pass",
    why: "A policy of a type without rules for it denies all of it, which is the strictest isolation and not a missing one.",
  },
  {
    check: "pdbDisruptionsIsZero",
    cases: /success\.(both|none)\.yaml$/,
    ours: "fail",
    why: "The API server refuses a budget with both numbers, and one with neither lets no pod go.",
  },
  {
    check: "pdbMinAvailableGreaterThanHPAMinReplicas",
    cases: "pdbMinAvailableGreaterThanHPAMinReplicas/success.equals.yaml",
    ours: "fail",
    why: "As many pods must stay as there are at the autoscaler's minimum, so none can go and a node is never drained.",
  },
  {
    check: "sensitiveConfigmapContent",
    cases: /failure\.key_(aws|azure|oci)/,
    ours: "pass",
    why: "The value is xxxxx, a placeholder as documentation writes it. Ours is on values that are secret, not on names.",
  },
  {
    check: "topologySpreadConstraint",
    cases: "topologySpreadConstraint/success.yaml",
    ours: "fail",
    why: "Theirs asks only whether there is a constraint. This one selects other labels than the pods have, and so spreads nothing.",
  },
];
