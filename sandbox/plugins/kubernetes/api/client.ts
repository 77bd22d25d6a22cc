/**
 * A small client of the Kubernetes API over kept-alive connections. @kubernetes/client-node would do, but loading it
 * takes 0.8 s of processor time, several times the start of everything else here, and each provider is one process.
 */
import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../kubeconfig";
import type { Plain, PlainObject } from "../wire/properties";
import { CredentialSource } from "./credentials";
import { ApiError, UnreachableError } from "./errors";

/** Server-side apply; the body is JSON, which is YAML. */
export const APPLY = "application/apply-patch+yaml";

export interface Request {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string>;
  body?: PlainObject;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal | undefined;
  /** Retry while the server does not answer; off for the first probe. */
  retry?: boolean;
  timeoutMs?: number;
}

export interface Response {
  code: number;
  body: PlainObject;
  /** The texts of the server's Warning headers: deprecated APIs, pod security. */
  warnings: string[];
}

export interface ClientOptions {
  requestTimeoutMs: number;
  rate: { qps: number; burst: number } | undefined;
  /** How long a server that answered before may be silent before an operation fails. */
  outageMs: number;
}

/** Codes that say "not now" rather than "no". 500 is left out: the server uses it for refusals as well. */
const TRY_AGAIN = new Set([429, 502, 503, 504]);

export class ApiClient {
  readonly server: string;
  readonly #agent: http.Agent | https.Agent;
  readonly #credentials: CredentialSource;
  readonly #options: ClientOptions;
  #tokens: number;
  #refilled = Date.now();
  #probe: Promise<Plain> | undefined;
  /** An operation has failed because the server was away, and none has succeeded since. */
  #outage = false;

  constructor(cluster: Cluster, options: ClientOptions) {
    this.server = cluster.server;
    this.#options = options;
    this.#tokens = options.rate?.burst ?? 0;
    this.#credentials = new CredentialSource(cluster);
    const host = new URL(cluster.server).hostname;
    const loopback = host === "localhost" || host === "[::1]" || host.startsWith("127.");
    const shared = {
      keepAlive: true,
      // More at once than the engine's usual parallelism gains nothing and costs the server a TLS handshake each.
      maxSockets: 32,
      // A proxy for the outside world cannot reach this machine's loopback addresses.
      ...(loopback ? {} : { proxyEnv: process.env }),
    };
    this.#agent = cluster.server.startsWith("https:")
      ? new https.Agent({
          ...shared,
          ...(cluster.certificateAuthority === undefined ? {} : { ca: cluster.certificateAuthority }),
          ...(cluster.serverName === undefined ? {} : { servername: cluster.serverName }),
          rejectUnauthorized: !cluster.skipVerify,
        })
      : new http.Agent(shared);
  }

  /** The server's version document; the first answer or failure is kept, so a dead cluster costs one probe. */
  async version(): Promise<Plain> {
    // Three seconds: a healthy server answers in milliseconds, and a preview must not hang on a black hole.
    this.#probe ??= this.#version();
    return await this.#probe;
  }

  async #version(): Promise<Plain> {
    return (await this.request({ method: "GET", path: "/version", retry: false, timeoutMs: 3000 })).body;
  }

  /** True when the server answers at all, even with "forbidden". */
  async reachable(): Promise<boolean> {
    try {
      await this.version();
      return true;
    } catch (error) {
      return error instanceof ApiError;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /**
   * Sends one request. All requests made here may be repeated: reads, applies and deletes are idempotent.
   * @throws ApiError for an answer that is no success, UnreachableError when none came within the allowed outage.
   */
  async request(request: Request): Promise<Response> {
    const deadline = Date.now() + (request.retry === false ? 0 : this.#options.outageMs);
    for (let pause = 200; ; pause = Math.min(pause * 2, 2000)) {
      request.signal?.throwIfAborted();
      await this.#admit(request.signal);
      try {
        const response = await this.#once(request);
        this.#outage = false;
        return response;
      } catch (error) {
        const again = error instanceof UnreachableError || (error instanceof ApiError && TRY_AGAIN.has(error.code));
        const wait = error instanceof ApiError && error.retryAfter !== undefined ? error.retryAfter * 1000 : pause;
        if (!again || Date.now() + wait > deadline) {
          if (error instanceof UnreachableError) {
            error.repeated = this.#outage;
            this.#outage = true;
          }
          throw error;
        }
        await sleep(wait, undefined, { signal: request.signal });
      }
    }
  }

  /** Waits for a turn under the configured rate. */
  async #admit(signal: AbortSignal | undefined): Promise<void> {
    const rate = this.#options.rate;
    if (rate === undefined) return;
    for (;;) {
      const now = Date.now();
      this.#tokens = Math.min(rate.burst, this.#tokens + ((now - this.#refilled) / 1000) * rate.qps);
      this.#refilled = now;
      if (this.#tokens >= 1) {
        this.#tokens -= 1;
        return;
      }
      await sleep(Math.ceil(((1 - this.#tokens) / rate.qps) * 1000), undefined, { signal });
    }
  }

  async #once(request: Request): Promise<Response> {
    const identity = await this.#credentials.identity();
    const url = new URL(this.server + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) url.searchParams.set(key, value);
    const payload = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const options: https.RequestOptions = {
      method: request.method,
      agent: this.#agent,
      headers: {
        accept: request.accept ?? "application/json",
        "user-agent": "altlas-sandbox-kubernetes-provider",
        ...(identity.authorization === undefined ? {} : { authorization: identity.authorization }),
        ...(payload === undefined
          ? {}
          : { "content-type": request.contentType ?? "application/json", "content-length": payload.length }),
      },
      ...(identity.certificate === undefined ? {} : { cert: identity.certificate }),
      ...(identity.key === undefined ? {} : { key: identity.key }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    const timeout = request.timeoutMs ?? this.#options.requestTimeoutMs;
    let answer: Answer;
    try {
      answer = await exchange(url, options, payload, timeout);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw new UnreachableError(this.server, error as Error);
    }
    const code = answer.message.statusCode ?? 0;
    let body: Plain;
    try {
      body = JSON.parse(answer.text) as Plain;
    } catch {
      body = {};
    }
    if (code === 401) this.#credentials.forget();
    if (code < 200 || code > 299) {
      const after = Number(answer.message.headers["retry-after"]);
      throw new ApiError(
        code,
        body,
        answer.text === "" && !Number.isNaN(after) ? `HTTP ${code}, try again in ${after} s` : answer.text,
      );
    }
    return { code, body: body as PlainObject, warnings: warningTexts(answer.message.headersDistinct.warning ?? []) };
  }
}

interface Answer {
  message: http.IncomingMessage;
  text: string;
}

/** One HTTP exchange, ended after `timeoutMs` whatever the server does. */
async function exchange(
  url: URL,
  options: https.RequestOptions,
  payload: Buffer | undefined,
  timeoutMs: number,
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? https : http).request(url, options, (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => {
        clearTimeout(timer);
        resolve({ message, text: Buffer.concat(chunks).toString("utf8") });
      });
      message.on("error", fail);
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => {
      const error: NodeJS.ErrnoException = new Error(`no answer within ${timeoutMs / 1000} s`);
      error.code = "ETIMEDOUT";
      outgoing.destroy(error);
    }, timeoutMs);
    outgoing.on("error", fail);
    outgoing.end(payload);
  });
}

/** The quoted texts of `Warning: 299 - "…"` headers. */
export function warningTexts(headers: readonly string[]): string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => (text ?? "").replaceAll(/\\(.)/g, "$1")),
  );
}
