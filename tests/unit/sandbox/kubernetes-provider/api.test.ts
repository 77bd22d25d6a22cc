import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ApiClient, warningTexts } from "../../../../sandbox/plugins/kubernetes/api/client";
import { Discovery, objectPath } from "../../../../sandbox/plugins/kubernetes/api/discovery";
import {
  ApiError,
  fieldConflicts,
  fieldProblems,
  UnreachableError,
} from "../../../../sandbox/plugins/kubernetes/api/errors";
import { readKubeconfig } from "../../../../sandbox/plugins/kubernetes/kubeconfig";
import { readConfiguration } from "../../../../sandbox/plugins/kubernetes/configuration";
import { readObject } from "../../../../sandbox/plugins/kubernetes/read";
import { refusal } from "../../../../sandbox/plugins/kubernetes/refusals";
import { Session } from "../../../../sandbox/plugins/kubernetes/session";
import { dryRun } from "../../../../sandbox/plugins/kubernetes/preview";
import type { Plain } from "../../../../sandbox/plugins/kubernetes/wire/properties";
import { inputs, kubeconfig } from "./support";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An API server that answers as told; gives its address and what was asked. */
async function server(answer: (request: http.IncomingMessage, response: http.ServerResponse) => void) {
  const asked: string[] = [];
  const listening = http.createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return { address: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, asked };
}

function client(address: string, outageMs = 3000, rate?: { qps: number; burst: number }): ApiClient {
  const made = new ApiClient(readKubeconfig(kubeconfig(address)), { requestTimeoutMs: 1000, rate, outageMs });
  closing.push(() => made.close());
  return made;
}

const json = (
  response: http.ServerResponse,
  code: number,
  body: object,
  headers: Record<string, string[]> = {},
): unknown =>
  response
    .writeHead(
      code,
      Object.entries({ "content-type": ["application/json"], ...headers }).flatMap(([name, values]) =>
        values.flatMap((value) => [name, value]),
      ),
    )
    .end(JSON.stringify(body));
const error = (code: number, body: object): ApiError => new ApiError(code, body as Plain, "");
const GET = { method: "GET", path: "/x" } as const;

