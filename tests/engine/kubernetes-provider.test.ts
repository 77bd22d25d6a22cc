import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dump, load } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../sandbox/control-plane";
import { type ApiClient } from "../../sandbox/control-plane/client";
import { adminClient, scratchSandbox, testNode, type ScratchSandbox } from "../support/control-plane";
import { CallError, ProviderProcess, secretOf, unknownValue, urnOf, type Values } from "../support/provider-client";
import { TcpProxy } from "../support/tcp-proxy";

const ENTRY = "sandbox/plugins/kubernetes/main.ts";
const WITHOUT_CLUSTER = { KUBECONFIG: "/nonexistent/kubeconfig" };
const MERGE = { type: "application/merge-patch+json" };

interface KubeconfigFile {
  clusters: { name: string; cluster: { server: string } }[];
  users: { name: string; user: Record<string, string> }[];
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  "current-context": string;
}

/** An object as far as these tests look at it. */
interface Live {
  metadata: {
    name: string;
    uid: string;
    labels?: Record<string, string>;
    managedFields: { manager: string; operation: string }[];
  };
  data?: Record<string, string>;
  spec: Record<string, unknown>;
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the Kubernetes provider on a real control plane", () => {
  let sandbox: ScratchSandbox;
  let plane: ControlPlane;
  let admin: ApiClient;
  let provider: ProviderProcess;
  const processes: ProviderProcess[] = [];

  /** A provider process of its own with these settings. */
  async function configured(
    settings: Values,
    environment: Record<string, string> = WITHOUT_CLUSTER,
  ): Promise<ProviderProcess> {
    const started = await ProviderProcess.start(ENTRY, environment);
    processes.push(started);
    await started.configure(settings);
    return started;
  }

  beforeAll(async () => {
    sandbox = scratchSandbox();
    plane = await startControlPlane({ folder: sandbox.folder, nodes: [testNode("a", "a"), testNode("b", "b")] });
    admin = adminClient(sandbox.folder);
    provider = await configured({ kubeconfig: plane.kubeconfig });
    await namespace("apps");
  });
  afterAll(async () => {
    await Promise.all(processes.map(async (one) => await one.stop()));
    await Promise.all(proxies.map(async (proxy) => await proxy.down()));
    await sandbox.remove();
  });
  const proxies: TcpProxy[] = [];

  async function namespace(name: string): Promise<void> {
    await admin.call("POST", "/api/v1/namespaces", { metadata: { name } });
  }
  const get = async (path: string): Promise<Live | undefined> => {
    try {
      return await admin.call<Live>("GET", path);
    } catch (error) {
      if ((error as { status?: number }).status === 404) return undefined;
      throw error;
    }
  };

  /** A resource in the way the engine drives it: check, then create, and so on. */
  class Resource {
    readonly urn: string;
    id = "";
    inputs: Values = {};
    outputs: Values = {};

    constructor(
      readonly type: string,
      readonly name: string,
      readonly on: ProviderProcess = provider,
    ) {
      this.urn = urnOf(type, name);
    }

    async check(news: Values): Promise<Values> {
      const { inputs, failures } = await this.on.check(this.urn, news, { olds: this.inputs, oldOutputs: this.outputs });
      expect(failures).toEqual([]);
      return inputs;
    }

    async create(news: Values, more: { timeout?: number } = {}): Promise<this> {
      const inputs = await this.check(news);
      const { id, outputs } = await this.on.create(this.urn, inputs, more);
      Object.assign(this, { id, inputs, outputs });
      return this;
    }

    async preview(news: Values): Promise<Values> {
      const inputs = await this.check(news);
      return this.id === ""
        ? (await this.on.create(this.urn, inputs, { preview: true })).outputs
        : await this.on.update(this.urn, this.id, this, inputs, { preview: true });
    }

    async update(news: Values): Promise<this> {
      const inputs = await this.check(news);
      this.outputs = await this.on.update(this.urn, this.id, this, inputs);
      this.inputs = inputs;
      return this;
    }

    async diff(news: Values) {
      return await this.on.diff(this.urn, this.id, this, await this.check(news));
    }

    async delete(more: { timeout?: number } = {}): Promise<void> {
      await this.on.delete(this.urn, this.id, this.outputs, more);
    }
  }

  const configMap = (name: string, data: Values, metadata: Values = {}): Values => ({
    metadata: { name, namespace: "apps", ...metadata },
    data,
  });
  const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
  const mapPath = (name: string): string => `/api/v1/namespaces/apps/configmaps/${name}`;

