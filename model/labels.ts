import { type Concern } from "./endpoint";

/** Labels by which pods of a workload are selected; nothing that changes over its life may be among them. */
export function selectorLabels(name: string): Readonly<Record<"app.kubernetes.io/name", string>> {
  return { "app.kubernetes.io/name": name };
}

/** The built-in label of every namespace; a hand-made one can be lost when the namespace is applied again. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/** Kubernetes' own label for the whole that an object is part of. */
export const partOfLabel = "app.kubernetes.io/part-of";

/** What every object of the platform is part of. */
export const partOf = "altlas";

/** Where an object stands in the platform, and why it is there. */
export interface Place {
  /** Layer of the platform: a concern, or `foundation` for what all of them stand on. */
  readonly tier: Concern | "foundation";
  /** Step of the ALT_LAS plan that asks for it, such as `2.2.4`. */
  readonly planStep: string;
}

/** Where the services and all that belongs to one stand. */
export const servicePlace: Place = { tier: "services", planStep: "2.2.1" };

/** Keys of the labels that every object of the platform carries besides Kubernetes' recommended ones. */
export const platformLabelKeys = {
  environment: "altlas.io/environment",
  /** Team that answers for it. */
  owner: "altlas.io/owner",
  tier: "altlas.io/tier",
  planStep: "altlas.io/plan-ref",
} as const;

/** Labels that every object of the platform carries, for people, cost reports and policies. */
export function platformLabels(
  { owner, environment }: { readonly owner: string; readonly environment: string },
  { tier, planStep }: Place,
): Readonly<Record<string, string>> {
  return {
    [partOfLabel]: partOf,
    "app.kubernetes.io/managed-by": "pulumi",
    [platformLabelKeys.environment]: environment,
    [platformLabelKeys.owner]: owner,
    [platformLabelKeys.tier]: tier,
    [platformLabelKeys.planStep]: planStep,
  };
}
