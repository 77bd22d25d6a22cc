import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proveNodes } from "../../model/order/prove";
import { orderNodes } from "../../policies/sources/nodes";
import { fromStateExport } from "../../policies/sources/state";
import { type Digest } from "../../sandbox/engine/events";
import { exportState } from "../../sandbox/engine/stack";
import { catalogue } from "../../stacks/altlas";
import { daemonsOf } from "../support/control-plane";
import { readGoldenFiles, readRegistrations } from "../support/golden/files";
import { newcomer, type LiveObject, type Newcomer, writtenBelow } from "../support/newcomer";
import { projectFolder } from "../support/stack";
import { openStack, stackTraceLines, type StackRunner } from "../support/stack-runner";

const patience = { timeout: 30_000, interval: 500 };
const refusal = "the runner may not change today";
/** An admission policy that refuses every change of one Deployment, as a cluster's own rules may. */
const refuseRunner = [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "refuse-runner" },
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: [
          { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments"] },
        ],
      },
      validations: [{ expression: "object.metadata.name != 'runner-service'", message: refusal }],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "refuse-runner" },
    spec: { policyName: "refuse-runner", validationActions: ["Deny"] },
  },
];

const golden = [...readRegistrations(readGoldenFiles("dev")).values()];
const zones = ["local-a", "local-b", "local-c"];
const clone = () =>
  execFileSync("git", ["status", "--porcelain", "--untracked-files=all"], { cwd: projectFolder }).toString();
const name = ({ kind, metadata }: LiveObject) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;

/** Every object that dev registers, as `Kind namespace/name`. */
const registered = golden
  .filter(({ type }) => type.startsWith("kubernetes:"))
  .map(({ type, inputs }) => {
    const { namespace = "", name: own } = inputs?.metadata as unknown as { namespace?: string; name: string };
    return `${type.split(":")[2]!} ${namespace}/${own}`;
  })
  .sort();

/** The kinds of those objects, for kubectl: `deployments.apps`. */
const kinds = [
  ...new Set(
    golden
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type }) => {
        const [, groupVersion = "", kind = ""] = type.split(":");
        const group = groupVersion.split("/")[0]!;
        const plural = kind.toLowerCase().replace(/(ss)$/, "$1e").replace(/y$/, "ie");
        return `${plural}s${group === "core" ? "" : `.${group}`}`;
      }),
  ),
];

/** What a command said, whether it succeeded or not. */
async function said(command: Promise<string>): Promise<string> {
  try {
    return await command;
  } catch (error) {
    return String(error);
  }
}

/** What an operation did, by operation, without what stayed the same and without the stack itself. */
function done({ seen }: Digest): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [urn, operation] of seen) {
    if (operation === "same" || urn.includes("::pulumi:pulumi:Stack::")) continue;
    (result[operation] ??= []).push(urn.split("::").slice(3).join("::"));
  }
  for (const names of Object.values(result)) names.sort();
  return result;
}

