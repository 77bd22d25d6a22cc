import { readFileSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  COMPONENTS,
  type ControlPlane,
  controlPlaneStatus,
  type ComponentName,
  startControlPlane,
  stopControlPlane,
} from "../../sandbox/control-plane";
import { type ApiClient, ApiError } from "../../sandbox/control-plane/client";
import { layoutOf } from "../../sandbox/control-plane/layout";
import { runningProcess } from "../../sandbox/control-plane/processes";
import { adminClient, daemonsOf, type ScratchSandbox, scratchSandbox, testNode } from "../support/control-plane";

/** Starting takes some 5 s on two idle cores; other suites may run beside. */
const SLOW = 120_000;
const nodes = [testNode("general-1", "a"), testNode("general-2", "b"), testNode("general-3", "a")];

interface NodeObject {
  metadata: { name: string; uid: string; labels: Record<string, string> };
  spec: { taints?: object[] };
  status: { allocatable: Record<string, string> };
}

async function names(client: ApiClient): Promise<string[]> {
  const { items } = await client.call<{ items: NodeObject[] }>("GET", "/api/v1/nodes");
  return items.map(({ metadata }) => metadata.name).sort();
}

/** Process ids of all components; a missing one must not become 0, which as the target of a signal is this process' group. */
async function pids(folder: string): Promise<Record<ComponentName, number>> {
  const { components } = await controlPlaneStatus(folder);
  const found = components.map(({ name, pid }) => {
    if (pid === undefined) {
      throw new Error(`${name} does not run`);
    }
    return [name, pid] as const;
  });
  return Object.fromEntries(found) as Record<ComponentName, number>;
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("a control plane of its own", () => {
  let sandbox: ScratchSandbox;
  let folder: string;
  let plane: ControlPlane;

  beforeAll(async () => {
    sandbox = scratchSandbox();
    ({ folder } = sandbox);
    plane = await startControlPlane({ folder, nodes });
  }, SLOW);

  afterAll(async () => {
    await sandbox.remove();
    expect(daemonsOf(folder)).toEqual([]);
  }, SLOW);

  /** A client for this test; the port may have changed in another. */
  async function withClient<Result>(work: (client: ApiClient) => Promise<Result>): Promise<Result> {
    const client = adminClient(folder);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  it("is ready with all nodes when start returns, on the loopback interface, for its owner only", async () => {
    expect(plane.context).toBe("altlas-sandbox");
    expect(plane.server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(readFileSync(plane.kubeconfig, "utf8")).toContain(`server: ${plane.server}`);
    for (const file of [plane.kubeconfig, folder]) expect(statSync(file).mode & 0o077).toBe(0);
    expect(await controlPlaneStatus(folder)).toMatchObject({ state: "running", nodes: { total: 3, ready: 3 } });
  });

  it("lets nobody in without a certificate of its own", async () => {
    await expect(fetch(`${plane.server}/readyz`)).rejects.toThrow();
    const layout = layoutOf(folder);
    const { clientFor } = await import("../../sandbox/control-plane/client");
    const port = Number(new URL(plane.server).port);
    const scheduler = clientFor(layout, port, "scheduler");
    // RBAC is on: the scheduler may not read Secrets.
    await expect(scheduler.call("GET", "/api/v1/namespaces/default/secrets")).rejects.toThrow(/forbidden/);
    scheduler.close();
  });

  it("enforces pod security levels and resource quotas", async () => {
    await withClient(async (client) => {
      const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
      await client.call("POST", "/api/v1/namespaces", { metadata: { name: "strict", labels } });
      await expect
        .poll(async () => await client.find("/api/v1/namespaces/strict/serviceaccounts/default"), { timeout: 10_000 })
        .toBeDefined();
      const pod = { metadata: { name: "root" }, spec: { containers: [{ name: "c", image: "x" }] } };
      await expect(client.call("POST", "/api/v1/namespaces/strict/pods", pod)).rejects.toThrow(
        /violates PodSecurity "restricted:latest"/,
      );
      const quota = { metadata: { name: "none" }, spec: { hard: { configmaps: "1" } } };
      await client.call("POST", "/api/v1/namespaces/strict/resourcequotas", quota);
      const usage = async (): Promise<unknown> =>
        (await client.find<{ status?: { used?: object } }>("/api/v1/namespaces/strict/resourcequotas/none"))?.status
          ?.used;
      // kube-root-ca.crt is the one config map that every namespace has.
      await expect.poll(usage, { timeout: 10_000 }).toEqual({ configmaps: "1" });
      // The admission plugin hears of a quota a little later than its status is written.
      const another = async (): Promise<string> => {
        try {
          const configMap = { metadata: { name: "more" } };
          await client.call("POST", "/api/v1/namespaces/strict/configmaps?dryRun=All", configMap);
          return "accepted";
        } catch (error) {
          return String(error);
        }
      };
      await expect.poll(another, { timeout: 10_000 }).toMatch(/exceeded quota/);
    });
  });

  it("writes who changed what to the audit log, without the content", async () => {
    await withClient(async (client) => {
      const secret = { metadata: { name: "audited" }, stringData: { password: "never-in-a-log" } };
      await client.call("POST", "/api/v1/namespaces/default/secrets", secret);
    });
    const log = (): string => readFileSync(layoutOf(folder).auditLog, "utf8");
    await expect.poll(log, { timeout: 10_000 }).toMatch(/"verb":"create".*altlas:administrator.*"name":"audited"/);
    expect(log()).not.toContain("never-in-a-log");
  });

  it("trusts an aggregated API behind its front proxy", async () => {
    await withClient(async (client) => {
      const path = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
      const { data } = await client.call<{ data: Record<string, string> }>("GET", path);
      expect(data["requestheader-client-ca-file"]).toContain("BEGIN CERTIFICATE");
      expect(data["requestheader-allowed-names"]).toBe('["front-proxy-client"]');
    });
  });

  it(
    "makes its nodes what a later start wants: adds, changes in place, removes",
    async () => {
      const wanted = [
        testNode("general-1", "a", { labels: { ...nodes[0]!.labels, tier: "web" } }),
        testNode("general-2", "b", { taints: [{ key: "cpu", value: "high", effect: "NoSchedule" }] }),
        testNode("memory-1", "b", { allocatable: { cpu: "2", memory: "32Gi", pods: "5" } }),
      ];
      const before = await withClient(
        async (client) => await client.call<NodeObject>("GET", "/api/v1/nodes/general-1"),
      );
      await startControlPlane({ folder, nodes: wanted });
      await withClient(async (client) => {
        expect(await names(client)).toEqual(["general-1", "general-2", "memory-1"]);
        const [one, two] = await Promise.all(
          ["general-1", "general-2"].map(async (name) => await client.call<NodeObject>("GET", `/api/v1/nodes/${name}`)),
        );
        expect(one!.metadata).toMatchObject({ uid: before.metadata.uid, labels: { tier: "web" } });
        expect(two!.spec.taints).toEqual([{ key: "cpu", value: "high", effect: "NoSchedule" }]);
      });
      await startControlPlane({
        folder,
        nodes: nodes.map((node) => ({ ...node, allocatable: { ...node.allocatable, cpu: "6" } })),
      });
      await withClient(async (client) => {
        expect(await names(client)).toEqual(["general-1", "general-2", "general-3"]);
        const { items } = await client.call<{ items: NodeObject[] }>("GET", "/api/v1/nodes");
        expect(items.map(({ status }) => status.allocatable.cpu)).toEqual(["6", "6", "6"]);
        expect(items.map(({ metadata }) => metadata.labels.tier)).toEqual([undefined, undefined, undefined]);
        expect(items.flatMap(({ spec }) => spec.taints ?? [])).toEqual([]);
      });
    },
    SLOW,
  );

  it("refuses two nodes of one name before it touches anything", async () => {
    await expect(startControlPlane({ folder, nodes: [nodes[0]!, nodes[0]!] })).rejects.toThrow(
      "Node names must be unique; given more than once: general-1.",
    );
  });

  it(
    "has its data and its address again after stop and start",
    async () => {
      await withClient(async (client) => {
        const data = { kept: "yes" };
        await client.call("POST", "/api/v1/namespaces/default/configmaps", { metadata: { name: "kept" }, data });
      });
      expect(await stopControlPlane(folder)).toBe(COMPONENTS.length);
      expect(daemonsOf(folder)).toEqual([]);
      expect((await controlPlaneStatus(folder)).state).toBe("stopped");
      const again = await startControlPlane({ folder, nodes });
      expect(again).toEqual(plane);
      await withClient(async (client) => {
        const kept = await client.call("GET", "/api/v1/namespaces/default/configmaps/kept");
        expect(kept).toMatchObject({ data: { kept: "yes" } });
      });
    },
    SLOW,
  );

  it.each(COMPONENTS)(
    "starts %s again after kill -9 and leaves the others alone",
    async (name) => {
      const before = await pids(folder);
      process.kill(before[name], "SIGKILL");
      await expect.poll(async () => (await controlPlaneStatus(folder)).state, { timeout: 10_000 }).toBe("partial");
      await startControlPlane({ folder, nodes });
      expect((await controlPlaneStatus(folder)).state).toBe("running");
      const after = await pids(folder);
      expect(COMPONENTS.filter((each) => after[each] !== before[each])).toEqual([name]);
      await withClient(async (client) => {
        expect(await client.find("/api/v1/namespaces/default/configmaps/kept")).toBeDefined();
      });
    },
    SLOW,
  );

  it(
    "is whole again when the API server is killed while the controller manager still starts, which ends that too",
    async () => {
      const before = await pids(folder);
      process.kill(before["kube-controller-manager"], "SIGKILL");
      const starting = startControlPlane({ folder, nodes });
      const record = layoutOf(folder).record("kube-controller-manager");
      await expect
        .poll(() => runningProcess(record)?.pid ?? before["kube-controller-manager"], { timeout: 20_000, interval: 5 })
        .not.toBe(before["kube-controller-manager"]);
      process.kill(before["kube-apiserver"], "SIGKILL");
      await Promise.allSettled([starting]);
      await startControlPlane({ folder, nodes });
      expect((await controlPlaneStatus(folder)).state).toBe("running");
    },
    SLOW,
  );

  it(
    "starts everything again after kill -9 of all at once",
    async () => {
      Object.values(await pids(folder)).forEach((pid) => process.kill(pid, "SIGKILL"));
      await startControlPlane({ folder, nodes });
      expect((await controlPlaneStatus(folder)).state).toBe("running");
      await withClient(async (client) => {
        expect(await client.find("/api/v1/namespaces/default/configmaps/kept")).toBeDefined();
      });
    },
    SLOW,
  );

  it(
    "moves to another port when a stranger has taken its own, and everybody finds it there",
    async () => {
      await stopControlPlane(folder);
      const stranger = createServer();
      await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
      const { settings } = layoutOf(folder);
      const { ports } = JSON.parse(readFileSync(settings, "utf8")) as { ports: Record<string, number> };
      const { port } = stranger.address() as AddressInfo;
      writeFileSync(settings, JSON.stringify({ ports: { ...ports, apiserver: port } }));
      try {
        const moved = await startControlPlane({ folder, nodes });
        expect(moved.server).not.toContain(String(port));
        expect(readFileSync(moved.kubeconfig, "utf8")).toContain(`server: ${moved.server}`);
        expect(await controlPlaneStatus(folder)).toMatchObject({ state: "running", nodes: { total: 3, ready: 3 } });
      } finally {
        stranger.close();
      }
    },
    SLOW,
  );

  it("answers status at once when etcd is gone", async () => {
    const { etcd } = await pids(folder);
    process.kill(etcd, "SIGKILL");
    const before = Date.now();
    expect((await controlPlaneStatus(folder)).state).toBe("partial");
    expect(Date.now() - before).toBeLessThan(5000);
    await startControlPlane({ folder, nodes });
  }, 120_000);

  it("says 404 for what is not there, so that a missing object is no failure", async () => {
    await withClient(async (client) => {
      expect(await client.find("/api/v1/namespaces/nowhere")).toBeUndefined();
      await expect(client.call("GET", "/api/v1/namespaces/nowhere")).rejects.toThrow(ApiError);
    });
  });
});