  const pods = (name: string, spec: Values = {}, podSpec: Values = {}): Values => ({
    metadata: { name, namespace: "apps" },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "x:1" }], ...podSpec },
      },
      ...spec,
    },
  });
  const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
  const nowhere = { nodeSelector: { nowhere: "true" } };

  const failure = async (work: Promise<unknown>): Promise<CallError> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof CallError) return error;
      throw error;
    }
    throw new Error("it was expected to fail");
  };

  describe("configuration", () => {
    const kubeconfig = (): KubeconfigFile => load(readFileSync(plane.kubeconfig, "utf8")) as KubeconfigFile;
    const sees = async (one: ProviderProcess): Promise<string> =>
      (await one.read(urnOf("kubernetes:core/v1:Namespace", "d"), "default")).id;

    it("config-text, config-path, config-ambient: text, path and environment all lead to the cluster", async () => {
      for (const [settings, environment] of [
        [{ kubeconfig: readFileSync(plane.kubeconfig, "utf8") }, WITHOUT_CLUSTER],
        [{ kubeconfig: plane.kubeconfig }, WITHOUT_CLUSTER],
        [{}, { KUBECONFIG: plane.kubeconfig }],
      ] as const) {
        expect(await sees(await configured(settings, environment))).toBe("default");
      }
    });

    it("config-context, config-namespace: the chosen context gives server and namespace", async () => {
      const file = kubeconfig();
      const [real] = file.contexts;
      file.clusters.push({ name: "dead", cluster: { server: "https://127.0.0.1:1" } });
      file.contexts.push({ name: "wrong", context: { cluster: "dead", user: real!.context.user } });
      file.contexts.push({ name: "right", context: { ...real!.context, namespace: "apps" } });
      file["current-context"] = "wrong";
      const one = await configured({ kubeconfig: dump(file), context: "right" });
      const made = await new Resource(CONFIG_MAP, "from-context", one).create({ metadata: { name: "from-context" } });
      expect(made.id).toBe("apps/from-context");
      expect((await one.checkConfig({ kubeconfig: dump(file), context: "none" }))[0]?.reason).toContain("wrong, right");
      expect(await failure(sees(await configured({ kubeconfig: dump(file) })))).toMatchObject({
        message: expect.stringContaining("127.0.0.1:1 does not answer") as string,
      });
    });

    it("config-login: an exec plugin's certificate is accepted by the server", async () => {
      const file = kubeconfig();
      const user = file.users[0]!.user;
      const pem = (key: string): string =>
        user[`${key}-data`] === undefined
          ? readFileSync(path.resolve(path.dirname(plane.kubeconfig), user[key]!), "utf8")
          : Buffer.from(user[`${key}-data`]!, "base64").toString("utf8");
      const credential = path.join(sandbox.home, "credential.json");
      writeFileSync(
        credential,
        JSON.stringify({
          status: { clientCertificateData: pem("client-certificate"), clientKeyData: pem("client-key") },
        }),
      );
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "cat", args: [credential] };
      const logged = { ...file, users: [{ name: file.users[0]!.name, user: { exec } }] };
      expect(await sees(await configured({ kubeconfig: JSON.stringify(logged) }))).toBe("default");
      const stranger = { ...file, users: [{ name: file.users[0]!.name, user: { token: "nonsense" } }] };
      expect((await failure(sees(await configured({ kubeconfig: JSON.stringify(stranger) })))).message).toContain(
        "Log in anew",
      );
    });
  });

  describe("preview", () => {
    it("check-schema: every field that the server refuses is named, and nothing is stored", async () => {
      const error = await failure(
        new Resource(DEPLOYMENT, "wrong").preview(pods("wrong", { replica: 3, paused: true }, { container: [] })),
      );
      expect(error.message).toContain("Deployment apps/wrong was not created: the API server refuses it");
      expect(error.message).toContain("spec.replica: the API has no such field");
      expect(error.message).toContain("spec.template.spec.container: the API has no such field");
      const invalid = await failure(
        new Resource(DEPLOYMENT, "wrong").preview(pods("wrong", { replicas: -1, minReadySeconds: -1 })),
      );
      expect(invalid.message).toMatch(/spec\.replicas: .*greater than or equal to 0/);
      expect(invalid.message).toContain("spec.minReadySeconds");
      expect(await get("/apis/apps/v1/namespaces/apps/deployments/wrong")).toBeUndefined();
    });

    it("check-schema: an update's preview is asked too, and changes nothing", async () => {
      const map = await new Resource(CONFIG_MAP, "previewed").create(configMap("previewed", { a: "1" }));
      expect((await map.preview(configMap("previewed", { a: "2" }))).data).toEqual({ a: "2" });
      expect((await get(mapPath("previewed")))?.data).toEqual({ a: "1" });
      expect((await failure(map.preview({ ...configMap("previewed", { a: "1" }), nonsense: 1 }))).message).toContain(
        "nonsense",
      );
    });

    it("check-not-yet: a namespace or a definition that does not exist yet is no error", async () => {
      await new Resource(CONFIG_MAP, "early").preview(configMap("early", {}, { namespace: "not-yet" }));
      await new Resource("kubernetes:example.com/v1:Gadget", "early").preview({
        metadata: { name: "early", namespace: "apps" },
      });
    });

    it("check-offline: without a cluster a preview goes through, and an update says that there is none", async () => {
      const alone = await configured({});
      const map = new Resource(CONFIG_MAP, "alone", alone);
      expect(await map.preview(configMap("alone", { a: "1" }))).toMatchObject({ data: { a: "1" } });
      expect((await failure(map.create(configMap("alone", {})))).message).toMatch(
        /There is no Kubernetes cluster to create ConfigMap apps\/alone\. .*does not exist/,
      );
    });

    it("check-offline: values that are known later are not sent to the server", async () => {
      const outputs = await new Resource(DEPLOYMENT, "later").preview(pods("later", { replicas: unknownValue }));
      expect(outputs).toMatchObject({ spec: { replicas: unknownValue }, status: unknownValue });
    });

    it("check-warnings: what the server warns of is shown below the resource", async () => {
      await admin.call(
        "PATCH",
        "/api/v1/namespaces/apps",
        { metadata: { labels: { "pod-security.kubernetes.io/warn": "restricted" } } },
        MERGE,
      );
      await new Resource(DEPLOYMENT, "warned").preview(pods("warned"));
      expect(provider.logs.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/the API server warns: would violate PodSecurity/),
      );
      await admin.call(
        "PATCH",
        "/api/v1/namespaces/apps",
        { metadata: { labels: { "pod-security.kubernetes.io/warn": null } } },
        MERGE,
      );
    });
  });

  describe("create", () => {
    it("create-apply, outputs-live: an object is applied under a manager of its own, and recorded as it lives", async () => {
      const map = await new Resource(CONFIG_MAP, "created").create(configMap("created", { a: "1" }));
      const live = await get(mapPath("created"));
      expect(map.id).toBe("apps/created");
      expect(live?.metadata.managedFields).toEqual([
        expect.objectContaining({ operation: "Apply", manager: map.outputs.__fieldManager }),
      ]);
      expect(map.outputs).toMatchObject({
        metadata: { uid: live?.metadata.uid },
        data: { a: "1" },
        __initialApiVersion: "v1",
      });
      expect(map.outputs.metadata).not.toHaveProperty("managedFields");
    });

    it("check-autoname: a resource without a name gets one, and keeps it in an update", async () => {
      const map = await new Resource(CONFIG_MAP, "unnamed").create({
        metadata: { namespace: "apps" },
        data: { a: "1" },
      });
      expect(map.id).toMatch(/^apps\/unnamed-[0-9a-f]{8}$/);
      expect((await map.diff({ metadata: { namespace: "apps" }, data: { a: "1" } })).changes).toEqual([]);
      await map.delete();
    });

    it("create-exists: what somebody else made is refused with its maker, in preview and update, and adopted when asked", async () => {
      await admin.call("POST", "/api/v1/namespaces/apps/configmaps?fieldManager=somebody", {
        metadata: { name: "taken" },
        data: { a: "0", b: "0" },
      });
      const map = new Resource(CONFIG_MAP, "taken");
      for (const attempt of ["preview", "create"] as const) {
        expect((await failure(map[attempt](configMap("taken", { a: "1" })))).message).toMatch(
          /ConfigMap apps\/taken exists already \(written by somebody\).*import.*upsertExistingObjects/,
        );
      }
      expect((await get(mapPath("taken")))?.data).toEqual({ a: "0", b: "0" });
      const adopting = await configured({ kubeconfig: plane.kubeconfig, upsertExistingObjects: "true" });
      await new Resource(CONFIG_MAP, "taken", adopting).create(configMap("taken", { a: "1" }));
      expect((await get(mapPath("taken")))?.data).toEqual({ a: "1", b: "0" });
    });

    it("create-exists: of two resources that claim one object at the same time, one is refused", async () => {
      const attempts = ["first", "second"].map(
        async (name) => await new Resource(CONFIG_MAP, name).create(configMap("claimed", { by: name })),
      );
      const results = await Promise.allSettled(attempts);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    });

    it("create-resume: what an interrupted create of the same resource left is taken over", async () => {
      await new Resource(CONFIG_MAP, "resumed").create(configMap("resumed", { a: "1" }));
      const again = await configured({ kubeconfig: plane.kubeconfig });
      const map = await new Resource(CONFIG_MAP, "resumed", again).create(configMap("resumed", { a: "2" }));
      expect(map.outputs.data).toEqual({ a: "2" });
      expect(again.logs.map(({ message }) => message)).toContainEqual(expect.stringContaining("interrupted update"));
    });

    it("create-replace-clash: a forced replacement under the same name is refused, and the object lives on", async () => {
      const map = await new Resource(CONFIG_MAP, "clash").create(configMap("clash", { a: "1" }));
      const fresh = await configured({ kubeconfig: plane.kubeconfig });
      // The engine checks first with the old state, then, for the replacement, without it.
      await fresh.check(map.urn, configMap("clash", { a: "1" }), { olds: map.inputs, oldOutputs: map.outputs });
      expect((await failure(fresh.create(map.urn, map.inputs))).message).toContain("deleteBeforeReplace");
      expect(await get(mapPath("clash"))).toBeDefined();
    });

    it("create-namespace: a namespace that comes a moment later is waited for", async () => {
      const map = new Resource(CONFIG_MAP, "waits").create(configMap("waits", {}, { namespace: "soon" }));
      await sleep(700);
      await namespace("soon");
      expect((await map).id).toBe("soon/waits");
    });

    it.concurrent("create-namespace: one that stays away is a sentence", async () => {
      const error = await failure(
        new Resource(CONFIG_MAP, "lost").create(configMap("lost", {}, { namespace: "never" })),
      );
      expect(error.message).toMatch(/the namespace "never" does not exist.*depend on it/);
    });

    it("diff-delete-first: an object that is being deleted is waited for before its successor is made", async () => {
      const old = await new Resource(CONFIG_MAP, "succeeded").create(configMap("succeeded", {}));
      await admin.call("PATCH", mapPath("succeeded"), { metadata: { finalizers: ["example.com/hold"] } }, MERGE);
      await admin.call("DELETE", mapPath("succeeded"));
      const successor = new Resource(CONFIG_MAP, "successor").create(configMap("succeeded", { new: "1" }));
      await sleep(500);
      await admin.call("PATCH", mapPath("succeeded"), { metadata: { finalizers: null } }, MERGE);
      expect((await successor).outputs.metadata).not.toMatchObject({ uid: (old.outputs.metadata as Values).uid });
    });

    it("outputs-secret: what the server quotes when it refuses is not shown when it is secret", async () => {
      const inputs = { metadata: { name: "quoted", namespace: "apps" }, data: secretOf("hunter2-is-no-map") };
      const secret = new Resource("kubernetes:core/v1:Secret", "quoted");
      for (const attempt of ["preview", "create"] as const) {
        const { message } = await failure(secret[attempt](inputs));
        expect(message).toContain("Secret apps/quoted was not created");
        expect(message).not.toContain("hunter2");
      }
    });

    it("outputs-secret: secrets reach the cluster, and come back secret", async () => {
      const secret = await new Resource("kubernetes:core/v1:Secret", "hidden").create({
        metadata: { name: "hidden", namespace: "apps" },
        stringData: secretOf({ password: "hunter2" }),
      });
      const data = { password: Buffer.from("hunter2").toString("base64") };
      expect((await get("/api/v1/namespaces/apps/secrets/hidden"))?.data).toEqual(data);
      expect(secret.outputs.data).toEqual(secretOf(data));
    });
  });

  describe("update", () => {
    it("update-apply: changed fields change, dropped ones go, and those of others stay", async () => {
      const map = await new Resource(CONFIG_MAP, "changed").create(
        configMap("changed", { a: "1", b: "1" }, { labels: { ours: "1" } }),
      );
      await admin.call("PATCH", mapPath("changed"), { metadata: { labels: { theirs: "1" } }, data: { c: "3" } }, MERGE);
      await map.update(configMap("changed", { a: "2" }));
      const live = await get(mapPath("changed"));
      expect(live?.data).toEqual({ a: "2", c: "3" });
      expect(live?.metadata.labels).toEqual({ theirs: "1" });
    });

    it("update-apply: a key dropped from a Secret's stringData is dropped from the Secret", async () => {
      const inputs = (stringData: Values): Values => ({ metadata: { name: "dropped", namespace: "apps" }, stringData });
      const secret = await new Resource("kubernetes:core/v1:Secret", "dropped").create(inputs({ a: "1", b: "2" }));
      await secret.update(inputs({ a: "1" }));
      expect(Object.keys((await get("/api/v1/namespaces/apps/secrets/dropped"))?.data ?? {})).toEqual(["a"]);
    });

    it("update-conflict: another owner is named with the field and the remedy, and patchForce takes the field over", async () => {
      const map = await new Resource(CONFIG_MAP, "contested").create(configMap("contested", { a: "1" }));
      await admin.call("PATCH", `${mapPath("contested")}?fieldManager=rival`, { data: { a: "theirs" } }, MERGE);
      for (const attempt of ["preview", "update"] as const) {
        expect((await failure(map[attempt](configMap("contested", { a: "2" })))).message).toMatch(
          /data\.a is owned by "rival"[\s\S]*ignoreChanges[\s\S]*patchForce/,
        );
      }
      expect((await get(mapPath("contested")))?.data).toEqual({ a: "theirs" });
      await map.update(configMap("contested", { a: "2" }, { annotations: { "pulumi.com/patchForce": "true" } }));
      expect((await get(mapPath("contested")))?.data).toEqual({ a: "2" });
    });

    it("update-refused: what the server refuses in an update is named with its field and the remedy", async () => {
      const deployment = await new Resource(DEPLOYMENT, "frozen").create(pods("frozen", { replicas: 0 }));
      const error = await failure(deployment.update(pods("frozen", { selector: { matchLabels: { app: "other" } } })));
      expect(error.message).toMatch(/spec\.selector: .*immutable/);
      expect(error.message).toContain("pulumi up --replace");
      expect(error.message).not.toContain("    at ");
    });
  });

  describe("read", () => {
    it("read-refresh: a refresh of an unchanged object is no change, one of a changed object shows the drift", async () => {
      const spec = {
        replicas: 0,
        template: {
          metadata: { labels: { app: "drift" } },
          spec: {
            containers: [{ name: "main", image: "x:1", resources: { limits: { cpu: "1000m", memory: "1024Mi" } } }],
          },
        },
      };
      const deployment = await new Resource(DEPLOYMENT, "drift").create(pods("drift", spec));
      const quiet = await provider.read(deployment.urn, deployment.id, deployment);
      expect(quiet.inputs).toEqual(deployment.inputs);
      await admin.call(
        "PATCH",
        "/apis/apps/v1/namespaces/apps/deployments/drift",
        { spec: { revisionHistoryLimit: 3, paused: true, replicas: 1 } },
        MERGE,
      );
      const drifted = await provider.read(deployment.urn, deployment.id, deployment);
      const { changes } = await provider.diff(deployment.urn, deployment.id, drifted, deployment.inputs);
      expect(changes).toEqual(["spec.replicas"]);
      await deployment.delete();
    });

    it("read-gone: an object, its namespace or its kind that is gone reads as gone", async () => {
      expect((await provider.read(urnOf(CONFIG_MAP, "x"), "apps/none")).id).toBe("");
      expect((await provider.read(urnOf(CONFIG_MAP, "x"), "nowhere/none")).id).toBe("");
      expect((await provider.read(urnOf("kubernetes:none.example.com/v1:None", "x"), "apps/none")).id).toBe("");
    });

    it("read-import: an object that is imported gives inputs that change nothing", async () => {
      await admin.call("POST", "/api/v1/namespaces/apps/configmaps", {
        metadata: { name: "imported", labels: { a: "b" } },
        data: { a: "1" },
      });
      const { id, inputs, outputs } = await provider.read(urnOf(CONFIG_MAP, "imported"), "apps/imported");
      expect(inputs).toEqual({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "imported", namespace: "apps", labels: { a: "b" } },
        data: { a: "1" },
      });
      const map = new Resource(CONFIG_MAP, "imported");
      Object.assign(map, { id, inputs, outputs });
      expect((await map.diff(configMap("imported", { a: "1" }, { labels: { a: "b" } }))).changes).toEqual([]);
    });
  });

  describe.concurrent("delete", () => {
    it("delete-wait: a deleted object is gone when delete returns, and deleting it again is no error", async () => {
      const deployment = await new Resource(DEPLOYMENT, "gone").create(pods("gone", { replicas: 2 }));
      await deployment.delete();
      expect(await get("/apis/apps/v1/namespaces/apps/deployments/gone")).toBeUndefined();
      const { items } = await admin.call<{ items: unknown[] }>(
        "GET",
        "/api/v1/namespaces/apps/pods?labelSelector=app%3Dgone",
      );
      expect(items).toEqual([]);
      await deployment.delete();
    });

    it("delete-wait: what holds an object is named when the time is up", async () => {
      const map = await new Resource(CONFIG_MAP, "held").create(configMap("held", {}));
      await admin.call("PATCH", mapPath("held"), { metadata: { finalizers: ["example.com/hold"] } }, MERGE);
      const error = await failure(map.delete({ timeout: 1 }));
      expect(error.message).toMatch(
        /ConfigMap apps\/held was told to go, but is still there after 1 s[\s\S]*finalizer example\.com\/hold/,
      );
      await admin.call("PATCH", mapPath("held"), { metadata: { finalizers: null } }, MERGE);
      await map.delete();
    });

    it("delete-wait: a namespace takes its contents along", async () => {
      const whole = await new Resource("kubernetes:core/v1:Namespace", "whole").create({ metadata: { name: "whole" } });
      await new Resource(CONFIG_MAP, "inside").create(configMap("inside", {}, { namespace: "whole" }));
      await whole.delete();
      expect(await get("/api/v1/namespaces/whole")).toBeUndefined();
    });

    it("delete-propagation: with Orphan the pods' owner goes and they stay", async () => {
      const inputs = pods("orphans", { replicas: 1 });
      inputs.metadata = {
        ...(inputs.metadata as Values),
        annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" },
      };
      const deployment = await new Resource(DEPLOYMENT, "orphans").create(inputs);
      await deployment.delete();
      const sets = "/apis/apps/v1/namespaces/apps/replicasets?labelSelector=app%3Dorphans";
      const { items } = await admin.call<{ items: Live[] }>("GET", sets);
      expect(items).toHaveLength(1);
      await admin.call("DELETE", `/apis/apps/v1/namespaces/apps/replicasets/${items[0]!.metadata.name}`);
    });

    it("delete-foreign: an object that somebody made anew stays, with a warning", async () => {
      const map = await new Resource(CONFIG_MAP, "renewed").create(configMap("renewed", {}));
      await admin.call("DELETE", mapPath("renewed"));
      await admin.call("POST", "/api/v1/namespaces/apps/configmaps", { metadata: { name: "renewed" } });
      await map.delete();
      expect(await get(mapPath("renewed"))).toBeDefined();
      expect(provider.logs.map(({ message }) => message)).toContainEqual(
        expect.stringContaining("made anew by someone else"),
      );
    });
  });

  describe("readiness", () => {
    it("await-workloads: each kind of workload is ready when its pods are", async () => {
      const controller = pods("rc", { replicas: 1, selector: { app: "rc" } });
      const once = pods("once", {}, { restartPolicy: "Never" });
      delete (once.spec as Values).selector;
      const resources = await Promise.all([
        new Resource(DEPLOYMENT, "web").create(pods("web", { replicas: 2 })),
        new Resource("kubernetes:apps/v1:StatefulSet", "db").create(pods("db", { replicas: 2, serviceName: "db" })),
        new Resource("kubernetes:apps/v1:DaemonSet", "agent").create(pods("agent")),
        new Resource("kubernetes:apps/v1:ReplicaSet", "rs").create(pods("rs", { replicas: 1 })),
        new Resource("kubernetes:core/v1:ReplicationController", "rc").create(controller),
        new Resource("kubernetes:core/v1:Pod", "single").create({
          metadata: { name: "single", namespace: "apps" },
          spec: { containers: [{ name: "main", image: "x:1" }] },
        }),
      ]);
      expect(
        resources.map(
          ({ outputs }) =>
            (outputs.status as Values).readyReplicas ??
            (outputs.status as Values).numberReady ??
            (outputs.status as Values).phase,
        ),
      ).toEqual([2, 2, 2, 1, 1, "Running"]);
      await Promise.all(resources.map(async (resource) => await resource.delete()));
    });

    it("await-workloads: a Job waits for its completion, and its failure is told", async () => {
      const job = (name: string, spec: Values = {}, podSpec: Values = {}): Values => ({
        metadata: { name, namespace: "apps" },
        spec: {
          backoffLimit: 0,
          template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "x:1" }], ...podSpec } },
          ...spec,
        },
      });
      const good = await new Resource("kubernetes:batch/v1:Job", "good").create(job("good"));
      expect(good.outputs.status).toMatchObject({ succeeded: 1 });
      const bad = new Resource("kubernetes:batch/v1:Job", "bad").create(
        job("bad", { activeDeadlineSeconds: 1 }, nowhere),
      );
      expect((await failure(bad)).message).toMatch(/Job apps\/bad failed: DeadlineExceeded/);
    });

    it("await-timeout, await-progress: on time-out pods and conditions say why, and the object is recorded", async () => {
      const inputs = pods("stuck", { replicas: 1 }, nowhere);
      inputs.metadata = { ...(inputs.metadata as Values), annotations: { "pulumi.com/timeoutSeconds": "3" } };
      const error = await failure(new Resource(DEPLOYMENT, "stuck").create(inputs));
      expect(error.message).toContain("Deployment apps/stuck was not ready within 3 s: 0 of 1 pods are available");
      expect(error.message).toMatch(/pod stuck-\S+: not scheduled: 0\/2 nodes are available/);
      expect(error.notReady).toMatchObject({ id: "apps/stuck", outputs: { metadata: { name: "stuck" } } });
      expect(error.notReady?.reasons.length).toBeGreaterThan(1);
      const shown = provider.logs.filter(({ ephemeral, urn }) => ephemeral && urn === urnOf(DEPLOYMENT, "stuck"));
      expect(shown.map(({ message }) => message)).toContainEqual("waiting: 0 of 1 pods are available");
      // The engine updates what it recorded as not ready; with room for the pod it becomes ready.
      const again = new Resource(DEPLOYMENT, "stuck");
      Object.assign(again, { id: "apps/stuck", inputs: await again.check(inputs), outputs: error.notReady?.outputs });
      await again.update(pods("stuck", { replicas: 1 }));
      await again.delete();
    });

    it("await-timeout: customTimeouts come first, and a rollout that missed its deadline fails at once", async () => {
      const started = performance.now();
      const slow = await failure(
        new Resource(DEPLOYMENT, "slow").create(pods("slow", { replicas: 1 }, nowhere), { timeout: 1 }),
      );
      expect(slow.message).toContain("not ready within 1 s");
      const late = await failure(
        new Resource(DEPLOYMENT, "late").create(pods("late", { replicas: 1, progressDeadlineSeconds: 1 }, nowhere)),
      );
      expect(late.message).toContain("Deployment apps/late failed: ProgressDeadlineExceeded");
      expect(performance.now() - started).toBeLessThan(20_000);
    });

    it("await-skip: with skipAwait the create ends at once", async () => {
      const inputs = pods("skipped", { replicas: 1 }, nowhere);
      inputs.metadata = { ...(inputs.metadata as Values), annotations: { "pulumi.com/skipAwait": "true" } };
      const started = performance.now();
      await new Resource(DEPLOYMENT, "skipped").create(inputs);
      expect(performance.now() - started).toBeLessThan(3000);
    });

    it("await-cancel: a cancelled wait ends at once, and the object is recorded", async () => {
      const own = await configured({ kubeconfig: plane.kubeconfig });
      const waiting = failure(
        new Resource(DEPLOYMENT, "cancelled", own).create(pods("cancelled", { replicas: 1 }, nowhere)),
      );
      await sleep(1500);
      await own.cancel();
      const error = await waiting;
      expect(error.message).toContain("the update was cancelled");
      expect(error.notReady?.id).toBe("apps/cancelled");
    });

    it("await-service: a Service before its pods does not block, one with unready pods waits for them", async () => {
      const service = (name: string): Values => ({
        metadata: { name, namespace: "apps" },
        spec: { selector: { app: "late-pods" }, ports: [{ port: 80 }] },
      });
      const early = await new Resource("kubernetes:core/v1:Service", "early").create(service("early"));
      expect((early.outputs.spec as Values).clusterIP).toMatch(/^\d+\./);
      const inputs = pods("late-pods", { replicas: 1 }, nowhere);
      inputs.metadata = { ...(inputs.metadata as Values), annotations: { "pulumi.com/skipAwait": "true" } };
      const deployment = await new Resource(DEPLOYMENT, "late-pods").create(inputs);
      await sleep(500);
      expect(
        (await failure(new Resource("kubernetes:core/v1:Service", "late").create(service("late"), { timeout: 2 })))
          .message,
      ).toContain("no pod that the selector matches is ready");
      await deployment.update(pods("late-pods", { replicas: 1 }));
      await new Resource("kubernetes:core/v1:Service", "served").create(service("served"), { timeout: 30 });
    });

    it("await-objects: load balancer, Ingress, claim, definition and APIService wait for their status", async () => {
      const address = { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } };
      const balancer = new Resource("kubernetes:core/v1:Service", "balancer").create({
        metadata: { name: "balancer", namespace: "apps" },
        spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
      });
      const ingress = new Resource("kubernetes:networking.k8s.io/v1:Ingress", "entrance").create({
        metadata: { name: "entrance", namespace: "apps" },
        spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } },
      });
      await admin.call("POST", "/apis/storage.k8s.io/v1/storageclasses", {
        metadata: { name: "lazy" },
        provisioner: "example.com/none",
        volumeBindingMode: "WaitForFirstConsumer",
      });
      const claim = (name: string, storageClassName: string): Values => ({
        metadata: { name, namespace: "apps" },
        spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      });
      await new Resource("kubernetes:core/v1:PersistentVolumeClaim", "lazy").create(claim("lazy", "lazy"));
      expect(
        (
          await failure(
            new Resource("kubernetes:core/v1:PersistentVolumeClaim", "classless").create(claim("classless", "none"), {
              timeout: 1,
            }),
          )
        ).message,
      ).toContain('storage class "none" does not exist');
      const apiService = await failure(
        new Resource("kubernetes:apiregistration.k8s.io/v1:APIService", "metrics").create(
          {
            metadata: { name: "v1.metrics.example.com" },
            spec: {
              group: "metrics.example.com",
              version: "v1",
              groupPriorityMinimum: 100,
              versionPriority: 100,
              insecureSkipTLSVerify: true,
              service: { name: "none", namespace: "apps" },
            },
          },
          { timeout: 2 },
        ),
      );
      expect(apiService.message).toContain("ServiceNotFound");
      await admin.call("DELETE", "/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.example.com");
      await sleep(500);
      await admin.call("PATCH", "/api/v1/namespaces/apps/services/balancer/status", address, MERGE);
      await admin.call("PATCH", "/apis/networking.k8s.io/v1/namespaces/apps/ingresses/entrance/status", address, MERGE);
      for (const { outputs } of [await balancer, await ingress]) expect(outputs.status).toMatchObject(address.status);
    });
  });

  describe.concurrent("custom resources", () => {
    const definition = (kind: string, scope = "Namespaced"): Values => {
      const plural = `${kind.toLowerCase()}s`;
      const schema = {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
        },
      };
      return {
        metadata: { name: `${plural}.example.com` },
        spec: {
          group: "example.com",
          scope,
          names: { kind, plural, singular: kind.toLowerCase() },
          versions: [{ name: "v1", served: true, storage: true, schema }],
        },
      };
    };
    const DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

    // The garbage collector learns a new kind within half a minute; until then a foreground deletion of it waits.
    const custom = (name: string, rest: Values, metadata: Values = { namespace: "apps" }): Values => ({
      metadata: { name, annotations: { "pulumi.com/deletionPropagationPolicy": "background" }, ...metadata },
      ...rest,
    });

    it("custom-resource, await-objects: definition and resource in one update, changed, validated and deleted", async () => {
      const type = "kubernetes:example.com/v1:Widget";
      const [defined, widget] = await Promise.all([
        new Resource(DEFINITION, "widgets").create(definition("Widget")),
        // Registered beside its definition, without an order between them.
        new Resource(type, "w").create(custom("w", { spec: { size: 1 } })),
      ]);
      await widget.update(custom("w", { spec: { size: 2 } }));
      expect((await get("/apis/example.com/v1/namespaces/apps/widgets/w"))?.spec).toEqual({ size: 2 });
      const wrong = custom("w", { spec: { size: "large", colour: "red" } });
      expect((await failure(widget.preview(wrong))).message).toMatch(/spec\.(size|colour)/);
      await widget.delete();
      await defined.delete();
      expect((await widget.on.read(widget.urn, widget.id, widget)).id).toBe("");
    });

    it("custom-resource: a cluster-wide kind has no namespace, whatever the default is", async () => {
      const defined = await new Resource(DEFINITION, "planets").create(definition("Planet", "Cluster"));
      const planet = await new Resource("kubernetes:example.com/v1:Planet", "p").create(custom("p", {}, {}));
      expect(planet.id).toBe("p");
      await planet.delete();
      await defined.delete();
    });

    it("custom-resource: a kind that nothing defines is a sentence after a short wait", async () => {
      const error = await failure(
        new Resource("kubernetes:example.com/v1:Nothing", "n").create({ metadata: { name: "n", namespace: "apps" } }),
      );
      expect(error.message).toMatch(/serves no kind Nothing in example\.com\/v1; install its CustomResourceDefinition/);
    });
  });

  describe.concurrent("a server that goes away", () => {
    async function proxied(): Promise<{ proxy: TcpProxy; one: ProviderProcess }> {
      const proxy = new TcpProxy(Number(new URL(plane.server).port));
      await proxy.up();
      proxies.push(proxy);
      const file = load(readFileSync(plane.kubeconfig, "utf8")) as KubeconfigFile;
      const text = dump({
        ...file,
        clusters: file.clusters.map(({ name, cluster }) => ({
          name,
          cluster: { ...cluster, server: `https://${proxy.address}` },
        })),
      });
      const one = await configured({ kubeconfig: text });
      return { proxy, one };
    }

    it("server-down: a short outage in the middle of a create is not noticed", async () => {
      const { proxy, one } = await proxied();
      await new Resource(CONFIG_MAP, "before-outage", one).create(configMap("before-outage", {}));
      await proxy.down();
      const during = new Resource(CONFIG_MAP, "during-outage", one).create(configMap("during-outage", {}));
      await sleep(1500);
      await proxy.up();
      expect((await during).id).toBe("apps/during-outage");
    });

    it("server-down: a longer one is a sentence with the remedy, and the next update goes on", async () => {
      const { proxy, one } = await proxied();
      const map = await new Resource(CONFIG_MAP, "outage", one).create(configMap("outage", { a: "1" }));
      await proxy.down();
      const error = await failure(map.update(configMap("outage", { a: "2" })));
      expect(error.message).toMatch(
        /^Cannot update ConfigMap apps\/outage: .*does not answer.*run the same command again/s,
      );
      expect(error.message).not.toContain("    at ");
      await proxy.up();
      await map.update(configMap("outage", { a: "2" }));
      expect((await get(mapPath("outage")))?.data).toEqual({ a: "2" });
    });

    it("server-down: one that dies while pods are awaited leaves the object recorded", async () => {
      const { proxy, one } = await proxied();
      const waiting = failure(
        new Resource(DEPLOYMENT, "interrupted", one).create(pods("interrupted", { replicas: 1 }, nowhere)),
      );
      await sleep(2000);
      await proxy.down();
      const error = await waiting;
      expect(error.notReady?.id).toBe("apps/interrupted");
      expect(error.message).toContain("does not answer");
    });

    it("read-gone: a server that does not answer never makes an object look gone", async () => {
      const { proxy, one } = await proxied();
      const map = await new Resource(CONFIG_MAP, "still-there", one).create(configMap("still-there", {}));
      await proxy.down();
      const [read, deleted] = await Promise.all([failure(one.read(map.urn, map.id, map)), failure(map.delete())]);
      expect(read.message).toContain("Cannot read ConfigMap apps/still-there");
      expect(deleted.message).toContain("Cannot delete ConfigMap apps/still-there");
    });
  });
});
