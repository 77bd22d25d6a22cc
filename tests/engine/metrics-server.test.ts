import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Manifest } from "../../model/manifest";
import { isCpu, millicores } from "../../model/quantity";
import { startControlPlane } from "../../sandbox/control-plane";
import { type ApiClient } from "../../sandbox/control-plane/client";
import { layoutOf } from "../../sandbox/control-plane/layout";
import { pkiFile } from "../../sandbox/control-plane/pki";
import { freePort, savedPorts } from "../../sandbox/control-plane/ports";
import { CPU_ANNOTATION, usagePath } from "../../sandbox/control-plane/usage";
import { ensureTools } from "../../sandbox/toolchain";
import { catalogue } from "../../stacks/altlas";
import { readManifests } from "../../stacks/manifests";
import { adminClient, cli, type ScratchSandbox, scratchSandbox, testNode } from "../support/control-plane";
import { type Registered, type Running, startRegistered, type Workload } from "../support/registered";
import { leadToProcess } from "../support/registered/service";
import { projectFolder } from "../support/stack";

/** A start, and two readings of the metrics server at 15 s each, beside other suites. */
const SLOW = 180_000;
const patience = { timeout: 60_000, interval: 250 };
const PATCH = { type: "application/merge-patch+json" };

const name = "metrics-server";
/** A service that scales by CPU; which one makes no difference. */
const service = "api-gateway";
const namespace = "altlas";
const PODS = `/api/v1/namespaces/${namespace}/pods?labelSelector=app.kubernetes.io/name=${service}`;
const AUTOSCALER = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${service}`;

interface Pod {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { containers: { name: string; resources: { requests: { cpu: string } } }[] };
  status: { phase: string };
}

interface Autoscaler {
  spec: {
    minReplicas: number;
    maxReplicas: number;
    metrics: { containerResource: { target: { averageUtilization: number } } }[];
  };
  status: { currentReplicas: number; currentMetrics?: object[] };
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the registered metrics server, really run", () => {
  let sandbox: ScratchSandbox;
  let scratch: string;
  let client: ApiClient;
  let manifests: readonly Manifest[];
  let registered: Registered;
  /** Service and APIService, led to the process. */
  let wayToIt: Manifest[];
  let server: Running;
  const started: Running[] = [];
  /** CPU in millicores that all pods of the service use together. */
  let load = 0;
  const loadEnds = new AbortController();
  let loading: Promise<void>;

  const of = (kind: string, of = name): Manifest => {
    const found = manifests.find((each) => each.kind === kind && each.metadata.name === of);
    if (!found) throw new Error(`beta registers no ${kind} ${of}`);
    return found;
  };
  const apply = async (objects: readonly Manifest[]) => {
    const file = path.join(scratch, "objects.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    const { stderr, code } = await cli(sandbox.home, "kubectl", "apply", "--server-side", "--filename", file);
    expect([stderr, code]).toEqual(["", 0]);
  };
  const pods = async () => (await client.call<{ items: Pod[] }>("GET", PODS)).items;
  /** How many pods of the service the metrics API knows. */
  const measured = async () => {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
    return (await client.find<{ items: object[] }>(path))?.items.length;
  };
  const autoscaler = async () => await client.call<Autoscaler>("GET", AUTOSCALER);
  /** The registered metrics server with a part of its arguments replaced, on a port and in a folder of its own. */
  const startMutant = async (from: string, to: string): Promise<Running> => {
    const text = JSON.stringify(registered.workload);
    expect(text.split(from)).toHaveLength(2);
    const workload = JSON.parse(text.replace(from, to)) as Workload;
    const folder = mkdtempSync(path.join(scratch, "mutant-"));
    const running = await startRegistered({ ...registered, workload, folder, ports: { https: await freePort([]) } });
    started.push(running);
    return running;
  };

  beforeAll(async () => {
    const { [name]: program } = await ensureTools([name]);
    const read = readManifests("beta", projectFolder, catalogue);
    if ("problems" in read) throw new Error("beta has problems");
    manifests = read.manifests;
    scratch = mkdtempSync(path.join(tmpdir(), "altlas-metrics-"));
    sandbox = scratchSandbox();
    const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
    const nodes = zones.map((zone, index) =>
      testNode(`general-${index + 1}`, zone, {
        allocatable: { cpu: "8", memory: "28Gi", pods: "58", "ephemeral-storage": "80Gi" },
      }),
    );
    const { server: address } = await startControlPlane({ folder: sandbox.folder, nodes, usage: true });
    client = adminClient(sandbox.folder);
    const layout = layoutOf(sandbox.folder);

    const workload = of("Deployment") as Workload;
    const https = await freePort([]);
    const lead = leadToProcess(of("Service"), { workload, container: name, ports: { https } });
    const apiService = structuredClone(of("APIService", "v1beta1.metrics.k8s.io")) as Manifest & {
      spec: { service: { port: number } };
    };
    apiService.spec.service.port = lead.behind(apiService.spec.service.port);
    // A minute of waiting becomes a second; which steps it takes stays.
    const scaled = structuredClone(of("HorizontalPodAutoscaler", service)) as Manifest & {
      spec: { behavior: { scaleDown: { stabilizationWindowSeconds: number; policies: { periodSeconds: number }[] } } };
    };
    const { scaleDown } = scaled.spec.behavior;
    scaleDown.stabilizationWindowSeconds /= 60;
    for (const policy of scaleDown.policies) policy.periodSeconds /= 60;

    await apply(manifests.filter(({ kind }) => kind === "Namespace" || kind === "PriorityClass"));
    const mine = manifests.filter(
      ({ kind, metadata }) =>
        (metadata.name.startsWith(name) || metadata.name.startsWith(service)) &&
        !["Service", "APIService", "HorizontalPodAutoscaler"].includes(kind) &&
        // What it may read; it is tried without first.
        !(kind === "ClusterRoleBinding" && metadata.name === name),
    );
    await apply([...mine, scaled, of("Service", service)]);
    wayToIt = [lead.service, apiService];
    const { spec } = await autoscaler();
    const running = async () => (await pods()).filter(({ status }) => status.phase === "Running").length;
    await vi.waitUntil(async () => (await running()) === spec.minReplicas, patience);
    loading = spreadLoad();

    const { status } = await client.call<{ status: { token: string } }>(
      "POST",
      `/api/v1/namespaces/${workload.metadata.namespace ?? ""}/serviceaccounts/${name}/token`,
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    );
    registered = {
      workload,
      container: name,
      objects: manifests,
      folder: path.join(scratch, "pod"),
      image: { entrypoint: [program] },
      ports: { https },
      serviceAccount: {
        server: address,
        authority: readFileSync(pkiFile(layout, "ca.crt"), "utf8"),
        token: status.token,
      },
      tell: ({ kubeconfig }) => [
        "--bind-address=127.0.0.1",
        `--kubeconfig=${kubeconfig}`,
        `--authentication-kubeconfig=${kubeconfig}`,
        `--authorization-kubeconfig=${kubeconfig}`,
      ],
    };
    server = await startRegistered(registered);
    started.push(server);

    /**
     * Shares the load out among the pods that there are, as callers of a Service would. Reads the kubelets' figures as
     * well: kwok counts what a container has used from the first time that somebody reads it.
     */
    async function spreadLoad(): Promise<void> {
      const port = savedPorts(layout).kubelets ?? 0;
      const ca = readFileSync(pkiFile(layout, "ca.crt"));
      while (!loadEnds.signal.aborted) {
        const present = await pods();
        const share = `${Math.max(1, Math.round(load / present.length))}m`;
        for (const { metadata } of present.filter((pod) => pod.metadata.annotations?.[CPU_ANNOTATION] !== share)) {
          const annotations = { [CPU_ANNOTATION]: share };
          const at = `/api/v1/namespaces/${namespace}/pods/${metadata.name}`;
          // It may be gone by now.
          await client.call("PATCH", at, { metadata: { annotations } }, PATCH).catch(() => undefined);
        }
        for (const node of nodes) await readPage(`https://127.0.0.1:${port}${usagePath(node.name)}`, ca);
        await sleep(250);
      }
    }
  }, SLOW);

  afterAll(async () => {
    loadEnds.abort();
    await loading;
    await Promise.all(started.map(async (each) => await each.stop()));
    client.close();
    await sandbox.remove();
    rmSync(scratch, { recursive: true });
  }, SLOW);

  it("is not ready without the right to read nodes and pods, and goes on by itself when it has it", async () => {
    await expect
      .poll(() => server.log(), patience)
      .toMatch(/nodes is forbidden.*serviceaccount:kube-system:metrics-server/);
    expect(await server.probe("readinessProbe")).toBeDefined();
    await apply([of("ClusterRoleBinding")]);
  });

  it.each([
    [
      "another kind of address than nodes have",
      "InternalIP,ExternalIP,Hostname",
      "ExternalIP",
      /no address matched types/,
    ],
    [
      "a port that its nodes do not name",
      "--kubelet-use-node-status-port",
      "--kubelet-port=9",
      /127\.0\.0\.1:9\/.*refused/,
    ],
    ["more readings than it allows", "--metric-resolution=15s", "--metric-resolution=5s", /at least 10s/],
    ["a flag that it does not have", "--cert-dir=/tmp", "--certificates=/tmp", /unknown flag: --certificates/],
  ])("would fail with %s", async (_, from, to, says) => {
    const mutant = await startMutant(from, to);
    await expect.poll(() => mutant.log(), patience).toMatch(says);
    expect(await mutant.probe("readinessProbe")).toBeDefined();
  });

  it("is not even started when nothing says any more where its certificate goes", async () => {
    await expect(startMutant("--cert-dir=/tmp", "--cert-dir=/etc/tls")).rejects.toThrow(/nothing in .* names \/tmp/);
  });

  it("is reached through its Service and APIService as soon as it says that it is ready", async () => {
    await expect.poll(async () => await server.probe("readinessProbe"), patience).toBeUndefined();
    await apply(wayToIt);
    await expect.poll(measured, patience).toBe((await autoscaler()).spec.minReplicas);
  });

  it("makes the real autoscaler follow the load, up and down again", async () => {
    const { minReplicas, maxReplicas, metrics } = (await autoscaler()).spec;
    const [pod] = await pods();
    const request = pod?.spec.containers.find((each) => each.name === service)?.resources.requests.cpu ?? "";
    if (!isCpu(request)) throw new Error(`no request for CPU: ${request}`);
    const target = (metrics[0]?.containerResource.target.averageUtilization ?? 0) * millicores(request);
    const status = async () => (await autoscaler()).status;
    await expect
      .poll(status, patience)
      .toMatchObject({ currentReplicas: minReplicas, currentMetrics: [{ containerResource: { container: service } }] });

    // As much as the most pods would carry: more than enough for a step up, whichever part of a reading it falls into.
    load = (maxReplicas * target) / 100;
    await expect.poll(async () => (await status()).currentReplicas, patience).toBeGreaterThan(minReplicas);
    load = 0;
    await expect.poll(async () => (await status()).currentReplicas, patience).toBe(minReplicas);
  });

  it("answers kubectl top through the API server", async () => {
    const top = async (...args: string[]) => (await cli(sandbox.home, "kubectl", "top", ...args)).stdout;
    const [nodes, containers] = await Promise.all([
      top("nodes", "--no-headers"),
      top("pods", "--namespace", namespace, "--containers", "--no-headers"),
    ]);
    expect(nodes).toMatch(/^general-1 +\d+m +\d+% +\d+Mi +\d+% *\ngeneral-2 .*\ngeneral-3 .*\n$/);
    expect(containers).toMatch(/^api-gateway-\w+-\w+ +api-gateway +\d+m +1Mi/m);
    expect(await server.probe("readinessProbe")).toBeUndefined();
  });

  it("lets whoever may view a namespace read its figures, and nobody else", async () => {
    const ask = async (subject: string) =>
      await cli(
        sandbox.home,
        "kubectl",
        "auth",
        "can-i",
        "list",
        "pods.metrics.k8s.io",
        "-n",
        namespace,
        `--as=${subject}`,
      );
    await client.call("POST", `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
      metadata: { name: "viewer" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "viewer" }],
    });
    await expect.poll(async () => (await ask("viewer")).stdout, patience).toBe("yes\n");
    expect((await ask("somebody")).stdout).toBe("no\n");
  });
});

async function readPage(url: string, ca: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(url, { ca }, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
}
