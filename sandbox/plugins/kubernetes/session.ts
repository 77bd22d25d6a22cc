/** What the operations of one configured provider share. */
import { ApiClient } from "./api/client";
import { Discovery, type ResourceMapping } from "./api/discovery";
import { ApiError, UnreachableError } from "./api/errors";
import type { Configuration } from "./configuration";
import { silentLog, type EngineLog } from "./engine-log";
import { isBuiltInGroup } from "./kinds";
import { apiVersionOf, type GroupVersionKind } from "./tokens";
import { ProviderError } from "./wire/errors";

/**
 * A restarting API server is back within seconds (the sandbox's in about four); longer means that a person has to act,
 * and that person should not wait long for the sentence.
 */
const OUTAGE_MS = 10_000;
/** A CustomResourceDefinition is served about a second after it was applied; a busy server takes several. */
export const NEW_KIND_MS = 20_000;

export class Session {
  readonly discovery = new Discovery();
  readonly client: ApiClient | undefined;
  log: EngineLog = silentLog;
  readonly #abort = new AbortController();
  /** Objects that the state holds, by URN: a create must not take its own predecessor for an interrupted create. */
  readonly #recorded = new Map<string, Set<string>>();
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor(readonly configuration: Configuration) {
    const { cluster, requestTimeout, rate } = configuration;
    this.client =
      "none" in cluster
        ? undefined
        : new ApiClient(cluster, { requestTimeoutMs: requestTimeout * 1000, rate, outageMs: OUTAGE_MS });
  }

  /** Aborts when the engine cancels; every wait listens to it. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  cancel(): void {
    this.#abort.abort(
      new ProviderError("cancelled: what was under way in the cluster goes on; run `pulumi refresh` to record it"),
    );
  }

  close(): void {
    this.client?.close();
  }

  /** The client if the cluster answers; undefined lets a preview go on without one. */
  async reachableClient(): Promise<ApiClient | undefined> {
    return this.client !== undefined && (await this.client.reachable()) ? this.client : undefined;
  }

  /** The client, for an operation that cannot do without a cluster. `doing` completes "the cluster is needed to …". */
  async requireClient(doing: string): Promise<ApiClient> {
    if (this.client === undefined) {
      const why = "none" in this.configuration.cluster ? this.configuration.cluster.none : "";
      throw new ProviderError(`There is no Kubernetes cluster to ${doing}. ${why}`);
    }
    try {
      await this.client.version();
    } catch (error) {
      if (!(error instanceof ApiError)) throw unreachable(error, doing);
    }
    return this.client;
  }

  record(urn: string, uid: string | undefined): void {
    if (uid === undefined) return;
    const known = this.#recorded.get(urn) ?? new Set();
    this.#recorded.set(urn, known.add(uid));
  }

  isRecorded(urn: string, uid: string): boolean {
    return this.#recorded.get(urn)?.has(uid) === true;
  }

  /** Runs `work` alone among those with the same key: two resources that claim one object must not pass each other. */
  async exclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#locks.get(key) ?? Promise.resolve();
    const turn = (async () => {
      await before;
      return await work();
    })();
    const settled = (async () => {
      try {
        await turn;
      } catch {
        // The caller sees the failure; the next in line only needs its turn.
      }
    })();
    this.#locks.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#locks.get(key) === settled) this.#locks.delete(key);
    }
  }

  /** The kind's place in the API. A custom kind may have been defined a moment ago, so `waitMs` may be spent on it. */
  async mapping(client: ApiClient, gvk: GroupVersionKind, waitMs = 0): Promise<ResourceMapping | undefined> {
    return await this.discovery.findOrWait(client, gvk, isBuiltInGroup(gvk.group) ? 0 : waitMs, this.signal);
  }
}

export const unservedKind = (gvk: GroupVersionKind): string =>
  `the cluster serves no kind ${gvk.kind} in ${apiVersionOf(gvk)}; install its CustomResourceDefinition first and make this resource depend on it, or correct apiVersion and kind`;

/** Turns a lost connection into a sentence with the remedy; other errors pass through. */
export function unreachable(error: unknown, doing: string): unknown {
  if (!(error instanceof UnreachableError)) return error;
  // Many operations fail in one outage; the remedy is told with the first.
  if (error.repeated) return new ProviderError(`Cannot ${doing}: the Kubernetes API server does not answer.`);
  return new ProviderError(
    `Cannot ${doing}: ${error.message}. Check that the cluster runs and that the kubeconfig is its own, then run the same ` +
      "command again: objects that were made but not recorded are recognised and taken over.",
  );
}

/** An object's address for messages: `Deployment apps/web`. */
export const describe = (gvk: GroupVersionKind, namespace: string | undefined, name: string): string =>
  `${gvk.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
