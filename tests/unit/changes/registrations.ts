import { type PropertyObject } from "../../../registrations/property-values";
import { type Registration, type RegistrationOptions } from "../../../registrations/registration";

/** A resource for tests, at the root of the stack unless its key says otherwise. */
export function resource(
  type: string,
  name: string,
  inputs: PropertyObject = {},
  more: { readonly parent?: string; readonly options?: RegistrationOptions; readonly custom?: boolean } = {},
): Registration {
  const { parent, options = {}, custom = true } = more;
  const below = parent === undefined ? "" : `${parent.slice(0, parent.indexOf("::"))}$`;
  return {
    key: `${below}${type}::${name}`,
    type,
    name,
    custom,
    ...(parent === undefined ? {} : { parent }),
    inputs,
    options,
  };
}

/** A Kubernetes object for tests. */
export function object(
  type: string,
  name: string,
  inputs: PropertyObject = {},
  options: RegistrationOptions = {},
): Registration {
  return resource(`kubernetes:${type}`, name, { metadata: { name, namespace: "altlas" }, ...inputs }, { options });
}
