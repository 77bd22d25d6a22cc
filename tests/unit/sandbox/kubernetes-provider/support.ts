import {
  decode,
  encode,
  type PlainObject,
  type Properties,
} from "../../../../sandbox/plugins/kubernetes/wire/properties";

/** Inputs as the provider sees them, from their wire form. */
export const inputs = (value: object): Properties => decode(value);

/** The wire form of properties. */
export const wire = (properties: Properties): PlainObject => encode(properties);

/** A kubeconfig with one context `one` at `server`, and whatever else is given. */
export function kubeconfig(
  server = "https://127.0.0.1:6443",
  extra: { namespace?: string; user?: object } = {},
): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "one",
    clusters: [{ name: "c1", cluster: { server } }],
    users: [{ name: "u1", user: extra.user ?? { token: "t" } }],
    contexts: [{ name: "one", context: { cluster: "c1", user: "u1", namespace: extra.namespace } }],
  });
}
