/** Create and Update: one server-side apply, then the wait for readiness. */
import { setTimeout as sleep } from "node:timers/promises";
import { forcesPatch, ownFieldManager, skipsAwait, timeoutSeconds } from "./annotations";
import { APPLY, type ApiClient, type Response } from "./api/client";
import { objectPath } from "./api/discovery";
import { isNamespaceMissing, isNotFound } from "./api/errors";
import { AWAITS, awaitReady, DELETE_TIMEOUT } from "./await";
import { isBuiltInGroup } from "./kinds";
import { fieldManagerOf } from "./naming";
import {
  applyBody,
  FIELD_MANAGER,
  liveOutputs,
  managersOf,
  previewCreateOutputs,
  previewUpdateOutputs,
} from "./outputs";
import { alreadyExists, dryRun, passOn } from "./preview";
import { refusal, type Verb } from "./refusals";
import { describe, NEW_KIND_MS, unservedKind, type Session } from "./session";
import { objectId, type GroupVersionKind } from "./tokens";
import { NotReadyError, ProviderError } from "./wire/errors";
import { getText, type PlainObject, type Properties } from "./wire/properties";

export interface ApplyArgs {
  session: Session;
  urn: string;
  gvk: GroupVersionKind;
  inputs: Properties;
  preview: boolean;
  /** The resource's customTimeouts in seconds; 0 when it sets none. */
  customTimeout: number;
}

export interface Applied {
  /** Empty in a preview: the id is known after the update. */
  id: string;
  outputs: Properties;
}

export async function createObject(args: ApplyArgs): Promise<Applied> {
  const { session, urn, gvk, inputs } = args;
  const fieldManager = ownFieldManager(inputs.value) ?? fieldManagerOf(urn);
  if (args.preview) {
    await dryRun({ session, urn, gvk, inputs: inputs.value, fieldManager, verb: "create" });
    return { id: "", outputs: previewCreateOutputs(inputs, fieldManager) };
  }
  const target = await locate(args, "create");
  // Two resources of one program that claim the same object must meet each other here.
  const live = await session.exclusive(target.path, async () => {
    await makeWay(args, target, fieldManager);
    return await apply(args, target, fieldManager, "create");
  });
  return await finish(args, target, live, fieldManager);
}

export interface UpdateArgs extends ApplyArgs {
  /** The recorded outputs and inputs. */
  olds: Properties;
  oldInputs: Properties;
}

export async function updateObject(args: UpdateArgs): Promise<Applied> {
  const { session, urn, gvk, inputs, olds } = args;
  const fieldManager = ownFieldManager(inputs.value) ?? getText(olds.value, FIELD_MANAGER) ?? fieldManagerOf(urn);
  if (args.preview) {
    await dryRun({ session, urn, gvk, inputs: inputs.value, fieldManager, verb: "update" });
    return { id: "", outputs: previewUpdateOutputs(olds.value, args.oldInputs.value, inputs, fieldManager) };
  }
  if (session.configuration.skipUpdateUnreachable && (await session.reachableClient()) === undefined) {
    session.log.warn(urn, "the cluster does not answer, and skipUpdateUnreachable is set: the object is left as it is");
    return { id: "", outputs: olds };
  }
  const target = await locate(args, "update");
  const live = await session.exclusive(target.path, async () => await apply(args, target, fieldManager, "update"));
  return await finish(args, target, live, fieldManager);
}

interface Target {
  client: ApiClient;
  path: string;
  namespace: string | undefined;
  name: string;
  /** For messages. */
  what: string;
}

async function locate({ session, gvk, inputs }: ApplyArgs, verb: Verb): Promise<Target> {
  const name = getText(inputs.value, "metadata", "name") ?? "";
  const wanted = getText(inputs.value, "metadata", "namespace");
  const client = await session.requireClient(`${verb} ${describe(gvk, wanted, name)}`);
  let mapping;
  try {
    mapping = await session.mapping(client, gvk, NEW_KIND_MS);
  } catch (error) {
    throw refusal(error, verb, describe(gvk, wanted, name));
  }
  if (mapping === undefined) throw new ProviderError(`${describe(gvk, wanted, name)}: ${unservedKind(gvk)}.`);
  const namespace = mapping.namespaced ? (wanted ?? session.configuration.namespace) : undefined;
  return {
    client,
    path: objectPath(gvk, mapping, namespace, name),
    namespace,
    name,
    what: describe(gvk, namespace, name),
  };
}

