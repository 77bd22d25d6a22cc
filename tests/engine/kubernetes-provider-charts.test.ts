import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { type AddressInfo } from "node:net";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../../sandbox/toolchain";
import { FakeMonitor } from "../support/fake-monitor";
import { CallError, ProviderProcess, secretOf, unknownValue, type Values } from "../support/provider-client";

const CHART = "kubernetes:helm.sh/v4:Chart";

const FILES: Record<string, string> = {
  "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.2.3\n",
  "values.yaml": "replicas: 1\nmode: file\n",
  "crds/widgets.yaml":
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\nspec: {group: example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}, versions: []}\n",
  "templates/all.yaml": `
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  template: {spec: {volumes: [{name: v, secret: {secretName: pw, defaultMode: 0640}}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: pw, annotations: {helm.sh/resource-policy: keep}}
stringData: {password: {{ .Values.password | quote }}, mode: {{ .Values.mode | quote }}}
---
apiVersion: v1
kind: Namespace
metadata: {name: {{ .Release.Namespace }}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: pre-install}}
---
apiVersion: v1
kind: Pod
metadata: {name: try, annotations: {helm.sh/hook: test}}
`,
};

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("charts rendered by the real helm", () => {
  let folder: string;
  let chart: string;
  let provider: ProviderProcess;
  let helm: string;
  const monitor = new FakeMonitor();
  const closing: (() => void)[] = [];

  beforeAll(async () => {
    ({ helm } = await ensureTools(["helm"]));
    folder = mkdtempSync(path.join(tmpdir(), "altlas-charts-"));
    chart = path.join(folder, "demo");
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(path.dirname(path.join(chart, name)), { recursive: true });
      writeFileSync(path.join(chart, name), text);
    }
    await monitor.start();
    provider = await ProviderProcess.start("sandbox/plugins/kubernetes/main.ts", {
      KUBECONFIG: "/nonexistent/kubeconfig",
      PATH: `${path.dirname(helm)}${path.delimiter}${process.env.PATH ?? ""}`,
      TMPDIR: folder,
      HOME: folder,
    });
    await provider.configure({ namespace: "team" });
  });
  afterAll(async () => {
    await provider.stop();
    monitor.stop();
    for (const close of closing) close();
    rmSync(folder, { recursive: true, force: true });
  });

  const render = async (inputs: Values, more: Parameters<FakeMonitor["construct"]>[4] = {}) =>
    await monitor.construct(provider, CHART, "demo", { chart, ...inputs }, more);
  const child = (name: string) => monitor.resources.find((resource) => resource.name === name);
  const failure = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof CallError) return error.message;
      throw error;
    }
    throw new Error("it was expected to fail");
  };
  const warnings = (): string[] => provider.logs.map(({ message }) => message);

  it("chart-render: the chart is a component and its objects are its typed children, named as upstream names them", async () => {
    const { urn, outputs } = await render({ values: { replicas: 3 } });
    const [component, ...children] = monitor.resources;
    expect(component).toMatchObject({ type: CHART, name: "demo", custom: false });
    expect(children.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
      "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition demo:widgets.example.com",
      "kubernetes:apps/v1:Deployment demo:team/demo",
      "kubernetes:core/v1:Namespace demo:team",
      "kubernetes:core/v1:Secret demo:team/pw",
      "kubernetes:example.com/v1:Widget demo:team/w",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole demo:reader",
    ]);
    for (const { parent, provider: reference } of children)
      expect({ parent, reference }).toEqual({ parent: urn, reference: "urn:provider::id" });
    expect(child("demo:team/demo")?.object).toMatchObject({
      metadata: { name: "demo", namespace: "team" },
      spec: { replicas: 3, template: { spec: { volumes: [{ secret: { defaultMode: 0o640 } }] } } },
    });
    expect(outputs.resources).toHaveLength(6);
    expect(monitor.outputs.get(urn)).toEqual(outputs);
  });

  it("chart-order: definitions and namespaces are registered before what needs them, which depends on them", async () => {
    await render({});
    const order = monitor.children;
    expect(order.indexOf("demo:widgets.example.com")).toBeLessThan(order.indexOf("demo:team/w"));
    expect(order.indexOf("demo:team")).toBeLessThan(order.indexOf("demo:team/pw"));
    expect(
      child("demo:team/w")
        ?.dependencies.map((urn) => urn.split("::").at(-1))
        .sort(),
    ).toEqual(["demo:team", "demo:widgets.example.com"]);
    expect(child("demo:reader")?.dependencies).toEqual([]);
  });

  it("chart-hooks: hooks are left out and named in a warning, tests silently; a kept object is retained on delete", async () => {
    await render({});
    expect(monitor.children.filter((name) => /migrate|try/.test(name))).toEqual([]);
    expect(warnings()).toContain("its hooks are never run: Job/migrate (pre-install)");
    expect(child("demo:team/pw")?.retainOnDelete).toBe(true);
    expect(child("demo:team/demo")?.retainOnDelete).toBe(false);
  });

  it("chart-render: namespace, release name, prefix, skipCrds, skipAwait and value files are obeyed; values come last", async () => {
    const file = path.join(folder, "more.yaml");
    writeFileSync(file, "replicas: 7\nmode: values-file\n");
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17" };
    await render({
      namespace: "other",
      name: "release",
      resourcePrefix: "p",
      skipCrds: true,
      skipAwait: true,
      valueYamlFiles: [{ ...asset, path: file }],
      values: { mode: { ...asset, text: "from an asset" } },
    });
    expect(monitor.children.sort()).toEqual(["p:other", "p:other/pw", "p:other/release", "p:other/w", "p:reader"]);
    expect(child("p:other/release")?.object).toMatchObject({
      metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { replicas: 7 },
    });
    expect(JSON.stringify(child("p:other/pw")?.object)).toContain("from an asset");
  });

  it("outputs-secret: a rendered Secret's contents are secret, and nothing of the values stays on disk", async () => {
    await render({ values: { password: secretOf("hunter2") } });
    const secret = child("demo:team/pw");
    expect(secret?.object.stringData).toEqual(secretOf({ password: "hunter2", mode: "file" }));
    expect(secret?.secretOutputs).toEqual(["data", "stringData"]);
    expect(readdirSync(folder).filter((name) => name.startsWith("altlas-chart-"))).toEqual([]);
  });

  it("the component's protection and dependencies are its children's", async () => {
    await render({}, { protect: true, dependencies: ["urn:of:something"] });
    for (const { name, protect, dependencies } of monitor.resources) {
      expect({ name, protect, dependencies }).toMatchObject({
        protect: true,
        dependencies: expect.arrayContaining(["urn:of:something"]) as string[],
      });
    }
  });

  it("chart-unreachable: a preview shows the chart alone with a warning, an update refuses", async () => {
    const source = { chart: "demo", repositoryOpts: { repo: "http://127.0.0.1:9" } };
    const { outputs } = await render(source, { preview: true });
    expect(monitor.resources.map(({ name }) => name)).toEqual(["demo"]);
    expect(outputs).toEqual({
      resources: unknownValue,
      notRendered: expect.stringContaining("source unreachable (http://127.0.0.1:9") as string,
    });
    expect(warnings()).toContainEqual(
      expect.stringMatching(/^not rendered: source unreachable \(http:\/\/127\.0\.0\.1:9: .*connection refused/),
    );
    expect(await failure(render(source))).toMatch(/demo was not updated: source unreachable .*mirror or a local path/);
    expect(await failure(render({ chart: "oci://127.0.0.1:9/charts/demo", version: "1.0.0" }))).toContain(
      "source unreachable (oci://127.0.0.1:9/charts/demo",
    );
  });

  it("chart-render: a repository is asked for the version, and one that it does not have is an error, not an outage", async () => {
    const repository = path.join(folder, "repository");
    mkdirSync(repository);
    const env = { ...process.env, HOME: folder };
    execFileSync(helm, ["package", chart, "--destination", repository], { env, stdio: "pipe" });
    execFileSync(helm, ["repo", "index", repository], { env, stdio: "pipe" });
    const server = http.createServer((request, response) => {
      try {
        response.end(readFileSync(path.join(repository, path.basename(request.url ?? ""))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => server.close());
    const repo = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await render({ chart: "demo", version: "1.2.3", repositoryOpts: { repo } });
    expect(monitor.children).toHaveLength(6);
    expect(
      await failure(render({ chart: "demo", version: "9.9.9", repositoryOpts: { repo } }, { preview: true })),
    ).toMatch(/was not found at .*9\.9\.9/);
  });

  it("chart-render: dependencies named in Chart.lock are fetched into a copy; the user's folder stays as it is", async () => {
    const parent = path.join(folder, "parent");
    mkdirSync(parent);
    writeFileSync(
      path.join(parent, "Chart.yaml"),
      "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies: [{name: demo, version: 1.2.3, repository: file://../demo}]\n",
    );
    const locked = path.join(folder, "locked");
    cpSync(parent, locked, { recursive: true });
    execFileSync(helm, ["dependency", "update", locked], { env: { ...process.env, HOME: folder }, stdio: "pipe" });
    cpSync(path.join(locked, "Chart.lock"), path.join(parent, "Chart.lock"));
    await render({ chart: parent });
    expect(monitor.children).toHaveLength(6);
    expect(readdirSync(parent).sort()).toEqual(["Chart.lock", "Chart.yaml"]);
  });

  it("chart-refused: arguments that are not supported come back together", async () => {
    const message = await failure(render({ postRenderer: { command: "x" }, includeHooks: true, atomic: true }));
    for (const name of ["postRenderer", "includeHooks", "atomic"]) expect(message).toContain(name);
  });

  it.each([
    ["a chart that is not there", { chart: "./nowhere" }, /\.\/nowhere does not exist/],
    ["a template that fails", { values: { replicas: "not a number: [" } }, /cannot be rendered|is not valid YAML/],
    [
      "a remote asset",
      {
        valueYamlFiles: [{ "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", uri: "https://x" }],
      },
      /remote asset/,
    ],
  ])("chart-refused: %s gets a sentence", async (_, inputs, sentence) => {
    const message = await failure(render(inputs));
    expect(message).toMatch(sentence);
    expect(message).not.toContain("    at ");
  });

  it("values that are known later: the chart stands alone in the preview, with a warning", async () => {
    await render({ values: { password: unknownValue } }, { preview: true });
    expect(monitor.resources.map(({ name }) => name)).toEqual(["demo"]);
    expect(warnings()).toContainEqual(expect.stringContaining("known only after the update"));
  });

  it("yaml-components: a file and a group of texts become children in the same way", async () => {
    const file = path.join(folder, "manifest.yaml");
    writeFileSync(
      file,
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}, data: {x: AA==}}\n",
    );
    await monitor.construct(provider, "kubernetes:yaml/v2:ConfigFile", "file", { file });
    expect(monitor.children.sort()).toEqual(["file:team/a", "file:team/b"]);
    expect(child("file:team/b")?.object.data).toEqual(secretOf({ x: "AA==" }));
    await monitor.construct(provider, "kubernetes:yaml/v2:ConfigGroup", "group", {
      files: [file],
      yaml: ["apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"],
      resourcePrefix: "",
    });
    expect(monitor.children.sort()).toEqual(["team/a", "team/b", "team/c"]);
    const twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n";
    expect(
      await failure(monitor.construct(provider, "kubernetes:yaml/v2:ConfigGroup", "twice", { yaml: [twice, twice] })),
    ).toContain("given twice");
  });

  it("kind-refused: components, functions and methods that are not there are refused by name", async () => {
    expect(await failure(monitor.construct(provider, "kubernetes:kustomize/v2:Directory", "k", {}))).toContain(
      "kubernetes:kustomize/v2:Directory",
    );
    const { default: messages } = await import("@pulumi/pulumi/proto/provider_pb");
    const invoke = new messages.InvokeRequest();
    invoke.setTok("kubernetes:yaml:decode");
    expect(await failure(provider.call("invoke", invoke))).toContain("kubernetes:yaml:decode");
  });
});
