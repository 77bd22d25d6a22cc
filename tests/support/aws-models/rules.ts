import { type PropertyObject, type PropertyValue } from "../../../registrations/property-values";

/** Parameters of a call, by the names that AWS' interface has for them. */
export type Parameters = Readonly<Record<string, PropertyValue>>;

/** An operation of an AWS interface as botocore names it, and how the members of its input are written. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly style: "pascal" | "camel";
}

/** What becomes of one property of a resource. Without a rule it is a member of the same name of the resource's own call. */
export type Rule =
  /** A member of another name. */
  | { readonly as: string }
  /** A member whose keys are names of somebody's own, such as labels. */
  | { readonly raw: string }
  /** Members made of the value and the other inputs, of the resource's own call or of another one. */
  | {
      readonly params: (value: PropertyValue, inputs: PropertyObject, ids: StandIns) => Parameters;
      readonly call?: Call;
    }
  /** Said by the rule of another property. */
  | { readonly with: string }
  /** Never sent, because the provider itself does it; `values` are those for which that is so, and absent for all. */
  | { readonly provider: string; readonly values?: readonly PropertyValue[] };

/** What stands for what only AWS can make. */
export interface StandIns {
  /** Id of the resource itself. */
  readonly own: string;
}

/** How a resource type becomes calls. */
export interface Row {
  /** The call that makes it; absent where the provider takes over what AWS has made by itself. */
  readonly call?: Call;
  readonly rules?: Readonly<Record<string, Rule>>;
}

export const camel = (service: string, operation: string): Call => ({ service, operation, style: "camel" });
export const pascal = (service: string, operation: string): Call => ({ service, operation, style: "pascal" });

/** Names that are more than their first letter different. */
const exceptions: Readonly<Record<string, string>> = {
  transitionToIa: "TransitionToIA",
  id: "ID",
  sseAlgorithm: "SSEAlgorithm",
  kmsMasterKeyId: "KMSMasterKeyID",
};

/** A value with the keys of its objects as the interface writes them. */
export function rename(value: PropertyValue, style: Call["style"]): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: PropertyValue) => rename(item, style));
  const key = (name: string) =>
    style === "camel" ? name : (exceptions[name] ?? name.charAt(0).toUpperCase() + name.slice(1));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [key(name), rename(item, style)]));
}

/** Tags as a list of pairs. */
export function pairs(tags: PropertyValue, key = "Key", value = "Value"): PropertyValue {
  return Object.entries((tags ?? {}) as PropertyObject).map(([name, text]) => ({ [key]: name, [value]: text }));
}

/** Tags of EC2, which are given with the kind of resource that they are for. */
export const ec2Tags = (resourceType: string): Rule => ({
  params: (tags) => ({ TagSpecifications: [{ ResourceType: resourceType, Tags: pairs(tags) }] }),
});

export const tagList: Rule = { params: (tags) => ({ Tags: pairs(tags) }) };
export const camelTagList: Rule = { params: (tags) => ({ tags: pairs(tags) }) };
export const tagMap: Rule = { raw: "tags" };

/** An object of a value, for rules that look into it. */
export const object = (value: PropertyValue): PropertyObject => value as PropertyObject;

/** A list of a value. */
export const list = (value: PropertyValue): readonly PropertyValue[] => value as readonly PropertyValue[];
