import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane } from "../../sandbox/control-plane";
import { type ApiClient } from "../../sandbox/control-plane/client";
import { adminClient, type ScratchSandbox, scratchSandbox, testNode } from "../support/control-plane";

const SLOW = 120_000;
const patience = { timeout: 20_000, interval: 50 };
const PATCH = { type: "application/merge-patch+json" };

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase: string;
    podIP?: string;
    containerStatuses?: { ready: boolean; state: object }[];
    initContainerStatuses?: { name: string; ready: boolean; state: object }[];
  };
}

interface Claim {
  spec: { volumeName?: string };
  status: { phase: string; capacity?: { storage: string } };
}

const PODS = "/api/v1/namespaces/default/pods";
const CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
const VOLUMES = "/api/v1/persistentvolumes";
const CLASSES = "/apis/storage.k8s.io/v1/storageclasses";

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("workloads on simulated nodes", () => {
  let sandbox: ScratchSandbox;
  let client: ApiClient;

  beforeAll(async () => {
    sandbox = scratchSandbox();
    const taint = { key: "memory", value: "high", effect: "NoSchedule" } as const;
    const nodes = [testNode("general-1", "a"), testNode("memory-1", "b", { taints: [taint] })];
    await startControlPlane({ folder: sandbox.folder, nodes });
    client = adminClient(sandbox.folder);
    const base = { provisioner: "altlas.io/simulated", allowVolumeExpansion: true };
    await client.call("POST", CLASSES, { metadata: { name: "now" }, ...base, reclaimPolicy: "Retain" });
    await client.call("POST", CLASSES, {
      metadata: { name: "later" },
      ...base,
      volumeBindingMode: "WaitForFirstConsumer",
    });
  }, SLOW);

  afterAll(async () => {
    client.close();
    await sandbox.remove();
  }, SLOW);

  async function pod(name: string): Promise<Pod> {
    return await client.call<Pod>("GET", `${PODS}/${name}`);
  }

  async function makePod(name: string, spec: object): Promise<void> {
    const containers = [{ name: "main", image: "example/main:1", resources: { requests: { cpu: "1" } } }];
    await client.call("POST", PODS, { metadata: { name }, spec: { containers, ...spec } });
  }

  async function makeClaim(name: string, storageClassName: string, accessMode: string): Promise<void> {
    const resources = { requests: { storage: "1Gi" } };
    await client.call("POST", CLAIMS, {
      metadata: { name },
      spec: { storageClassName, accessModes: [accessMode], resources },
    });
  }

  it("run when the real scheduler finds room, with init containers done and sidecars running", async () => {
    const initContainers = [
      { name: "prepare", image: "example/prepare:1" },
      { name: "sidecar", image: "example/sidecar:1", restartPolicy: "Always" },
    ];
    await makePod("plain", { initContainers });
    await expect.poll(async () => (await pod("plain")).status.phase, patience).toBe("Running");
    const { spec, status } = await pod("plain");
    expect(spec.nodeName).toBe("general-1");
    expect(status.podIP).toMatch(/^10\.244\./);
    expect(status.containerStatuses).toMatchObject([{ ready: true, state: { running: {} } }]);
    expect(status.initContainerStatuses).toMatchObject([
      { name: "prepare", ready: true, state: { terminated: { exitCode: 0 } } },
      { name: "sidecar", ready: true, state: { running: {} } },
    ]);
  });

  it("stay pending when no node has room or tolerates them", async () => {
    await makePod("huge", { containers: [{ name: "main", image: "x", resources: { requests: { cpu: "64" } } }] });
    await makePod("tolerant", {
      nodeSelector: { "topology.kubernetes.io/zone": "b" },
      tolerations: [{ key: "memory", operator: "Exists" }],
    });
    await makePod("intolerant", { nodeSelector: { "topology.kubernetes.io/zone": "b" } });
    await expect.poll(async () => (await pod("tolerant")).status.phase, patience).toBe("Running");
    expect((await pod("tolerant")).spec.nodeName).toBe("memory-1");
    expect((await pod("huge")).status.phase).toBe("Pending");
    expect((await pod("intolerant")).status.phase).toBe("Pending");
  });

  it("are seen terminating before they go, and a finalizer holds them", async () => {
    await makePod("leaving", {});
    await expect.poll(async () => (await pod("leaving")).status.phase, patience).toBe("Running");
    await client.call("PATCH", `${PODS}/leaving`, { metadata: { finalizers: ["altlas.io/test"] } }, PATCH);
    await client.call("DELETE", `${PODS}/leaving`);
    expect((await pod("leaving")).metadata.deletionTimestamp).toBeDefined();
    // Longer than a simulated container takes to stop.
    await sleep(1500);
    expect(await client.find(`${PODS}/leaving`)).toBeDefined();
    await client.call("PATCH", `${PODS}/leaving`, { metadata: { finalizers: [] } }, PATCH);
    await expect.poll(async () => await client.find(`${PODS}/leaving`), patience).toBeUndefined();
  });

  it("of a Job complete, sidecar and all", async () => {
    const template = {
      spec: {
        restartPolicy: "Never",
        initContainers: [{ name: "sidecar", image: "x", restartPolicy: "Always" }],
        containers: [{ name: "main", image: "x" }],
      },
    };
    const jobs = "/apis/batch/v1/namespaces/default/jobs";
    await client.call("POST", jobs, { metadata: { name: "job" }, spec: { completions: 2, template } });
    const done = async (): Promise<unknown> => (await client.call<{ status: object }>("GET", `${jobs}/job`)).status;
    await expect.poll(done, patience).toMatchObject({ succeeded: 2 });
  });

  it("with a claim of a class that binds at once run, and the claim may be shared", async () => {
    await makeClaim("shared", "now", "ReadWriteMany");
    await expect
      .poll(async () => (await client.call<Claim>("GET", `${CLAIMS}/shared`)).status.phase, patience)
      .toBe("Bound");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "shared" } }];
    await makePod("reader", { volumes });
    await expect.poll(async () => (await pod("reader")).status.phase, patience).toBe("Running");
  });

  it("with a claim that waits for them run in the zone their volume was made in", async () => {
    await makeClaim("own", "later", "ReadWriteOnce");
    expect((await client.call<Claim>("GET", `${CLAIMS}/own`)).status.phase).toBe("Pending");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "own" } }];
    const tolerations = [{ key: "memory", operator: "Exists" }];
    await makePod("writer", { volumes, tolerations, nodeSelector: { "topology.kubernetes.io/zone": "b" } });
    await expect.poll(async () => (await pod("writer")).status.phase, patience).toBe("Running");
    const { spec } = await client.call<Claim>("GET", `${CLAIMS}/own`);
    expect(await client.call("GET", `${VOLUMES}/${spec.volumeName ?? ""}`)).toMatchObject({
      spec: {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "topology.kubernetes.io/zone", values: ["b"] }] }],
          },
        },
      },
    });
    // A second pod that wants the same volume in another zone cannot have it.
    await makePod("elsewhere", { volumes, nodeSelector: { "topology.kubernetes.io/zone": "a" } });
    const events = async (): Promise<string> =>
      JSON.stringify(
        await client.call("GET", "/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=elsewhere"),
      );
    await expect.poll(events, patience).toContain("FailedScheduling");
    expect((await pod("elsewhere")).status.phase).toBe("Pending");
  });

  it("go together with volumes of their own when what made them is deleted in the foreground", async () => {
    const claim = {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "later",
      resources: { requests: { storage: "1Gi" } },
    };
    const spec = {
      volumes: [{ name: "spool", ephemeral: { volumeClaimTemplate: { spec: claim } } }],
      containers: [{ name: "main", image: "x" }],
    };
    const labels = { app: "spooling" };
    const template = { metadata: { labels }, spec };
    const deployments = "/apis/apps/v1/namespaces/default/deployments";
    const made = { metadata: { name: "spooling" }, spec: { replicas: 2, selector: { matchLabels: labels }, template } };
    await client.call("POST", deployments, made);
    const list = async (path: string) =>
      (await client.call<{ items: Pod[] }>("GET", path)).items.filter(({ metadata }) =>
        metadata.name.startsWith("spooling"),
      );
    const running = async () => (await list(PODS)).filter(({ status }) => status.phase === "Running").length;
    await expect.poll(running, patience).toBe(2);
    // The garbage collector learns a moment later that the claims are the pods'.
    await sleep(2000);
    await client.call("DELETE", `${deployments}/spooling`, { propagationPolicy: "Foreground" });
    await expect.poll(async () => await client.find(`${deployments}/spooling`), patience).toBeUndefined();
    expect([...(await list(PODS)), ...(await list(CLAIMS))]).toEqual([]);
  });

  it("can have more room on their volume", async () => {
    const resources = { requests: { storage: "3Gi" } };
    await client.call("PATCH", `${CLAIMS}/own`, { spec: { resources } }, PATCH);
    const claim = async (): Promise<Claim> => await client.call<Claim>("GET", `${CLAIMS}/own`);
    await expect.poll(async () => (await claim()).status.capacity, patience).toEqual({ storage: "3Gi" });
    const volume = await client.call(`GET`, `${VOLUMES}/${(await claim()).spec.volumeName ?? ""}`);
    expect(volume).toMatchObject({ spec: { capacity: { storage: "3Gi" } } });
  });

  it("leave their volume deleted or kept, as its class says", async () => {
    const nameOf = async (claim: string): Promise<string> =>
      (await client.call<Claim>("GET", `${CLAIMS}/${claim}`)).spec.volumeName ?? "";
    const [own, shared] = [await nameOf("own"), await nameOf("shared")];
    await Promise.all(
      ["writer", "elsewhere", "reader"].map(async (name) => await client.call("DELETE", `${PODS}/${name}`)),
    );
    await Promise.all(["own", "shared"].map(async (name) => await client.call("DELETE", `${CLAIMS}/${name}`)));
    await expect.poll(async () => await client.find(`${VOLUMES}/${own}`), patience).toBeUndefined();
    const kept = async (): Promise<unknown> => await client.find(`${VOLUMES}/${shared}`);
    await expect.poll(kept, patience).toMatchObject({ status: { phase: "Released" } });
  });
});
