import { add, type Manifest, unknown } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { fromObjects } from "../../../policies/sources/objects";

const group = "rbac.authorization.k8s.io";
const access = (kind: string, name: string, rest: Manifest): Manifest => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name, ...(kind.startsWith("Cluster") ? {} : { namespace: "altlas" }) },
  ...rest,
});
const roleOf = (...rules: Manifest[]) => access("Role", "reader", { rules });
const clusterRoleOf = (...rules: Manifest[]) => access("ClusterRole", "reader", { rules });
const core = (resources: string[], verbs: string[], rest: Manifest = {}) => ({
  apiGroups: [""],
  resources,
  verbs,
  ...rest,
});
const rbac = (resources: string[], verbs: string[], rest: Manifest = {}) => ({
  apiGroups: [group],
  resources,
  verbs,
  ...rest,
});
const aggregating = (matchLabels: Manifest) =>
  access("ClusterRole", "collector", { aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } });
const binding = (role: string, ...subjects: Manifest[]) =>
  access("ClusterRoleBinding", "reader", {
    roleRef: { apiGroup: group, kind: "ClusterRole", name: role },
    subjects,
  });
const account = { kind: "ServiceAccount", name: "archive-service", namespace: "altlas" };
const builtIn = (name: string, kind: string, rest: Manifest) => {
  const manifest = access(kind, name, rest);
  return { ...manifest, metadata: { name, labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } } };
};
const excepted = (object: string, ...allow: string[]) => ({
  settings: {
    "ALT-K8S-026": { exceptions: [{ object, allow, reason: "It keeps the certificates of every namespace." }] },
  },
});

