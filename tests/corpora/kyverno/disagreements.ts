import { type Disagreement } from "../corpus";

/** Where we mean to differ. */
export const disagreements: readonly Disagreement[] = [
  {
    check: "disallow-empty-ingress-host/disallow-empty-ingress-host",
    cases: "best-practices: Ingress/ingress-wildcard-host",
    ours: "fail",
    why: "Theirs is content with any host. Ours refuses a wildcard, which answers for names that nobody has chosen yet.",
  },
  {
    check: "require-pod-probes/validate-probes",
    cases: /Pod\/goodpod0[34]$/,
    ours: "fail",
    why: "Theirs is content with one probe of any kind. Ours wants liveness and readiness, which answer two questions.",
  },
  {
    check: "pdb-maxunavailable/pdb-maxunavailable",
    cases: "other: PodDisruptionBudget/kube-system/good-pdb-none",
    ours: "fail",
    why: "The budget has neither minAvailable nor maxUnavailable, and so lets no pod go.",
  },
  {
    check: "prevent-bare-pods/bare-pods",
    cases: "other: Pod/goodpod01",
    ours: "fail",
    why: "The pod names an owner, but not as its controller: nothing makes it again when its node goes.",
  },
  {
    check: "require-emptydir-requests-and-limits/check-emptydir-requests-limits",
    cases: "other: Pod/pass-pod",
    ours: "fail",
    why: "Theirs is content with the containers' limits. Ours wants the volume's own size too: it is shared by them all.",
  },
  {
    check: "restrict-binding-clusteradmin/clusteradmin-bindings",
    cases: /ClusterRoleBinding\/badcrb01$/,
    ours: "pass",
    why: "The binding gives cluster-admin to people. Ours is on workloads: somebody has to administer the cluster.",
  },
  {
    check: "restrict-binding-clusteradmin/clusteradmin-bindings",
    cases: /RoleBinding\/badrb0[12]$/,
    ours: "pass",
    why: "What it binds is a Role of the namespace that is only called cluster-admin; a Role of that name may do what its rules say.",
  },
  {
    check: "restrict-escalation-verbs-roles/escalate",
    cases: "other: Role/badrole01",
    ours: "pass",
    why: "The role may impersonate roles. Only users, groups and service accounts can be impersonated, so this gives nothing.",
  },
  {
    check: "restrict-escalation-verbs-roles/escalate",
    cases: /Role\/goodrole01$|ClusterRole\/goodclusterrole01$/,
    ours: "fail",
    why: "Theirs asks for verbs on roles alone. Ours refuses the wildcards that these roles have for other resources.",
  },
  {
    check: "topologyspreadconstraints-policy/spread-pods",
    cases: /StatefulSet\/monitoring\/badss0[12]$/,
    ours: "pass",
    why: "Theirs wants a spread over nodes and one over zones. Ours is content with one of them: with few pods the two say the same.",
  },
];