// One story in the order in which it happens: each test stands on what the one before left.
describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("a newcomer with an empty home", () => {
  let person: Newcomer;
  let stack: StackRunner;
  let before: string;
  const owned = async () =>
    (await person.objects(...kinds)).filter(({ metadata }) =>
      registered.some((own) => own.endsWith(`/${metadata.name}`)),
    );

  beforeAll(() => {
    before = clone();
    person = newcomer();
  });
  afterAll(() => person.leave());

  it("previews dev with no cluster anywhere", async () => {
    const { code, output } = await person.run("sandbox/preview.ts");
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain(`${golden.length + 1} to create`);
    expect(output).toMatch(/Policies: \d+ policies on \d+ resources: no violations/);
    expect(daemonsOf(path.dirname(person.kubeconfig))).toEqual([]);
  });

  it("brings dev up with npm start, and every object that the program registers is in the cluster", async () => {
    const { code, output } = await person.run("sandbox/start.ts");
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const service of catalogue.services)
      expect(output).toMatch(new RegExp(`altlas +${service.name} +(\\d+)/\\1 `));
    expect((await owned()).map(name).sort()).toEqual(registered);
  });

  it("sees every pod running", async () => {
    const pods = await person.objects("pods");
    expect(pods.length).toBeGreaterThanOrEqual(catalogue.services.length);
    // A Job's pod stays as the record of what it did.
    const jobs = pods.filter(({ metadata }) => metadata.name.startsWith("postgresql-migrations-"));
    expect(jobs.map(({ status }) => status?.phase)).toEqual(["Succeeded"]);
    const others = pods.filter((pod) => !jobs.includes(pod));
    expect(others.filter(({ status }) => status?.phase !== "Running").map(name)).toEqual([]);
    const { output } = await person.run("sandbox/cli.ts", ["kubectl", "get", "pods", "-A"]);
    expect(output).toContain("Running");
  });

  it("finds nothing written outside the sandbox's folder: not in the home, not in the temporary folder, not in the clone", () => {
    expect(writtenBelow(person.home, person.state)).toEqual([]);
    expect(writtenBelow(person.temporary)).toEqual([]);
    expect(clone()).toBe(before);
  });

  it("changes a value, and only its object is updated, in place", async () => {
    stack = await openStack(person.state, person.kubeconfig);
    const uid = async () =>
      (await person.objects("horizontalpodautoscalers.autoscaling")).find(
        ({ metadata }) => metadata.name === "api-gateway",
      )!;
    const old = await uid();
    const changes = { services: [{ name: "api-gateway", replicas: { minimum: 3 } }] };
    const { code, digest } = await stack.steps("up", changes);
    expect({ code, done: done(digest) }).toEqual({ code: 0, done: { update: ["api-gateway-autoscaler"] } });
    const now = await uid();
    expect(now.metadata.uid).toBe(old.metadata.uid);
    expect([old.spec?.minReplicas, now.spec?.minReplicas]).toEqual([2, 3]);
    expect(done((await stack.steps("up")).digest)).toEqual({ update: ["api-gateway-autoscaler"] });
  });

  it("changes what Kubernetes cannot change, and exactly those objects are deleted and made again under their names", async () => {
    const classes = async () =>
      new Map((await person.objects("storageclasses.storage.k8s.io")).map((object) => [object.metadata.name, object]));
    const old = await classes();
    const storage = { block: "altlas.io/simulated", shared: "another.example.org" };
    const place = { kubeconfig: person.kubeconfig, context: "altlas-sandbox", zones };
    // Nobody answers on simulated nodes, in whatever mode they are reached.
    const cluster = { mode: "kubeconfig", ...place, storage, metricsApi: "absent" };
    const preview = await stack.steps("preview", { cluster });
    const { code, digest } = await stack.steps("up", { cluster });
    const now = await classes();
    expect({ code, output: digest.errors }).toEqual({ code: 0, output: [] });
    // The provider's own settings (a kubeconfig by path) may change in place; the class can only be replaced.
    const { update = [], ...others } = done(digest);
    expect(update.filter((updated) => updated !== "cluster")).toEqual([]);
    expect(others).toEqual({ "create-replacement": ["altlas-shared"] });
    expect(Object.values(done(preview.digest)).flat().sort()).toEqual([...update, "altlas-shared"].sort());
    expect([...now.keys()].sort()).toEqual([...old.keys()].sort());
    for (const [own, { provisioner, metadata }] of now) {
      const replaced = own === "altlas-shared";
      expect(provisioner).toBe(replaced ? storage.shared : storage.block);
      expect(metadata.uid !== old.get(own)!.metadata.uid).toBe(replaced);
    }
  });

  it("goes on from where a refused object stopped an update, without cleaning up", async () => {
    const policy = path.join(person.state, "refuse-runner.json");
    writeFileSync(policy, JSON.stringify({ apiVersion: "v1", kind: "List", items: refuseRunner }));
    await person.kubectl(["apply", "--filename", policy]);
    // The API server takes a moment to enforce a new policy.
    const touch = ["annotate", "deployment/runner-service", "--namespace=altlas", "--dry-run=server", "test=1"];
    await expect.poll(() => said(person.kubectl(touch)), patience).toContain(refusal);
    // Two that wait for the same: the archive also waits for the database, and the refusal would come before it.
    const services = ["segmentation-service", "runner-service"].map((own) => ({ name: own, tag: "next" }));
    const first = await stack.operate("up", { services });
    expect(first.code).not.toBe(0);
    expect(first.output).toContain(refusal);
    expect(first.output).toContain("runner-service");
    expect(stackTraceLines(first.output)).toEqual([]);
    await person.kubectl(["delete", "--filename", policy]);
    await expect.poll(() => said(person.kubectl(touch)), patience).not.toContain(refusal);
    const { code, digest } = await stack.steps("up", { services });
    expect({ code, done: done(digest) }).toEqual({ code: 0, done: { update: ["runner-service-deployment"] } });
    expect((await stack.steps("preview", { services })).digest.changed).toBe(false);
    const deployments = await person.objects("deployments.apps");
    const next = deployments.filter((object) => JSON.stringify(object.spec).includes(":next"));
    expect(next.map(({ metadata }) => metadata.name).sort()).toEqual(["runner-service", "segmentation-service"]);
  });

  it("is told before a destroy that nothing stops it, and by which commands to look further", async () => {
    const { code, output } = await person.run("predestroy/cli.ts", ["dev"]);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain("Nothing in the state stops it");
    const [look] = /kubectl (get services .*)/.exec(output)?.slice(1) ?? [];
    expect(await person.kubectl(look!.split(" "))).not.toContain("LoadBalancer");
  });

  it("takes everything down with destroy: no object, no namespace, an empty state; only kept volumes stay", async () => {
    const proof = proveNodes(orderNodes(fromStateExport(exportState(stack.session.place))));
    const { code, digest } = await stack.steps("destroy");
    expect({ code, errors: digest.errors }).toEqual({ code: 0, errors: [] });
    // The engine's own order of deletion is the one that was proven of its state.
    const begun = [...digest.seen.keys()];
    const pairs = proof.flatMap(({ kept, keepers }) => keepers.map((keeper) => [kept.urn, keeper.urn] as const));
    expect(proof.filter(({ outcome }) => outcome !== "proven")).toEqual([]);
    expect(pairs.length).toBeGreaterThan(50);
    expect(pairs.filter(([kept, keeper]) => begun.indexOf(kept) >= begun.indexOf(keeper))).toEqual([]);
    expect(begun).toEqual(expect.arrayContaining(pairs.flat()));
    expect(await stack.resources()).toEqual([]);
    expect((await owned()).map(name)).toEqual([]);
    const namespaces = await person.objects("namespaces");
    expect(namespaces.map(({ metadata }) => metadata.name).filter((own) => own.startsWith("altlas"))).toEqual([]);
    // Files that services shared, the database and its backups are data: their classes say Retain, so their volumes wait
    // for a person.
    const volumes = await person.objects("persistentvolumes");
    expect(volumes.map(({ spec }) => [spec?.storageClassName, spec?.persistentVolumeReclaimPolicy]).sort()).toEqual([
      ["altlas-block-retained", "Retain"],
      ["altlas-block-retained", "Retain"],
      ...catalogue.claims.map(() => ["altlas-shared", "Retain"]),
      ["altlas-shared", "Retain"],
    ]);
  });

  it("breaks a policy, and nothing is made", async () => {
    const { code, output } = await stack.operate("up", { images: { tag: "latest" } }, ["--policy-pack", "policies"], {
      preview: true,
    });
    expect(code).not.toBe(0);
    expect(output).toContain("ALT-K8S-030");
    expect(output).toContain("api-gateway");
    expect(stackTraceLines(output)).toEqual([]);
    expect(await stack.resources()).toEqual([]);
    expect((await owned()).map(name)).toEqual([]);
  });

  it("never saw a password: not in the log of the sandbox's runs", () => {
    const logs = writtenBelow(stack.session.folders.logs).map((file) => readFileSync(file, "utf8"));
    expect(logs.join("\n")).not.toMatch(/redis:\/\/:[^[@]+@/);
  });
});