export const cases: RuleCases = {
  pass: [
    {
      title: "rights by name",
      edits: [
        add(
          roleOf(
            core(["configmaps", "pods/log"], ["get", "list", "watch"]),
            core(["secrets"], ["get"], { resourceNames: ["issuer"] }),
            core(["secrets"], ["create"]),
            core(["serviceaccounts/token"], ["create"], { resourceNames: ["agent"] }),
            rbac(["clusterroles"], ["bind"], { resourceNames: ["view"] }),
            rbac(["roles"], ["get", "create"]),
            { apiGroups: ["example.com"], resources: ["secrets"], verbs: ["get"] },
            { nonResourceURLs: ["/metrics", "/healthz/*"], verbs: ["get"] },
          ),
        ),
      ],
    },
    {
      title: "a collection of roles of one's own",
      edits: [add(aggregating({ "example.com/aggregate-to-monitoring": "true" }))],
    },
    {
      title: "the collection of what may be looked at, which holds no Secrets",
      edits: [add(aggregating({ "rbac.authorization.k8s.io/aggregate-to-view": "true" }))],
    },
    {
      title: "cluster-admin for people",
      edits: [
        add(binding("cluster-admin", { kind: "Group", name: "platform" }, { kind: "User", name: "ayse@example.com" })),
      ],
    },
    { title: "a role that only looks, for a workload", edits: [add(binding("view", account))] },
    {
      title: "a namespaced role that has the name of a great one",
      edits: [
        add({
          ...access("RoleBinding", "reader", { roleRef: { apiGroup: group, kind: "Role", name: "edit" } }),
          subjects: [account],
        }),
      ],
    },
  ],
  fail: [
    {
      title: "everything, said once for each list",
      edits: [add(clusterRoleOf({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }))],
      says: /ClusterRole reader allows every (verb|resource|API group) .*; list the/,
      at: "rules[0].verbs[0]",
      count: 3,
    },
    {
      title: "every subresource, exec among them",
      edits: [add(roleOf(core(["pods/*"], ["create"])))],
      says: /Role altlas\/reader allows every subresource of pods/,
      at: "rules[0].resources[0]",
    },
    {
      title: "one subresource of everything",
      edits: [add(clusterRoleOf({ apiGroups: ["apps"], resources: ["*/scale"], verbs: ["update"] }))],
      says: /allows scale of every resource/,
      at: "rules[0].resources[0]",
    },
    {
      title: "every path",
      edits: [add(clusterRoleOf({ nonResourceURLs: ["*"], verbs: ["get"] }))],
      says: /allows every path of the API server/,
      at: "rules[0].nonResourceURLs[0]",
    },
    {
      title: "all Secrets of a namespace",
      edits: [add(roleOf(core(["pods"], ["get"]), core(["configmaps", "secrets"], ["watch"])))],
      says: /Role altlas\/reader may read every Secret of its namespace .*; name the Secrets .* in resourceNames/,
      at: "rules[1]",
    },
    {
      title: "all Secrets of the cluster",
      edits: [add(clusterRoleOf(core(["secrets"], ["list"])))],
      says: /may read every Secret of every namespace that it is bound in/,
      at: "rules[0]",
    },
    {
      title: "all Secrets, though the wildcard itself is excepted",
      edits: [add(clusterRoleOf(core(["*"], ["get"])))],
      options: excepted("ClusterRole/reader", "wildcard"),
      says: /may read every Secret/,
      at: "rules[0]",
    },
    {
      title: "rights beyond its own, even to a role by name",
      edits: [add(clusterRoleOf(rbac(["clusterroles"], ["update", "escalate"], { resourceNames: ["reader"] })))],
      says: /may add rights to roles that it does not have itself .*; remove escalate/,
      at: "rules[0]",
    },
    {
      title: "handing out any role",
      edits: [add(clusterRoleOf(rbac(["roles"], ["bind"])))],
      says: /may give anybody any role/,
      at: "rules[0]",
    },
    {
      title: "acting as any user",
      edits: [add(clusterRoleOf(core(["users"], ["impersonate"])))],
      says: /may act as anybody/,
      at: "rules[0]",
    },
    {
      title: "tokens of all accounts",
      edits: [add(roleOf(core(["serviceaccounts/token"], ["create"])))],
      says: /may make itself a token of any service account/,
      at: "rules[0]",
    },
    {
      title: "a certain failure beside a rule that is not known",
      edits: [add(roleOf(core(["pods"], ["get"]), core(["secrets"], ["get"]))), unknown("Role", "rules[0]")],
      says: /may read every Secret of its namespace/,
      at: "rules[1]",
    },
    {
      title: "a collection of what editors may",
      edits: [add(aggregating({ "rbac.authorization.k8s.io/aggregate-to-edit": "true" }))],
      says: /ClusterRole collector collects the rights of edit, which may read every Secret/,
      at: "aggregationRule.clusterRoleSelectors[0]",
    },
    {
      title: "a collection of everything",
      edits: [add(aggregating({}))],
      says: /collects the rights of cluster-admin, which may do everything/,
      at: "aggregationRule.clusterRoleSelectors[0]",
    },
    {
      title: "cluster-admin for a workload",
      edits: [add(binding("cluster-admin", { kind: "User", name: "ayse" }, account))],
      says: /ClusterRoleBinding reader gives cluster-admin, which may do everything, to ServiceAccount altlas\/archive-service/,
      at: "subjects[1]",
    },
    ...[
      ["system:serviceaccounts", "Group"],
      ["system:serviceaccounts:altlas", "Group"],
      ["system:authenticated", "Group"],
      ["system:unauthenticated", "Group"],
      ["system:serviceaccount:altlas:archive-service", "User"],
      ["system:anonymous", "User"],
    ].map(([name, kind]) => ({
      title: `cluster-admin for ${name!}`,
      edits: [add(binding("cluster-admin", { kind, name }))],
      says: new RegExp(`gives cluster-admin, .* to (group|user) ${name!} `),
      at: "subjects[0]",
    })),
    {
      title: "a namespace's editor, who reads its Secrets",
      edits: [
        add({ ...binding("edit", account), kind: "RoleBinding", metadata: { name: "reader", namespace: "altlas" } }),
      ],
      says: /RoleBinding altlas\/reader gives edit, which may read every Secret/,
      at: "subjects[0]",
    },
    {
      title: "a role that only calls itself Kubernetes' own",
      edits: [
        add({
          ...clusterRoleOf(core(["secrets"], ["get"])),
          metadata: { name: "reader", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
        }),
      ],
      says: /may read every Secret/,
      at: "rules[0]",
    },
    {
      title: "another power than the excepted one",
      edits: [add(clusterRoleOf(core(["secrets"], ["get"])))],
      options: excepted("reader", "escalation"),
      says: /may read every Secret/,
      at: "rules[0]",
    },
  ],
  notApplicable: [
    { title: "no roles" },
    {
      title: "Kubernetes' own roles and bindings, as an export of a cluster holds them",
      edits: [
        add(
          builtIn("cluster-admin", "ClusterRole", { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] }),
          builtIn("system:controller:generic", "ClusterRoleBinding", {
            roleRef: { apiGroup: group, kind: "ClusterRole", name: "cluster-admin" },
            subjects: [account],
          }),
        ),
      ],
    },
    {
      title: "another product's kind of the same name",
      edits: [add({ ...roleOf(core(["secrets"], ["get"])), apiVersion: "iam.example.com/v1" })],
    },
  ],
  unknown: [
    {
      title: "verbs from an output",
      edits: [add(roleOf(core(["secrets"], ["get"]))), unknown("Role", "rules[0].verbs[0]")],
      because: "rules[0].verbs[0]",
    },
    {
      title: "a role's name from an output",
      edits: [add(binding("cluster-admin", account)), unknown("ClusterRoleBinding", "roleRef.name")],
      because: "roleRef.name",
    },
    {
      title: "a subject from an output",
      edits: [add(binding("cluster-admin", account)), unknown("ClusterRoleBinding", "subjects[0]")],
      because: "subjects[0]",
    },
  ],
  configured: [
    {
      title: "a controller that needs every Secret",
      edits: [add(clusterRoleOf(core(["secrets"], ["get", "list", "watch"])))],
      options: excepted("ClusterRole/reader", "secrets"),
      outcome: "pass",
    },
    {
      title: "a workload that may be an editor",
      edits: [add(binding("edit", account))],
      options: excepted("ClusterRoleBinding/reader", "secrets"),
      outcome: "pass",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "the gateway becomes the cluster's administrator",
    change: (resources) => {
      const gateway = { kind: "ServiceAccount", name: "api-gateway", namespace: "altlas" };
      resources.push(...fromObjects([binding("cluster-admin", gateway)]));
    },
    says: /ClusterRoleBinding reader gives cluster-admin, .* to ServiceAccount altlas\/api-gateway/,
  },
];
