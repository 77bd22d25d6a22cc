import { type ResourceIdentity } from "../../model/exemptions";
import { type Resource } from "../sources/resource";

/** How messages and exemptions name a resource that is no Kubernetes object: the last part of its type and its name. */
export function identityOf({ type, name }: Resource): ResourceIdentity {
  const kind = type.split(":").pop() ?? type;
  return { kind: type.startsWith("pulumi:providers:") ? "Provider" : kind, name };
}
