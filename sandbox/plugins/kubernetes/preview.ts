/** Asks a reachable cluster, in a preview, whether it would accept an object. Nothing is stored. */
import { APPLY } from "./api/client";
import { objectPath } from "./api/discovery";
import { ApiError, isMistyped, isNamespaceMissing } from "./api/errors";
import { refusal } from "./refusals";
import { describe, unservedKind, type Session } from "./session";
import { isBuiltInGroup } from "./kinds";
import { applyBody, managersOf } from "./outputs";
import type { GroupVersionKind } from "./tokens";
import { ProviderError } from "./wire/errors";
import { getText, hasUnknown, type PlainObject } from "./wire/properties";
import { forcesPatch } from "./annotations";

export interface DryRun {
  session: Session;
  urn: string;
  gvk: GroupVersionKind;
  inputs: PlainObject;
  fieldManager: string;
  /** An update may meet the object; a create must not, unless it is ours. */
  verb: "create" | "update";
}

/**
 * Throws what the server would refuse. Passed over: inputs with unknown values, no reachable cluster, and refusals that
 * an earlier step of the same update may cure (a missing namespace or definition, admission by rules not yet in place).
 */
export async function dryRun({ session, urn, gvk, inputs, fieldManager, verb }: DryRun): Promise<void> {
  if (hasUnknown(inputs)) return;
  const client = await session.reachableClient();
  if (client === undefined) return;
  const name = getText(inputs, "metadata", "name") ?? "";
  const namespace = getText(inputs, "metadata", "namespace");
  const what = describe(gvk, namespace, name);
  const mapping = await session.mapping(client, gvk);
  if (mapping === undefined) {
    if (isBuiltInGroup(gvk.group)) throw new ProviderError(`${what}: ${unservedKind(gvk)}.`);
    return;
  }
  const scope = mapping.namespaced ? (namespace ?? session.configuration.namespace) : undefined;
  const query = { dryRun: "All", fieldManager, fieldValidation: "Strict" };
  const body = applyBody(inputs);
  try {
    const force = String(session.configuration.patchForce || session.configuration.upsert || forcesPatch(inputs));
    const { warnings } =
      verb === "create"
        ? await client.request({
            method: "POST",
            path: objectPath(gvk, mapping, scope),
            query,
            body,
            signal: session.signal,
          })
        : await client.request({
            method: "PATCH",
            path: objectPath(gvk, mapping, scope, name),
            query: { ...query, force },
            contentType: APPLY,
            body,
            signal: session.signal,
          });
    passOn(session, urn, warnings);
  } catch (error) {
    if (!(error instanceof ApiError)) throw refusal(error, verb, what);
    if (verb === "create" && error.code === 409) {
      const { body: live } = await client.request({ method: "GET", path: objectPath(gvk, mapping, scope, name) });
      if (!session.configuration.upsert && !managersOf(live).includes(fieldManager)) throw alreadyExists(what, live);
      return;
    }
    if (isNamespaceMissing(error) || error.code === 404) return;
    // A patch that does not fit the schema is answered with 500; other failures of the server say nothing of the object.
    if (error.code >= 500 && !isMistyped(error)) return;
    if (error.code === 403 || error.code === 401) {
      session.log.warn(
        urn,
        `${what} would be refused now, unless this update changes what refuses it: ${error.message}`,
      );
      return;
    }
    throw refusal(error, verb, what);
  }
}

/** Shows the server's warnings (deprecated APIs, pod security) below the resource. */
export function passOn(session: Session, urn: string, warnings: readonly string[]): void {
  for (const warning of warnings) {
    if (session.configuration.quietDeprecations && /deprecated|unavailable in v/.test(warning)) continue;
    session.log.warn(urn, `the API server warns: ${warning}`);
  }
}

export function alreadyExists(what: string, live: PlainObject): ProviderError {
  const owners = [...new Set(managersOf(live))].filter((manager) => manager !== "");
  return new ProviderError(
    `${what} exists already${owners.length > 0 ? ` (written by ${owners.join(", ")})` : ""}, and this stack did not make it. ` +
      "Choose another name, delete the object, take it into the stack with the resource option `import`, or set the " +
      "provider's `upsertExistingObjects` to adopt what exists.",
  );
}
