import { z } from "zod";
import { matchesResource } from "../../model/exemptions";
import { broadRights, type Power, powers } from "../checks/broad-rights";
import { type Field } from "../field";
import { apiGroup } from "../graph/kinds";
import { type KubernetesObject } from "../graph/object";
import { type Graph } from "../graph/graph";
import { selects } from "../graph/selector";
import { objects } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, NotApplicable, part, type Subject } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  exceptions: z
    .array(
      z.strictObject({
        object: z.string().min(1).describe("Kind/namespace/name, Kind/name or name; * for any part of a segment"),
        allow: z.array(z.enum(powers)).min(1),
        reason: z.string().min(20).describe("why its work cannot be done with less"),
      }),
    )
    .default([])
    .describe("roles and bindings of controllers that cannot do with less"),
});
type Settings = z.infer<typeof settings>;

const bootstrapping = "kubernetes.io/bootstrapping";
const aggregateTo = "rbac.authorization.k8s.io/aggregate-to-";

/**
 * Kubernetes' own ClusterRoles that are too much for a workload, with the labels by which another role's
 * `aggregationRule` takes over what they may.
 *
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
 */
const userFacing: readonly { name: string; power: Power; what: string; labels: Record<string, string> }[] = [
  {
    name: "cluster-admin",
    power: "cluster-admin",
    what: "which may do everything",
    labels: { [bootstrapping]: "rbac-defaults" },
  },
  {
    name: "admin",
    power: "secrets",
    what: "which may read every Secret and hand out roles",
    labels: { [bootstrapping]: "rbac-defaults", [`${aggregateTo}admin`]: "true" },
  },
  {
    name: "edit",
    power: "secrets",
    what: "which may read every Secret and act as every service account",
    labels: { [bootstrapping]: "rbac-defaults", [`${aggregateTo}edit`]: "true" },
  },
];

export const rule = defineRule<Settings>({
  id: "ALT-K8S-026",
  slug: "kubernetes-role-forbids-broad-rights",
  title: "No wildcard rights, no reading of all secrets, no rights to gain rights, no cluster-admin for workloads",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "A wildcard also grants what does not exist yet. Who reads all Secrets, binds roles or acts as others has every " +
    "right of the cluster in two steps, and the token of a workload lies in a file that a flaw in it can read.",
  fix: "List verbs, resources and, for Secrets, resourceNames; bind a Role with just these to the workload's account.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_49, CKV2_K8S_1, CKV2_K8S_5",
    "kube-linter wildcard-in-rules, access-to-secrets",
    "kubescape C-0015, C-0035",
    "polaris clusterrolebindingClusterAdmin",
  ],
  settings,
  examples: {
    pass: {
      title: "one Secret, by name",
      manifests: [role([{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["issuer"] }])],
    },
    fail: { title: "everything", manifests: [role([{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }])] },
  },
  parts: [
    part(
      ({ graph }) => accessObjects(graph, "Role", "ClusterRole"),
      function* (subject, { settings: options }) {
        if (isBuiltIn(subject)) return new NotApplicable("It is one of Kubernetes' own, which the API server keeps.");
        const forbidden = (power: Power) => !isExcepted(subject, power, options);
        const where = subject.kind === "Role" ? "its namespace" : "every namespace that it is bound in";
        return yield* aspects(
          () => each(subject.root.at("rules").items(), (entry) => broadRights(entry, where, forbidden)),
          // What a role collects from roles of this stack is reported on those; Kubernetes' own are in no stack.
          () => collected(subject.root.at("aggregationRule", "clusterRoleSelectors"), forbidden),
        );
      },
    ),
    part(
      ({ graph }) => accessObjects(graph, "RoleBinding", "ClusterRoleBinding"),
      function* (subject, { settings: options }) {
        if (isBuiltIn(subject)) return new NotApplicable("It is one of Kubernetes' own, which the API server keeps.");
        const reference = subject.root.at("roleRef");
        const name = reference.at("name").text();
        const given = userFacing.find((candidate) => candidate.name === name);
        if (!given || reference.at("kind").text() !== "ClusterRole") return undefined;
        if (isExcepted(subject, given.power, options)) return undefined;
        return yield* each(subject.root.at("subjects").items(), function* (receiver) {
          const who = workloadName(receiver);
          if (who === undefined) return;
          const problem = `gives ${given.name}, ${given.what}, to ${who}`;
          yield { problem, path: receiver.path, fix: "bind a Role with just what the workload needs" };
        });
      },
    ),
  ],
});

function role(rules: readonly unknown[]): Record<string, unknown> {
  return object("rbac.authorization.k8s.io/v1", "Role", "archive-service", { rules });
}

function accessObjects(graph: Graph, ...kinds: string[]): Subject<KubernetesObject>[] {
  return objects(graph, ...kinds).filter(
    (subject) => apiGroup(subject.read().apiVersion) === "rbac.authorization.k8s.io",
  );
}

/** Both must say so: the label alone would let any role call itself one. */
function isBuiltIn(subject: KubernetesObject): boolean {
  const named = /^(system:.*|cluster-admin|admin|edit|view)$/.test(subject.identity.name);
  return named && subject.label(bootstrapping) === "rbac-defaults";
}

function isExcepted({ identity }: KubernetesObject, power: Power, { exceptions }: Settings): boolean {
  return exceptions.some(({ object: pattern, allow }) => allow.includes(power) && matchesResource(pattern, identity));
}

function* collected(selectors: Field, forbidden: (power: Power) => boolean): Generator<Failure, undefined> {
  return yield* each(selectors.items(), function* (selector) {
    const found = userFacing.find(({ power, labels }) => forbidden(power) && selects(selector, (key) => labels[key]));
    if (!found) return;
    const problem = `collects the rights of ${found.name}, ${found.what}`;
    yield { problem, path: selector.path, fix: "select roles by a label of your own" };
  });
}

/** How a binding's subject is named when it is a workload, or a group that workloads belong to. */
function workloadName(receiver: Field): string | undefined {
  const name = receiver.at("name").text() ?? "";
  switch (receiver.at("kind").text()) {
    case "ServiceAccount": {
      const namespace = receiver.at("namespace").text();
      return `ServiceAccount ${namespace === undefined ? "" : `${namespace}/`}${name}`;
    }
    case "Group":
      return /^system:(serviceaccounts(:.*)?|authenticated|unauthenticated)$/.test(name) ? `group ${name}` : undefined;
    case "User":
      return /^system:(serviceaccount:.*|anonymous)$/.test(name) ? `user ${name}` : undefined;
    default:
      return undefined;
  }
}
