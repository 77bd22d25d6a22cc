/** Delete: with the chosen propagation, and waiting until the object is really gone. */
import { setTimeout as sleep } from "node:timers/promises";
import { deletionPropagation, skipsAwait, timeoutSeconds } from "./annotations";
import type { ApiClient } from "./api/client";
import { objectPath } from "./api/discovery";
import { ApiError, isNotFound } from "./api/errors";
import { DELETE_TIMEOUT, lookupWith } from "./await";
import { leftovers } from "./await/explain";
import { clause, type Condition } from "./await/verdict";
import { refusal } from "./refusals";
import { describe, type Session } from "./session";
import { ownsOthers } from "./kinds";
import { parseId, type GroupVersionKind } from "./tokens";
import { ProviderError } from "./wire/errors";
import { getList, getText, type PlainObject, type Properties } from "./wire/properties";

export interface DeleteArgs {
  session: Session;
  urn: string;
  id: string;
  gvk: GroupVersionKind;
  /** The recorded outputs. */
  olds: Properties;
  customTimeout: number;
}

export async function deleteObject(args: DeleteArgs): Promise<void> {
  const { session, urn, gvk, olds } = args;
  const wanted = parseId(args.id);
  const what = describe(gvk, wanted.namespace, wanted.name);
  if (session.configuration.deleteUnreachable && (await session.reachableClient()) === undefined) {
    session.log.warn(
      urn,
      `the cluster does not answer, and deleteUnreachable is set: ${what} is only taken out of the state`,
    );
    return;
  }
  const client = await session.requireClient(`delete ${what}`);
  const uid = getText(olds.value, "metadata", "uid");
  let path: string;
  try {
    const mapping = await session.mapping(client, gvk);
    if (mapping === undefined) return; // Its definition is gone, and with it every object.
    path = objectPath(
      gvk,
      mapping,
      mapping.namespaced ? (wanted.namespace ?? session.configuration.namespace) : undefined,
      wanted.name,
    );
    const { body } = await client.request({
      method: "DELETE",
      path,
      body: {
        apiVersion: "v1",
        kind: "DeleteOptions",
        propagationPolicy: deletionPropagation(olds.value, ownsOthers(gvk)),
        // An object that somebody else made anew under the same name is not ours to delete.
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      },
      signal: session.signal,
    });
    // The server answers with a Status when the object is gone, and with the object when it is on its way.
    if (body.kind === "Status") return;
  } catch (error) {
    if (isNotFound(error)) return;
    if (uid !== undefined && error instanceof ApiError && error.code === 409 && /uid/i.test(error.message)) {
      session.log.warn(urn, `${what} was deleted and made anew by someone else; that object stays.`);
      return;
    }
    throw refusal(error, "delete", what);
  }
  if (skipsAwait(olds.value)) return;
  await awaitGone(args, client, path, what, uid);
}

/** Waits until the object, or the one with its uid, is gone; finalizers and contents decide how long that takes. */
async function awaitGone(
  args: DeleteArgs,
  client: ApiClient,
  path: string,
  what: string,
  uid: string | undefined,
): Promise<void> {
  const { session, urn, olds } = args;
  const seconds = timeoutSeconds(olds.value, args.customTimeout, DELETE_TIMEOUT);
  const started = Date.now();
  let shown = "";
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 2000)) {
    let live: PlainObject;
    try {
      live = (await client.request({ method: "GET", path, signal: session.signal })).body;
    } catch (error) {
      if (isNotFound(error)) return;
      throw refusal(error, "delete", what);
    }
    if (uid !== undefined && getText(live, "metadata", "uid") !== uid) return;
    const holding = holders(live);
    if (Date.now() - started + pause > seconds * 1000) {
      const owned = await leftovers(live, lookupWith(client, session.signal));
      const lines = [...holding, ...owned].map((line) => `  ${line}`);
      throw new ProviderError([`${what} was told to go, but is still there after ${seconds} s:`, ...lines].join("\n"));
    }
    const why = holding.join("; ");
    if (why !== shown && Date.now() - started > 1000) {
      shown = why;
      session.log.status(urn, `waiting to be gone: ${why}`);
    }
    await sleep(pause, undefined, { signal: session.signal });
  }
}

/** What keeps a deleted object alive. */
function holders(live: PlainObject): string[] {
  const finalizers = getList(live, "metadata", "finalizers").map(String);
  const lines = finalizers.map((finalizer) =>
    finalizer === "foregroundDeletion"
      ? "the objects that it owns are deleted first"
      : `the finalizer ${finalizer} is not done; its controller must run to remove it`,
  );
  for (const entry of getList(live, "status", "conditions")) {
    const type = getText(entry, "type") ?? "";
    // A namespace says in its conditions what is left in it.
    if (!/^Namespace(Content|Finalizers|Deletion)/.test(type) || getText(entry, "status") !== "True") continue;
    const found: Condition = {
      status: "True",
      reason: getText(entry, "reason") ?? "",
      message: getText(entry, "message") ?? "",
    };
    lines.push(clause(found));
  }
  if (lines.length === 0)
    lines.push(getText(live, "kind") === "Namespace" ? "its contents are deleted first" : "the server is deleting it");
  return lines;
}
