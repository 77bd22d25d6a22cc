/** Labels by which pods of a workload are selected; nothing that changes over its life may be among them. */
export function selectorLabels(name: string): Readonly<Record<"app.kubernetes.io/name", string>> {
  return { "app.kubernetes.io/name": name };
}

/** The built-in label of every namespace; a hand-made one can be lost when the namespace is applied again. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/** What every object of the platform is part of. */
export const partOf = "altlas";

/** Labels that every object of the platform carries, for people, cost reports and policies. */
export function platformLabels(owner: string, environment: string): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/part-of": partOf,
    "app.kubernetes.io/managed-by": "pulumi",
    "altlas.io/environment": environment,
    "altlas.io/owner": owner,
  };
}
