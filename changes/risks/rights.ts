import { compareValues, type FieldChange } from "../compare/fields";
import { type ResourceChange } from "../compare/resources";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";
import { type RiskClassId } from "./classes";
import { widenings } from "./documents";
import { listOf, newEntries, wordOf } from "./lists";

/** What a detector found: a risk without its subject. */
export interface Found {
  readonly class: RiskClassId;
  readonly what: string;
  readonly path?: string;
}

/** Properties that hold a policy document of AWS. */
const documents = ["policy", "assumeRolePolicy", "accessPolicy", "repositoryPolicy"] as const;

/** Rights that somebody gets: policy documents of AWS, roles of Kubernetes, and to whom they are bound. */
export function rightsFound(change: ResourceChange): Found[] {
  const { type } = change;
  if (type.startsWith("aws:")) return [...documentsFound(change), ...accessFound(change)];
  if (!type.startsWith("kubernetes:rbac.authorization.k8s.io/")) return [];
  const [before, after] = [change.before?.inputs ?? {}, change.after?.inputs ?? {}];
  if (change.action === "delete") return [];
  if (type.endsWith("Role")) {
    return newEntries(before.rules, after.rules).map((rule) => ({
      class: "rights",
      what: `may now ${describeRule(rule as PropertyObject)}`,
      path: "rules",
    }));
  }
  const subjects = change.action === "create" ? [] : newEntries(before.subjects, after.subjects);
  return subjects.map((subject) => ({
    class: "rights",
    what: `is given to ${describeSubject(subject as PropertyObject)} too`,
    path: "subjects",
  }));
}

function documentsFound(change: ResourceChange): Found[] {
  // A queue's or key's own rules for backups and images are no rights.
  if (/lifecyclePolicy:|backupPolicy:/.test(change.type)) return [];
  return documents.flatMap((property) => {
    const [before, after] = [change.before?.inputs[property], change.after?.inputs[property]];
    // What goes with its resource is told of the resource; a document that stood alone refused something perhaps.
    if (before === undefined && after === undefined) return [];
    if (change.action === "delete" && !change.type.includes("Policy:")) return [];
    return widenings(before, after).map(({ transport, what }) => ({
      class: transport ? "encryption" : "rights",
      what,
      path: property,
    }));
  });
}

/** Access to the cluster itself. */
function accessFound(change: ResourceChange): Found[] {
  if (!change.type.startsWith("aws:eks/access") || !change.after || !change.before) return [];
  const fields: readonly FieldChange[] = compareValues(change.before.inputs, change.after.inputs);
  const widened = fields.filter(
    ({ path, before, after }) =>
      (path[0] === "accessScope" &&
        ((path[1] === "type" && after === "cluster") || (path.includes("[]") && before === undefined))) ||
      path[0] === "policyArn" ||
      path[0] === "kubernetesGroups",
  );
  return widened.map(({ path }) => ({
    class: "rights",
    what: `has another ${path[0] ?? "scope"}`,
    path: path.join("."),
  }));
}

function describeRule({ verbs, resources, apiGroups, nonResourceURLs }: PropertyObject): string {
  const words = (value: PropertyValue | undefined) =>
    listOf(value).map((each) => (each === "" ? "core" : wordOf(each)));
  const what = [...words(resources), ...words(nonResourceURLs)].join(", ");
  const groups = words(apiGroups).filter((group) => group !== "core");
  return `${words(verbs).join(", ")} ${what}${groups.length === 0 ? "" : ` of ${groups.join(", ")}`}`;
}

function describeSubject({ kind, namespace, name }: PropertyObject): string {
  return `${wordOf(kind)} ${typeof namespace === "string" ? `${namespace}/` : ""}${wordOf(name)}`;
}
