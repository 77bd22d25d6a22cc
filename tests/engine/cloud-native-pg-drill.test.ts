import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudNativePg } from "../../components/postgresql/cloud-native-pg";
import { databaseObjects, systemRoles } from "../../model/database/names";
import { type Manifest } from "../../model/manifest";
import { startControlPlane } from "../../sandbox/control-plane";
import { type ApiClient } from "../../sandbox/control-plane/client";
import { ensureTools } from "../../sandbox/toolchain";
import restoreDrills from "../../stacks/altlas/database/migrations/0007_restore_drills.sql";
import { adminClient, scratchSandbox, type ScratchSandbox } from "../support/control-plane";
import { type Server, startServer } from "../support/postgresql";
import { sampleArgs } from "../unit/components/cloud-native-pg/sample";

const SLOW = 120_000;
const name = databaseObjects.restoreDrill;
const { namespace } = sampleArgs();
const clusters = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters`;
const password = "restored-password";

/** A kind with a status that anything may be in: the operator's place is taken by this test. */
function definition(group: string, kind: string, plural: string) {
  const free = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties: { spec: free, status: free } } },
        },
      ],
    },
  };
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** What the form registers for the drill, by suffix. */
function registered(suffix: string): Manifest {
  const found = cloudNativePg.objects(sampleArgs()).find((each) => each.suffix === suffix);
  if (!found) throw new Error(`nothing is registered as ${suffix}`);
  return found.manifest;
}

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("the restore drill of CloudNativePG", () => {
  let sandbox: ScratchSandbox;
  let api: ApiClient;
  let folder: string;
  let live: Server;
  let restored: Server;
  let kubectl: string;
  let answers = true;
  let operator: NodeJS.Timeout;

  beforeAll(async () => {
    sandbox = scratchSandbox();
    folder = mkdtempSync(path.join(tmpdir(), "altlas-drill-"));
    const [tools, plane, ...servers] = await Promise.all([
      ensureTools(["kubectl"]),
      startControlPlane({ folder: sandbox.folder, nodes: [] }),
      startServer({ major: 18 }),
      startServer({ major: 18 }),
    ]);
    kubectl = tools.kubectl;
    [live, restored] = servers;
    api = adminClient(sandbox.folder);
    await prepareServers();
    await prepareCluster(plane.server);
    operator = setInterval(() => void operate().catch(() => undefined), 200);
  }, SLOW);

  afterAll(async () => {
    clearInterval(operator);
    api.close();
    await sandbox.remove();
    rmSync(folder, { recursive: true, force: true });
  }, SLOW);

  async function prepareServers(): Promise<void> {
    const schema = `CREATE DATABASE altlas; \\connect altlas
      CREATE SCHEMA platform; ${restoreDrills}`;
    await live.psql(`CREATE ROLE ${systemRoles.maintenance} LOGIN PASSWORD 'live-password'; ${schema}
      GRANT USAGE ON SCHEMA platform TO ${systemRoles.maintenance};
      GRANT INSERT, SELECT ON platform.restore_drills TO ${systemRoles.maintenance};`);
    await restored.psql(`ALTER ROLE postgres PASSWORD '${password}'; ${schema}
      CREATE TABLE platform.jobs AS SELECT generate_series(1, 1234) AS id;`);
  }

  async function prepareCluster(server: string): Promise<void> {
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    await api.call("POST", definitions, definition("postgresql.cnpg.io", "Cluster", "clusters"));
    await api.call("POST", definitions, definition("barmancloud.cnpg.io", "ObjectStore", "objectstores"));
    await api.call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    await api.call("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, registered(`${name}-account`));
    await api.call("POST", `${rbac}/roles`, registered(`${name}-role`));
    await api.call("POST", `${rbac}/rolebindings`, registered(`${name}-rights`));
    const stores = `/apis/barmancloud.cnpg.io/v1/namespaces/${namespace}/objectstores`;
    // A new kind answers with an error while its storage is made.
    for (const list of [stores, clusters]) await until(() => answered(list));
    await api.call("POST", stores, registered("backup-store"));
    const status = { serverRecoveryWindow: { postgresql: { lastSuccessfulBackupTime: "2026-11-22T01:15:40Z" } } };
    const store = await api.call<object>("GET", `${stores}/${databaseObjects.backupStore}`);
    await api.call("PUT", `${stores}/${databaseObjects.backupStore}/status`, { ...store, status });
    const account = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const { status: issued } = await api.call<{ status: { token: string } }>("POST", account, { spec: {} });
    // As the drill's own account: the administrator would be allowed everything.
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "drill",
      clusters: [{ name: "drill", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "drill", user: { token: issued.token } }],
      contexts: [{ name: "drill", context: { cluster: "drill", user: "drill" } }],
    };
    writeFileSync(path.join(folder, "kubeconfig"), JSON.stringify(config));
    writeFileSync(path.join(folder, "cluster.json"), files()["cluster.json"] ?? "");
    writeFileSync(path.join(folder, "restore-drill.sh"), files()["restore-drill.sh"] ?? "");
  }

  async function answered(list: string): Promise<boolean> {
    try {
      return (await api.find(list)) !== undefined;
    } catch {
      return false;
    }
  }

  const files = () => registered(`${name}-files`).data as Record<string, string>;

  /** What the operator does of it: the password of the restored server, and that it is ready. */
  async function operate(): Promise<void> {
    const cluster = await api.find<{ status?: object }>(`${clusters}/${name}`);
    if (!answers || !cluster || cluster.status) return;
    await api
      .call("POST", `/api/v1/namespaces/${namespace}/secrets`, {
        metadata: { name: `${name}-superuser` },
        stringData: { username: "postgres", password },
      })
      .catch(() => undefined);
    const status = { phase: "Cluster in healthy state", conditions: [{ type: "Ready", status: "True" }] };
    await api.call("PUT", `${clusters}/${name}/status`, { ...cluster, status });
  }

  /** Starts the registered script with the registered environment; only where things are is replaced. */
  function drill(changes: Record<string, string> = {}): {
    child: ChildProcess;
    end: Promise<{ code: number | null; output: string }>;
  } {
    const { spec } = registered(name) as unknown as {
      spec: { jobTemplate: { spec: { template: { spec: { containers: [Container] } } } } };
    };
    const given = spec.jobTemplate.spec.template.spec.containers[0].env;
    const here: Record<string, string> = {
      KUBECTL: kubectl,
      MANIFEST: path.join(folder, "cluster.json"),
      SCRATCH: folder,
      HOME: folder,
      RESTORED_HOST: "127.0.0.1",
      RESTORED_PORT: String(restored.port),
      RESTORED_SSLMODE: "disable",
      PGHOST: "127.0.0.1",
      PGPORT: String(live.port),
      PGSSLMODE: "disable",
      ...changes,
    };
    for (const key of Object.keys(here)) expect(given.map((each) => each.name)).toContain(key);
    const child = spawn("sh", [path.join(folder, "restore-drill.sh")], {
      env: {
        ...Object.fromEntries(given.map(({ name: key, value }) => [key, value])),
        ...here,
        PATH: `${live.programs}:${process.env.PATH ?? ""}`,
        KUBECONFIG: path.join(folder, "kubeconfig"),
        PGPASSWORD: "live-password",
        POLL_SECONDS: "0.2",
      },
    });
    let output = "";
    const heard = (data: Buffer) => (output += data.toString());
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    const end = new Promise<{ code: number | null; output: string }>((resolve) => {
      child.on("close", (code) => resolve({ code, output }));
    });
    return { child, end };
  }

  const results = () =>
    live.psql("SELECT succeeded, backup, checked_rows FROM platform.restore_drills ORDER BY finished_at DESC LIMIT 1", {
      database: "altlas",
    });

  async function gone(): Promise<void> {
    expect(await api.find(`${clusters}/${name}`)).toBeUndefined();
  }

  it(
    "makes a Cluster of the backup, reads everything in it, writes that down, and leaves nothing",
    async () => {
      const { code, output } = await drill().end;
      expect(output).toContain("base backup 2026-11-22T01:15:40Z is good: 1234 rows of platform read");
      expect(code).toBe(0);
      expect((await results()).trim()).toBe("t|2026-11-22T01:15:40Z|1234");
      await gone();
    },
    SLOW,
  );

  it(
    "deletes what a drill left that was killed",
    async () => {
      const left = JSON.parse(files()["cluster.json"] ?? "") as Manifest;
      await api.call("POST", clusters, { ...left, metadata: { ...left.metadata, labels: { left: "yes" } } });
      expect((await drill().end).code).toBe(0);
      await gone();
    },
    SLOW,
  );

  it(
    "fails, says why, writes that down and deletes the Cluster when it never becomes ready",
    async () => {
      answers = false;
      const { code, output } = await drill({ WAIT_SECONDS: "1" }).end;
      answers = true;
      expect(code).toBe(1);
      expect(output).toContain("not ready within 1 s");
      expect((await results()).trim()).toBe("f|2026-11-22T01:15:40Z|0");
      await gone();
    },
    SLOW,
  );

  it(
    "fails when the backup has nothing in it",
    async () => {
      const { code, output } = await drill({ SCHEMA: "nowhere" }).end;
      expect(code).toBe(1);
      expect(output).toContain("has no table in the schema nowhere");
      await gone();
    },
    SLOW,
  );

  it(
    "deletes the Cluster when its time is over",
    async () => {
      answers = false;
      const { child, end } = drill();
      await until(async () => (await api.find(`${clusters}/${name}`)) !== undefined);
      child.kill("SIGTERM");
      const { code } = await end;
      answers = true;
      expect(code).toBe(1);
      expect((await results()).trim()).toBe("f|2026-11-22T01:15:40Z|0");
      await gone();
    },
    SLOW,
  );

  it(
    "may touch no other Cluster and read no other Secret",
    async () => {
      const config = `--kubeconfig=${path.join(folder, "kubeconfig")}`;
      const asked = async (...args: string[]) => {
        const child = spawn(kubectl, [config, `--namespace=${namespace}`, "auth", "can-i", ...args]);
        let output = "";
        child.stdout.on("data", (data: Buffer) => (output += data.toString()));
        await new Promise((resolve) => child.on("close", resolve));
        return output.trim();
      };
      expect(await asked("delete", `clusters.postgresql.cnpg.io/${name}`)).toBe("yes");
      expect(await asked("delete", "clusters.postgresql.cnpg.io/postgresql")).toBe("no");
      expect(await asked("get", `secrets/${databaseObjects.administrator}`)).toBe("no");
    },
    SLOW,
  );
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await condition()) return;
    await sleep(100);
  }
  throw new Error("it did not come about within 20 s");
}
