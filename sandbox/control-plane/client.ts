import { readFileSync } from "node:fs";
import { Agent, request, type RequestOptions } from "node:https";
import { type IncomingMessage } from "node:http";
import { type Layout } from "./layout";
import { type LeafName, pkiFile } from "./pki";

/** The API server refused, or answered something else than asked for. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    /** Kubernetes' reason, such as "AlreadyExists". */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** One event of a watch. */
export interface WatchEvent<Kind> {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: Kind;
}

/** A list as the API server gives it. */
export interface ObjectList<Kind> {
  metadata: { resourceVersion: string };
  items: Kind[];
}

/** Milliseconds for any request that is not a watch. */
const REQUEST_TIMEOUT = 15_000;

/**
 * A client for the few calls the sandbox makes itself. The full client library takes half a second
 * to load, twice over (command and agent), of the ten that a start may take.
 */
export class ApiClient {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    credentials: { ca: Buffer; cert: Buffer; key: Buffer },
  ) {
    this.agent = new Agent({ ...credentials, keepAlive: true });
  }

  /** Closes idle connections, so that the process can end. */
  close(): void {
    this.agent.destroy();
  }

  /**
   * Sends a request and returns the answer's JSON (or text, when it is no JSON).
   *
   * @param type content type of the body, such as that of a patch; default JSON.
   * @throws ApiError when the server refuses; Error when it cannot be reached.
   */
  async call<Answer>(
    method: string,
    path: string,
    body?: unknown,
    { type = "application/json", timeout = REQUEST_TIMEOUT }: { type?: string; timeout?: number | undefined } = {},
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    // Without its length Node sends no body with a DELETE, and the server would never see the options in it.
    const headers = text === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(text) };
    const response = await this.open({ method, path, timeout, headers }, text);
    const answer = await readAll(response);
    if ((response.statusCode ?? 500) >= 300) {
      throw errorOf(response.statusCode ?? 500, answer);
    }
    return (answer.startsWith("{") ? JSON.parse(answer) : answer) as Answer;
  }

  /** Like {@link call}, but gives undefined for an object that does not exist. */
  async find<Answer>(path: string): Promise<Answer | undefined> {
    try {
      return await this.call<Answer>("GET", path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Gives each event after the resource version until the server ends the watch or the signal comes.
   *
   * @param path with its query; `watch=true` is added.
   */
  async *watch<Kind>(path: string, resourceVersion: string, signal: AbortSignal): AsyncGenerator<WatchEvent<Kind>> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const response = await this.open({ method: "GET", path: `${path}?${query}`, signal });
    if (response.statusCode !== 200) {
      throw errorOf(response.statusCode ?? 500, await readAll(response));
    }
    let partial = "";
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const lines = (partial + chunk).split("\n");
      partial = lines.pop() ?? "";
      for (const line of lines) {
        yield JSON.parse(line) as WatchEvent<Kind>;
      }
    }
  }

  private async open(options: RequestOptions, body?: string): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: this.port, agent: this.agent, ...options }, resolve);
      sent.on("error", reject);
      sent.on("timeout", () => sent.destroy(new Error(`The API server did not answer in ${options.timeout ?? 0} ms`)));
      sent.end(body);
    });
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
    text += chunk;
  }
  return text;
}

function errorOf(status: number, answer: string): ApiError {
  try {
    const { reason, message } = JSON.parse(answer) as { reason?: string; message?: string };
    return new ApiError(status, reason ?? "", message ?? answer);
  } catch {
    return new ApiError(status, "", answer.trim());
  }
}

/** A client with a certificate of the control plane. */
export function clientFor(layout: Layout, port: number, user: LeafName = "admin"): ApiClient {
  return new ApiClient(port, {
    ca: readFileSync(pkiFile(layout, "ca.crt")),
    cert: readFileSync(pkiFile(layout, `${user}.crt`)),
    key: readFileSync(pkiFile(layout, `${user}.key`)),
  });
}
