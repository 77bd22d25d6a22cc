/**
 * What the engine calls a resource apart from its stack: types from the root down and name, `a:b:Parent$c:d:Child::name`.
 * A text that is no URN is taken for such a key.
 */
export function keyOfUrn(urn: string): string {
  return urn.startsWith("urn:pulumi:") ? urn.split("::").slice(2).join("::") : urn;
}

/** Type and name of a key. */
export function partsOfKey(key: string): { readonly type: string; readonly name: string } {
  const at = key.indexOf("::");
  const types = at < 0 ? key : key.slice(0, at);
  return { type: types.slice(types.lastIndexOf("$") + 1), name: at < 0 ? key : key.slice(at + 2) };
}
