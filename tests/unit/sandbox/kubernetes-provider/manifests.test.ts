import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Discovery } from "../../../../sandbox/plugins/kubernetes/api/discovery";
import { chartProblems } from "../../../../sandbox/plugins/kubernetes/construct/chart";
import {
  prerequisites,
  readManifests,
  resourceName,
  toManifests,
  type Manifest,
} from "../../../../sandbox/plugins/kubernetes/construct/manifests";
import { manifestObjects } from "../../../../sandbox/plugins/kubernetes/construct/yaml";
import type { PlainObject } from "../../../../sandbox/plugins/kubernetes/wire/properties";

const manifests = (text: string, namespace = "team"): Manifest[] =>
  toManifests(readManifests(text, "text"), namespace, new Discovery());

describe("YAML", () => {
  it("chart-yaml: values are read as Kubernetes reads them", () => {
    const text =
      "apiVersion: v1\nkind: X\nmetadata: {name: a}\nmode: 0644\nyes_: yes\noff_: off\ntime: 1:30\ndate: 2020-01-01\ntext: '0644'\nexp: 1e3\nmerged: {<<: {q: 1}}";
    expect(readManifests(text, "text")[0]).toMatchObject({
      mode: 0o644,
      yes_: true,
      off_: false,
      time: "1:30",
      date: "2020-01-01",
      text: "0644",
      exp: 1000,
      merged: { q: 1 },
    });
  });

  it("chart-yaml: empty documents are passed over and lists taken apart", () => {
    const text = [
      "---\n# nothing\n",
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n",
      "{}\n",
    ].join("---\n");
    expect(readManifests(text, "text").map(({ kind }) => kind)).toEqual(["ConfigMap", "Secret"]);
  });

  it("chart-yaml: all documents that are no objects are named at once", () => {
    expect(() => readManifests("a: 1\n---\napiVersion: v1\nkind: ConfigMap\n---\ntext\n", "The file")).toThrow(
      /The file holds no usable.*\n.*document 1 has no apiVersion.*\n.*document 2, a ConfigMap, has no metadata.name\n.*document 3/,
    );
    expect(() => readManifests("a: [", "The file")).toThrow("The file is not valid YAML");
  });
});

describe("objects of a component", () => {
  const several = `
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, annotations: {config.kubernetes.io/depends-on: "apps/namespaces/team/Deployment/d"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r, namespace: ignored}
---
apiVersion: v1
kind: Namespace
metadata: {name: team}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Namespaced, names: {kind: Widget, plural: widgets}}
`;

  it("namespaces are filled in where the kind has one, custom kinds by their definition in the same text", () => {
    expect(manifests(several).map((manifest) => resourceName("app", manifest))).toEqual([
      "app:team/w",
      "app:team/c",
      "app:team/d",
      "app:r",
      "app:team",
      "app:widgets.example.com",
    ]);
    expect(resourceName("", manifests(several)[3]!)).toBe("r");
  });

  it("chart-order: definitions and namespaces come first, and depends-on is obeyed", () => {
    const needed = [...prerequisites(manifests(several))].map(([manifest, needs]) => [
      manifest.name,
      needs.map(({ name }) => name).sort(),
    ]);
    expect(Object.fromEntries(needed)).toEqual({
      w: ["team", "widgets.example.com"],
      c: ["d", "team"],
      d: ["team"],
      r: [],
      team: [],
      "widgets.example.com": [],
    });
  });

  it("chart-order: a reference to nothing and a circle are refused together", () => {
    const map = (name: string, on: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, annotations: {config.kubernetes.io/depends-on: "${on}"}}\n---\n`;
    const reference = (name: string): string => `/namespaces/team/ConfigMap/${name}`;
    const text = map("a", reference("b")) + map("b", reference("a")) + map("c", reference("missing"));
    expect(() => prerequisites(manifests(text))).toThrow(
      /depends on \/namespaces\/team\/ConfigMap\/missing[\s\S]*depend on each other/,
    );
  });
});

describe("arguments", () => {
  it("chart-refused: all arguments that are not supported are named at once, unset ones are not", () => {
    const problems = chartProblems({
      postRenderer: { command: "x" },
      includeHooks: true,
      valuesFile: "x",
      verify: false,
    });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "postRenderer",
      "includeHooks",
      "valuesFile",
      "chart",
    ]);
    expect(chartProblems({ chart: "./x", postRenderer: null, includeHooks: false })).toEqual([]);
  });

  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-manifests-"));
    for (const name of ["one", "two"]) {
      writeFileSync(path.join(folder, `${name}.yaml`), `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const names = (objects: PlainObject[]): unknown[] => objects.map(({ metadata }) => (metadata as PlainObject).name);

  it("yaml-components: files, patterns, texts and objects are read; literal objects first", () => {
    const literal = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "literal" } };
    const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: text}\n";
    expect(names(manifestObjects("ConfigFile", { file: path.join(folder, "one.yaml") }))).toEqual(["one"]);
    expect(
      names(manifestObjects("ConfigGroup", { files: path.join(folder, "*.yaml"), yaml, objs: [literal] })),
    ).toEqual(["literal", "text", "one", "two"]);
  });

  it.each([
    ["a missing file", { file: "./nope.yaml" }, "cannot be read (ENOENT)"],
    ["an address", { file: "https://example.com/a.yaml" }, "from the network are not supported"],
    ["no file", {}, "names no file"],
    ["an unknown argument", { files: "x" }, "files: no argument of a ConfigFile"],
  ])("yaml-components: %s gets a sentence", (_, given, sentence) => {
    expect(() => manifestObjects("ConfigFile", given as PlainObject)).toThrow(sentence);
  });

  it("yaml-components: a pattern that matches nothing gets a sentence", () => {
    expect(() => manifestObjects("ConfigGroup", { files: path.join(folder, "*.json") })).toThrow("No file matches");
  });
});
