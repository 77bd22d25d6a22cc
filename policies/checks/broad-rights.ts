import { anyKnown, type Field } from "../field";
import { aspects, type Failure } from "../rule";

/** What a role can give that amounts to more than it says. */
export const powers = ["wildcard", "secrets", "escalation", "cluster-admin"] as const;
export type Power = (typeof powers)[number];

const reading = ["get", "list", "watch"] as const;
const rbacGroup = "rbac.authorization.k8s.io";
const roles = ["roles", "clusterroles"] as const;

/** Lists of a role's rule in which a wildcard stands for all there is and all that will be. */
const lists = [
  { key: "verbs", every: "every verb", fix: "list the verbs that it needs" },
  { key: "resources", every: "every resource", fix: "list the resources that it needs" },
  { key: "apiGroups", every: "every API group", fix: "list the API groups that it needs" },
  { key: "nonResourceURLs", every: "every path of the API server", fix: "list the paths that it needs" },
] as const;

/**
 * Each way by which one of a role's `rules` gives more than it seems to.
 *
 * Source of the ways: https://kubernetes.io/docs/concepts/security/rbac-good-practices/
 *
 * @param rule an entry of `rules` of a Role or ClusterRole.
 * @param where whose Secrets it reaches, for the sentence: `its namespace`.
 * @param forbidden whether the role may not have a power.
 */
export function* broadRights(
  rule: Field,
  where: string,
  forbidden: (power: Power) => boolean,
): Generator<Failure, undefined> {
  let wide = false;
  return yield* aspects(
    function* () {
      if (!forbidden("wildcard")) return;
      for (const failure of wildcards(rule)) {
        wide = true;
        yield failure;
      }
    },
    // A wildcard that is reported implies all that follows; saying so four times helps nobody.
    () => (wide || !forbidden("secrets") ? [] : secrets(rule, where)),
    () => (wide || !forbidden("escalation") ? [] : escalation(rule)),
  );
}

function* wildcards(rule: Field): Generator<Failure> {
  for (const { key, every, fix } of lists) {
    for (const item of rule.at(key).items()) {
      const value = item.text() ?? "";
      const [first, second] = value.split("/");
      if (value === "*" || (key === "nonResourceURLs" && value === "/*")) {
        yield { problem: `allows ${every}`, path: item.path, fix };
      } else if (key === "resources" && (first === "*" || second === "*")) {
        const what = first === "*" ? `${second ?? ""} of every resource` : `every subresource of ${first ?? ""}`;
        yield { problem: `allows ${what}`, path: item.path, fix };
      }
    }
  }
}

function* secrets(rule: Field, where: string): Generator<Failure> {
  if (!covers(rule, { group: [""], resources: ["secrets"], verbs: reading }) || isNarrowed(rule)) return;
  const fix = "name the Secrets that it needs in resourceNames, or mount them into the pod";
  yield { problem: `may read every Secret of ${where}`, path: rule.path, fix };
}

function* escalation(rule: Field): Generator<Failure> {
  // Naming the roles does not help: a role that may be changed freely becomes any role.
  if (covers(rule, { group: [rbacGroup], resources: roles, verbs: ["escalate"] })) {
    yield { problem: "may add rights to roles that it does not have itself", path: rule.path, fix: "remove escalate" };
  }
  if (isNarrowed(rule)) return;
  if (covers(rule, { group: [rbacGroup], resources: roles, verbs: ["bind"] })) {
    const fix = "name the roles that it may hand out in resourceNames";
    yield { problem: "may give anybody any role", path: rule.path, fix };
  }
  if (covers(rule, { group: [""], resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"] })) {
    const fix = "name those whom it may act as in resourceNames";
    yield { problem: "may act as anybody", path: rule.path, fix };
  }
  if (covers(rule, { group: [""], resources: ["serviceaccounts/token"], verbs: ["create"] })) {
    const fix = "name the accounts that it needs tokens of in resourceNames";
    yield { problem: "may make itself a token of any service account", path: rule.path, fix };
  }
}

interface Target {
  readonly group: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function covers(rule: Field, { group, resources, verbs }: Target): boolean {
  return holds(rule.at("apiGroups"), group) && holds(rule.at("resources"), resources) && holds(rule.at("verbs"), verbs);
}

function holds(list: Field, values: readonly string[]): boolean {
  return anyKnown(list.items(), (item) => {
    const value = item.text() ?? "";
    return value === "*" || values.includes(value);
  });
}

function isNarrowed(rule: Field): boolean {
  return rule.at("resourceNames").items().length > 0;
}
