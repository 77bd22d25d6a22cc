import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "cluster-admin-role",
    cases: "cluster-admin-role/test/clusterrole-clusterrolebinding",
    ours: "pass",
    why: "The binding gives cluster-admin to people. Ours is on workloads: somebody has to administer the cluster.",
  },
  {
    check: "hpa-has-target",
    cases: "hpa-has-target/test/success_custom_kind",
    ours: "fail",
    why:
      "Theirs knows Kubernetes' own kinds only and takes any other for there. Ours wants the target among the manifests, " +
      "of whatever kind it is.",
  },
  {
    check: "image-not-pinned-to-digest",
    cases: /pod-(blake3-pinned|custom-digest|short-custom-digest)$/,
    ours: "fail",
    why: "Theirs takes any algorithm. Container runtimes pull by sha256, sha384 and sha512; this image would never start.",
  },
  {
    check: "image-not-pinned-to-digest",
    cases: "image-not-pinned-to-digest/test/pod-exempted-repo",
    ours: "fail",
    why: "Their test exempts the image's repository. With us it is the workload that is exempted, by somebody and until a day.",
  },
  {
    check: "immutable-container-filesystem",
    cases: "immutable-container-filesystem/test/pod-ephemeralcontainer",
    ours: "pass",
    why: "The container is ephemeral: it is added to a running pod by hand, and debugging tools write beside themselves.",
  },
  {
    check: "ingress-and-egress-blocked",
    cases: "ingress-and-egress-blocked/test/cronjob",
    ours: "pass",
    why: "The pods use the node's network, which no NetworkPolicy covers; ALT-K8S-024 refuses them for that.",
  },
  {
    check: "ingress-and-egress-blocked",
    cases: "ingress-and-egress-blocked/test/only-egress-policy",
    ours: "fail",
    why: "The only policy is on egress. Theirs is content with that; ours wants ingress closed too.",
  },
  {
    check: "rule-credentials-in-env-var",
    cases: /rule-credentials-in-env-var\/test\/(deployment|pod|workloads|env-value-lowercase-bearer)$/,
    ours: "pass",
    why:
      "Theirs goes by words such as key, JWT and bearer anywhere. The values are my_key_value, JWT, a greeting and nine " +
      "letters and digits, none of which is a secret.",
  },
];