describe("the client", () => {
  it("check-warnings: warnings of the server come with the answer", async () => {
    const { address } = await server((_, response) =>
      json(response, 200, {}, { warning: ['299 - "one \\"quoted\\""', '299 - "two"'] }),
    );
    expect((await client(address).request(GET)).warnings).toEqual(['one "quoted"', "two"]);
    expect(warningTexts(["nonsense"])).toEqual([]);
  });

  it("server-down: an answer of 'not now' is tried again, a refusal is not", async () => {
    let turn = 0;
    const busy = await server((_, response) => json(response, turn++ < 2 ? 503 : 200, {}));
    await client(busy.address).request(GET);
    expect(busy.asked).toHaveLength(3);
    const refusing = await server((_, response) => json(response, 422, { message: "no" }));
    await expect(client(refusing.address).request(GET)).rejects.toThrow("no");
    expect(refusing.asked).toHaveLength(1);
  });

  it("server-down: a dropped connection is tried again until the outage is too long", async () => {
    let turn = 0;
    const dropping = await server((request, response) =>
      turn++ < 2 ? request.destroy() : json(response, 200, { ok: true }),
    );
    expect((await client(dropping.address).request(GET)).body).toEqual({ ok: true });
    const dead = await server((request) => request.destroy());
    await expect(client(dead.address, 500).request(GET)).rejects.toThrow(UnreachableError);
    expect(dead.asked.length).toBeGreaterThan(1);
  });

  it("server-down: a server that takes the request and never answers is given up", async () => {
    const silent = await server(() => undefined);
    await expect(client(silent.address, 0).request({ ...GET, timeoutMs: 100 })).rejects.toThrow(
      "no answer within 0.1 s",
    );
  });

  it("server-down: whether the cluster is there is asked once, and the sentence says what to do", async () => {
    const session = new Session(readConfiguration({ kubeconfig: kubeconfig("http://127.0.0.1:1") }));
    expect(await session.reachableClient()).toBeUndefined();
    await expect(session.requireClient("create Deployment apps/web")).rejects.toThrow(
      /Cannot create Deployment apps\/web: .*127\.0\.0\.1:1 does not answer \(connection refused.*run the same command again/,
    );
  });

  it("server-down: of many operations that fail in one outage, only the first tells the remedy", async () => {
    const dead = client("http://127.0.0.1:1", 0);
    const attempts = await Promise.allSettled([1, 2, 3].map(async () => await dead.request(GET)));
    const sentences = attempts.map((attempt) =>
      attempt.status === "rejected" ? (refusal(attempt.reason, "create", "ConfigMap a/b") as Error).message : "",
    );
    expect(sentences.filter((sentence) => sentence.includes("run the same command again"))).toHaveLength(1);
    for (const sentence of sentences) expect(sentence).toMatch(/^Cannot create ConfigMap a\/b: .*does not answer/);
  });

  it("an exceeded rate makes requests wait for their turn", async () => {
    const { address, asked } = await server((_, response) => json(response, 200, {}));
    const limited = client(address, 0, { qps: 50, burst: 2 });
    const started = performance.now();
    await Promise.all([1, 2, 3, 4, 5].map(async () => await limited.request(GET)));
    expect(asked).toHaveLength(5);
    // Two at once, then three more at 50 a second.
    expect(performance.now() - started).toBeGreaterThan(50);
  });

  it("await-cancel: an aborted request ends at once with the reason of the abort", async () => {
    const silent = await server(() => undefined);
    const abort = new AbortController();
    const request = client(silent.address).request({ ...GET, signal: abort.signal });
    abort.abort(new Error("cancelled"));
    await expect(request).rejects.toThrow("cancelled");
  });
});

describe("where a kind lives", () => {
  const gvk = { group: "example.com", version: "v1", kind: "Widget" };

  it("a custom kind is asked for once, and found when it appears", async () => {
    let served = false;
    const { address, asked } = await server((_, response) =>
      served
        ? json(response, 200, {
            resources: [
              { name: "widgets", kind: "Widget", namespaced: true },
              { name: "widgets/status", kind: "Widget", namespaced: true },
            ],
          })
        : json(response, 404, {}),
    );
    const discovery = new Discovery();
    expect(await discovery.find(client(address), gvk)).toBeUndefined();
    served = true;
    expect(await discovery.findOrWait(client(address), gvk, 2000)).toEqual({ plural: "widgets", namespaced: true });
    await discovery.find(client(address), gvk);
    expect(asked).toHaveLength(2);
  });

  it("paths follow the API's shape", () => {
    const mapping = { plural: "widgets", namespaced: true };
    expect(objectPath(gvk, mapping, "ns", "a")).toBe("/apis/example.com/v1/namespaces/ns/widgets/a");
    expect(
      objectPath({ group: "", version: "v1", kind: "Node" }, { plural: "nodes", namespaced: false }, "ns", "a"),
    ).toBe("/api/v1/nodes/a");
    expect(
      objectPath(
        { group: "rbac.authorization.k8s.io", version: "v1", kind: "ClusterRole" },
        { plural: "clusterroles", namespaced: false },
        undefined,
        "system:a b",
      ),
    ).toBe("/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%20b");
  });
});

describe("refusals of the server", () => {
  const sentence = (thrown: unknown): string => (refusal(thrown, "update", "Deployment apps/web") as Error).message;

  it("update-refused: causes are shown with their fields", () => {
    const invalid = error(422, {
      message: "…",
      details: {
        causes: [
          { field: "spec.replicas", message: "must be positive" },
          { field: "spec.x", message: "bad" },
        ],
      },
    });
    expect(sentence(invalid).split("\n")).toEqual([
      "Deployment apps/web was not updated: the API server refuses it.",
      "  spec.replicas: must be positive",
      "  spec.x: bad",
    ]);
  });

  it("update-refused: unknown and mistyped fields are found in the server's text", () => {
    expect(
      fieldProblems(
        error(400, { message: 'strict decoding error: unknown field "spec.replica", unknown field "spec.y"' }),
      ),
    ).toEqual([
      { field: "spec.replica", message: "the API has no such field" },
      { field: "spec.y", message: "the API has no such field" },
    ]);
    const typed =
      "failed to create typed patch object (ns/web; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string";
    expect(fieldProblems(error(500, { message: typed }))).toEqual([
      { field: "spec.replicas", message: "expected numeric (int or float), got string" },
    ]);
  });

  it("update-conflict: each field is told with its owner, and the remedy", () => {
    const conflict = error(409, {
      details: {
        causes: [
          { reason: "FieldManagerConflict", field: ".spec.replicas", message: 'conflict with "kubectl" using apps/v1' },
        ],
      },
    });
    expect(fieldConflicts(conflict)).toEqual([{ field: "spec.replicas", owner: "kubectl" }]);
    expect(sentence(conflict)).toMatch(
      /spec\.replicas is owned by "kubectl"[\s\S]*ignoreChanges[\s\S]*pulumi\.com\/patchForce/,
    );
  });

  it("update-refused: an immutable field, a missing namespace and refused credentials have their own remedy", () => {
    expect(sentence(error(422, { details: { causes: [{ field: "spec", message: "field is immutable" }] } }))).toContain(
      "pulumi up --replace",
    );
    expect(sentence(error(404, { details: { kind: "namespaces", name: "apps" } }))).toContain(
      'the namespace "apps" does not exist',
    );
    expect(sentence(error(401, {}))).toContain("Log in anew");
    expect(sentence(error(403, { message: "forbidden: exceeded quota" }))).toBe(
      "Deployment apps/web was not updated: forbidden: exceeded quota",
    );
  });
});

describe("without a cluster", () => {
  it("check-offline: a preview asks nobody when there is no cluster, or when values are unknown", async () => {
    const gvk = { group: "", version: "v1", kind: "ConfigMap" };
    const ask = { urn: "urn", gvk, fieldManager: "m", verb: "create" } as const;
    const dead = new Session(readConfiguration({ kubeconfig: kubeconfig("http://127.0.0.1:1") }));
    await expect(dryRun({ ...ask, session: dead, inputs: { metadata: { name: "a" } } })).resolves.toBeUndefined();
    const { address, asked } = await server((_, response) => json(response, 200, {}));
    const alive = new Session(readConfiguration({ kubeconfig: kubeconfig(address) }));
    closing.push(() => alive.close());
    const unknown = inputs({ metadata: { name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } }).value;
    await dryRun({ ...ask, session: alive, inputs: unknown });
    expect(asked).toEqual([]);
  });

  it("read-gone: a dead server is an error and never reads as gone, unless deleteUnreachable says so", async () => {
    const gvk = { group: "", version: "v1", kind: "ConfigMap" };
    const read = async (settings: object): Promise<string> => {
      const session = new Session(readConfiguration({ kubeconfig: kubeconfig("http://127.0.0.1:1"), ...settings }));
      return (await readObject({ session, urn: "urn", id: "ns/a", gvk, olds: inputs({}), oldInputs: inputs({}) })).id;
    };
    await expect(read({})).rejects.toThrow("Cannot read ConfigMap ns/a");
    expect(await read({ deleteUnreachable: "true" })).toBe("");
  });
});
