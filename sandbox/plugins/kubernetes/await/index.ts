/** Waits until an applied object is ready, tells the engine what is awaited, and says why when it is not. */
import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound } from "../api/errors";
import type { ApiClient } from "../api/client";
import { type Session, unreachable } from "../session";
import { getList, getNumber, isObject, type PlainObject } from "../wire/properties";
import { explain } from "./explain";
import { apiServiceReady, claimReady, definitionReady, ingressReady, namespaceReady, serviceReady } from "./objects";
import { waiting, type Lookup, type Rule, type Verdict } from "./verdict";
import { daemonSetReady, deploymentReady, jobReady, podReady, replicasReady, statefulSetReady } from "./workloads";

export interface AwaitRule {
  rule: Rule;
  /** Default time-out in seconds: the official provider's ten minutes, unless noted. */
  timeout: number;
}

const TEN_MINUTES = 600;

/** The kinds that are awaited, by group and kind. Every other kind is ready as soon as it is applied. */
export const AWAITS: Readonly<Record<string, AwaitRule>> = {
  "apps/Deployment": { rule: deploymentReady, timeout: TEN_MINUTES },
  "apps/StatefulSet": { rule: statefulSetReady, timeout: TEN_MINUTES },
  "apps/DaemonSet": { rule: daemonSetReady, timeout: TEN_MINUTES },
  "apps/ReplicaSet": { rule: replicasReady, timeout: TEN_MINUTES },
  "/ReplicationController": { rule: replicasReady, timeout: TEN_MINUTES },
  "batch/Job": { rule: jobReady, timeout: TEN_MINUTES },
  "/Pod": { rule: podReady, timeout: TEN_MINUTES },
  "/Service": { rule: serviceReady, timeout: TEN_MINUTES },
  "/PersistentVolumeClaim": { rule: claimReady, timeout: TEN_MINUTES },
  "/Namespace": { rule: namespaceReady, timeout: TEN_MINUTES },
  "networking.k8s.io/Ingress": { rule: ingressReady, timeout: TEN_MINUTES },
  // A definition is served in seconds or not at all.
  "apiextensions.k8s.io/CustomResourceDefinition": { rule: definitionReady, timeout: 60 },
  "apiregistration.k8s.io/APIService": { rule: apiServiceReady, timeout: TEN_MINUTES },
};

/** Seconds within which a deleted object must be gone: namespaces take their contents with them. */
export const DELETE_TIMEOUT = TEN_MINUTES;

export function lookupWith(client: ApiClient, signal: AbortSignal | undefined): Lookup {
  return {
    async list(path, query) {
      try {
        const { body } = await client.request({
          method: "GET",
          path,
          ...(query === undefined ? {} : { query }),
          signal,
        });
        return getList(body, "items").filter(isObject);
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
    },
    async get(path) {
      try {
        return (await client.request({ method: "GET", path, signal })).body;
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

export interface AwaitArgs {
  session: Session;
  client: ApiClient;
  urn: string;
  /** For messages: `Deployment apps/web`. */
  what: string;
  path: string;
  live: PlainObject;
  rule: Rule;
  timeoutSeconds: number;
}

export interface Awaited {
  live: PlainObject;
  /** Why it is not ready; empty when it is. */
  reasons: string[];
}

/** First pauses are short because a simulated pod is ready in a second; long ones spare the server. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;

/** Milliseconds that a controller gets to notice that the cause of an earlier failure is gone. */
const SECOND_CHANCE = 60_000;

/**
 * Whether a failure is left over from an earlier update. What stopped that one (a quota, a missing volume) may have been
 * mended by this one, in another object, and the controller says so only when the next pod is ready.
 */
function isOld(verdict: Verdict & { state: "failed" }, started: number): boolean {
  const { foundAt } = verdict;
  // Times of the API have whole seconds.
  return foundAt !== undefined && foundAt < started - 1000 && Date.now() - started < SECOND_CHANCE;
}

/** Asks for the object until its rule says ready or failed, or the time is up. Never throws for the object's own troubles. */
export async function awaitReady(args: AwaitArgs): Promise<Awaited> {
  const { session, client, urn, what, path, rule } = args;
  const lookup = lookupWith(client, session.signal);
  const started = Date.now();
  const deadline = started + args.timeoutSeconds * 1000;
  let live: PlainObject = args.live;
  let verdict: Verdict = waiting("nothing is known yet");
  let shown = "";
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.4, LONGEST_PAUSE)) {
      verdict = await rule(live, lookup);
      if (verdict.state === "ready") {
        if (verdict.note !== undefined) session.log.status(urn, verdict.note);
        else if (shown !== "") session.log.status(urn, "ready");
        return { live, reasons: [] };
      }
      if ((verdict.state === "failed" && !isOld(verdict, started)) || Date.now() + pause > deadline) break;
      // Waits that end at once need no message.
      if (verdict.why !== shown && Date.now() - started > 1000) {
        shown = verdict.why;
        session.log.status(urn, `waiting: ${shown}`);
      }
      await sleep(pause, undefined, { signal: session.signal });
      const next = await lookup.get(path);
      if (next === undefined) {
        // A finished Job may be cleaned away by its own time to live.
        const cleaned = getNumber(live, "spec", "ttlSecondsAfterFinished") !== undefined;
        return { live, reasons: cleaned ? [] : [`${what} was deleted by someone else while it was awaited`] };
      }
      live = next;
    }
    const head =
      verdict.state === "failed"
        ? `${what} failed: ${verdict.why}`
        : `${what} was not ready within ${args.timeoutSeconds} s: ${verdict.why}`;
    return { live, reasons: [head, ...(await explain(live, lookup))] };
  } catch (error) {
    if (session.signal.aborted)
      return { live, reasons: [`${what} was no longer awaited, because the update was cancelled`] };
    const sentence = unreachable(error, `see whether ${what} is ready`);
    return { live, reasons: [sentence instanceof Error ? sentence.message : String(sentence)] };
  }
}
