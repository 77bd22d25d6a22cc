import { describe, expect, it } from "vitest";
import type { ApiClient } from "../../../../sandbox/plugins/kubernetes/api/client";
import { awaitReady, AWAITS } from "../../../../sandbox/plugins/kubernetes/await";
import type { Session } from "../../../../sandbox/plugins/kubernetes/session";
import type { PlainObject } from "../../../../sandbox/plugins/kubernetes/wire/properties";

const web = (updated: number, conditions: object[]): PlainObject =>
  ({
    metadata: { generation: 2, name: "web", namespace: "apps" },
    spec: { replicas: 2 },
    status: { observedGeneration: 2, updatedReplicas: updated, replicas: 2, availableReplicas: updated, conditions },
  }) as unknown as PlainObject;
const tooLate = (lastUpdateTime: Date): object => ({
  type: "Progressing",
  status: "False",
  reason: "ProgressDeadlineExceeded",
  message: "too late",
  lastUpdateTime: lastUpdateTime.toISOString(),
});
const path = "/apis/apps/v1/namespaces/apps/deployments/web";

/** Waits for a Deployment that looks like `live` first and like `later` when it is asked for again. */
async function awaitWeb(live: PlainObject, later: PlainObject): Promise<readonly string[]> {
  const session = { signal: new AbortController().signal, log: { status: () => undefined } } as unknown as Session;
  const request = ({ path: asked }: { path: string }) =>
    Promise.resolve({ body: asked === path ? later : { items: [] } });
  const client = { request } as unknown as ApiClient;
  const { rule } = AWAITS["apps/Deployment"]!;
  const { reasons } = await awaitReady({ session, client, urn: "", what: "web", path, live, rule, timeoutSeconds: 20 });
  return reasons;
}

describe("await-workloads: a Deployment whose progress deadline has passed", () => {
  it("in an earlier update gets a second chance, because this one may have mended the cause elsewhere", async () => {
    const before = tooLate(new Date(Date.now() - 600_000));
    expect(await awaitWeb(web(0, [before]), web(2, []))).toEqual([]);
  });

  it("in this update has failed", async () => {
    const now = tooLate(new Date(Date.now() + 1000));
    const [first] = await awaitWeb(web(0, [now]), web(2, []));
    expect(first).toBe("web failed: ProgressDeadlineExceeded: too late");
  });
});