/** Refuses to take over what is not ours, and waits for what is on its way out. */
async function makeWay({ session, urn }: ApplyArgs, target: Target, fieldManager: string): Promise<void> {
  const deadline = Date.now() + DELETE_TIMEOUT * 1000;
  for (let pause = 250; ; pause = Math.min(pause * 2, 2000)) {
    let live: PlainObject;
    try {
      live = (await target.client.request({ method: "GET", path: target.path, signal: session.signal })).body;
    } catch (error) {
      if (isNotFound(error)) return;
      throw refusal(error, "create", target.what);
    }
    if (getText(live, "metadata", "deletionTimestamp") !== undefined && Date.now() < deadline) {
      session.log.status(urn, "waiting: an earlier object of this name is still being deleted");
      await sleep(pause, undefined, { signal: session.signal });
      continue;
    }
    if (session.configuration.upsert) return;
    if (!managersOf(live).includes(fieldManager)) throw alreadyExists(target.what, live);
    // Applied by this very resource. If the state holds it, this create is to replace it and the delete comes after:
    // taking it over would let that delete remove the replacement.
    if (session.isRecorded(urn, getText(live, "metadata", "uid") ?? "")) {
      throw new ProviderError(
        `${target.what} is to be replaced, but the old object has the same name. Set the resource option deleteBeforeReplace.`,
      );
    }
    session.log.info(urn, `${target.what} was made by an interrupted update of this resource and is taken over.`);
    return;
  }
}

/** A namespace registered beside its contents appears within this time; upstream retries such a create as well. */
const NAMESPACE_MS = 10_000;

async function apply(
  { session, urn, gvk, inputs }: ApplyArgs,
  target: Target,
  fieldManager: string,
  verb: Verb,
): Promise<PlainObject> {
  const force = session.configuration.patchForce || session.configuration.upsert || forcesPatch(inputs.value);
  const send = async (): Promise<Response> =>
    await target.client.request({
      method: "PATCH",
      path: target.path,
      query: { fieldManager, force: String(force), fieldValidation: "Strict" },
      contentType: APPLY,
      body: applyBody(inputs.value),
      signal: session.signal,
    });
  const started = Date.now();
  for (;;) {
    try {
      const { body, warnings } = await send();
      passOn(session, urn, warnings);
      return body;
    } catch (error) {
      // A definition that was applied a moment ago is known before it is served.
      const unserved = isNotFound(error) && !isNamespaceMissing(error) && !isBuiltInGroup(gvk.group);
      const patience = unserved ? NEW_KIND_MS : isNamespaceMissing(error) ? NAMESPACE_MS : 0;
      if (Date.now() - started >= patience) {
        throw unserved ? new ProviderError(`${target.what}: ${unservedKind(gvk)}.`) : refusal(error, verb, target.what);
      }
      const missing = unserved
        ? `the kind ${gvk.kind} is not served yet`
        : `the namespace ${target.namespace ?? ""} does not exist yet`;
      session.log.status(urn, `waiting: ${missing}`);
      await sleep(250, undefined, { signal: session.signal });
    }
  }
}

async function finish(args: ApplyArgs, target: Target, applied: PlainObject, fieldManager: string): Promise<Applied> {
  const { session, urn, gvk, inputs } = args;
  const id = objectId(target.namespace, target.name);
  session.record(urn, getText(applied, "metadata", "uid"));
  if (gvk.kind === "CustomResourceDefinition") session.discovery.announce(applied);
  const awaited = AWAITS[`${gvk.group}/${gvk.kind}`];
  if (awaited === undefined || skipsAwait(inputs.value))
    return { id, outputs: liveOutputs(applied, inputs, fieldManager) };
  const { live, reasons } = await awaitReady({
    session,
    client: target.client,
    urn,
    what: target.what,
    path: target.path,
    live: applied,
    rule: awaited.rule,
    timeoutSeconds: timeoutSeconds(inputs.value, args.customTimeout, awaited.timeout),
  });
  const outputs = liveOutputs(live, inputs, fieldManager);
  if (reasons.length > 0) throw new NotReadyError(reasons.join("\n  "), id, outputs, inputs, reasons);
  return { id, outputs };
}
