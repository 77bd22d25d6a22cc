import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { asNobody } from "../../support/nobody";
import { joinPath } from "../../../policies/field";
import { describeNotice } from "../../../policies/notice";
import { readManifests, readManifestText } from "../../../policies/sources/yaml";
import { ownKinds, reviewKind } from "../../../policies/sources/yaml/kinds";
import { splitPath } from "../../../policies/sources/yaml/lines";
import { Folder } from "../../policies/run-policy";
import { projectFolder } from "../../support/stack";

const folders: Folder[] = [];
afterAll(() => folders.forEach((folder) => folder.remove()));

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Folder {
  const folder = new Folder(files);
  folders.push(folder);
  return folder;
}

/** Reads a text as the file `a.yaml`. */
const read = (text: string, file = "a.yaml") => readManifestText({ file, bytes: Buffer.from(text) });

/** Reads a folder; places are told relative to it. */
function readFolder(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = folderOf(files);
  return readManifests(folder.path, (file) => path.relative(folder.path, file) || ".");
}

const told = ({ notices }: ReturnType<typeof read>) => notices.map((each) => `${each.level} ${describeNotice(each)}`);
const places = ({ resources }: ReturnType<typeof read>) => resources.map(({ name, location }) => `${name} ${location}`);
const config = (name: string, namespace = "shop") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: ${namespace} }\n`;

describe("a file of YAML", () => {
  test("gives each object with its file and line, whatever stands between the documents", () => {
    const text = `# the first\n\n${config("one")}---\n---\n# nothing here\n--- # and this one\n${config("two")}...\n${config("three")}`;
    const source = read(text);
    expect(places(source)).toEqual(["one a.yaml:3", "two a.yaml:10", "three a.yaml:14"]);
    expect(told(source)).toEqual([]);
  });

  test("reads Windows line ends and a byte order mark", () => {
    const source = read(`\uFEFF${config("one")}---\n${config("two")}`.replaceAll("\n", "\r\n"));
    expect(places(source)).toEqual(["one a.yaml:1", "two a.yaml:5"]);
  });

  test("keeps a directive with the document that it is for", () => {
    expect(places(read(`%YAML 1.2\n---\n${config("one")}...\n%YAML 1.2\n---\n${config("two")}`))).toEqual([
      "one a.yaml:3",
      "two a.yaml:9",
    ]);
  });

  test("takes lists apart, those of one kind and those in lists too", () => {
    const source = read(`apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMapList
    items:
      - metadata: { name: one }
      - metadata: { name: two }
  - { apiVersion: apps/v1, kind: Deployment, metadata: { name: three } }
`);
    expect(places(source)).toEqual(["one a.yaml:7", "two a.yaml:8", "three a.yaml:9"]);
    expect(source.resources.map(({ inputs }) => inputs.kind)).toEqual(["ConfigMap", "ConfigMap", "Deployment"]);
  });

  test("leaves an object alone whose kind only ends in List", () => {
    const source = read("apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: one }\nspec: { items: [a] }\n");
    expect(source.resources).toHaveLength(1);
  });

  test("reads numbers and truths as Kubernetes does", () => {
    const [object] = read(
      `${config("one")}data: { mode: 0644, also: 0o644, time: 1:30, yes: on, text: "yes", big: 1e3 }`,
    ).resources;
    expect(object?.inputs.data).toEqual({ mode: 420, also: 420, time: "1:30", true: true, text: "yes", big: 1000 });
  });

  test("follows aliases and merges", () => {
    const [object] = read(`${config("one")}data:\n  a: &a { x: 1 }\n  b: *a\n  c: { <<: *a, z: 2 }\n`).resources;
    expect(object?.inputs.data).toEqual({ a: { x: 1 }, b: { x: 1 }, c: { x: 1, z: 2 } });
  });

  test("tells a malformed document by its line, and judges the rest", () => {
    const source = read(`${config("one")}---\na: [1\n---\nb: 1\nb: 2\n---\n${config("two")}`);
    expect(places(source)).toEqual(["one a.yaml:1", "two a.yaml:10"]);
    expect(told(source)).toEqual([
      expect.stringMatching(
        /^unread a\.yaml:\d: The document cannot be read: .*\. Correct it; nothing in it was judged\.$/,
      ),
      "unread a.yaml:8: The document cannot be read: duplicated mapping key (column 1). Correct it; nothing in it was judged.",
    ]);
  });

  test("finds the line of a property, or of what is nearest above it", () => {
    const text = `# comment
---
apiVersion: v1
kind: List
items:
  - kind: Service
    apiVersion: v1
    metadata:
      name: web
      labels:
        "app.kubernetes.io/name": web
    spec:
      ports:
        - port: 80
        - name: metrics
          port: 9090
`;
    const { resources, locate } = read(text);
    const at = (property: string) => locate(resources[0]!, property);
    expect(at("")).toBe("a.yaml:6");
    expect(at("metadata.name")).toBe("a.yaml:9");
    expect(at('metadata.labels["app.kubernetes.io/name"]')).toBe("a.yaml:11");
    expect(at("spec.ports[1].port")).toBe("a.yaml:16");
    expect(at("spec.ports[1].targetPort")).toBe("a.yaml:15");
    expect(at("spec.selector.app")).toBe("a.yaml:12");
    expect(at("status")).toBe("a.yaml:6");
  });

  test("paths are taken apart as they are put together", () => {
    const key = fc.oneof(fc.nat(), fc.string({ unit: "grapheme" }), fc.constantFrom("spec", "a-b", "x.y/z", '"', "\\"));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1 }), (keys) => {
        // A path begins with a name.
        const path_ = keys.reduce<string>((joined, each) => joinPath(joined, each), "spec");
        expect(splitPath(path_)).toEqual(["spec", ...keys]);
      }),
    );
  });
});

describe("what is no Kubernetes object", () => {
  test.each<[string, string, string, RegExp]>([
    ["other YAML", "a.yaml", "replicas: 2", /^note a\.yaml:1: The document has neither apiVersion nor kind/],
    ["a text", "a.yaml", "hello", /^note a\.yaml:1: The document is a text, so no Kubernetes object\.$/],
    ["a list", "a.yaml", "- 1", /^note a\.yaml:1: The document is a list/],
    ["values of a chart", "values.prod.yaml", "replicas: 2", /^note .*: It is a file of a Helm chart/],
    [
      "a chart",
      "Chart.yaml",
      "apiVersion: v2\nname: web\nversion: 1.0.0",
      /^note Chart\.yaml:1: It is a file of a Helm chart/,
    ],
    [
      "a kustomization",
      "kustomization.yaml",
      "resources: [a.yaml]",
      /^note .*: It is no object but says how to change some/,
    ],
    ["no kind", "a.yaml", "apiVersion: v1\nmetadata: { name: a }", /^unread a\.yaml:1: The object has no kind/],
    ["no version", "a.yaml", "kind: Pod\nmetadata: { name: a }", /^unread a\.yaml:1: The object has no apiVersion/],
    [
      "a kind that is no text",
      "a.yaml",
      "apiVersion: v1\nkind: [Pod]",
      /^unread .*: The object's kind is a list, not a text/,
    ],
    [
      "an item that is no object",
      "a.yaml",
      "apiVersion: v1\nkind: List\nitems:\n  - 7",
      /^unread a\.yaml:4: The list's item is a number/,
    ],
    [
      "a template",
      "a.yaml",
      "{{- if .Values.kind }}\nkind: Pod\n{{- end }}",
      /^unread a\.yaml:\d: The document is a template, not YAML\. Judge what it renders to: helm template/,
    ],
    [
      "a name from a template",
      "a.yaml",
      'apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .Release.Name }}" }',
      /^unread a\.yaml:1: The object's name is a template/,
    ],
    ["text that is not UTF-8", "a.yaml", "", /^unread a\.yaml: The file is no UTF-8 text/],
  ])("is told with a sentence: %s", (title, file, text, says) => {
    const bytes = title === "text that is not UTF-8" ? Buffer.from([0x61, 0xff, 0xfe]) : Buffer.from(text);
    const source = readManifestText({ file, bytes });
    expect(source.resources).toEqual([]);
    expect(told(source)).toEqual([expect.stringMatching(says)]);
  });

  test("templates inside the values of an object are somebody else's: dashboards, alerts", () => {
    const source = read(`${config("alerts")}data: { rule: "{{ $labels.pod }} is down" }`);
    expect(source.resources).toHaveLength(1);
    expect(told(source)).toEqual([]);
  });

  test("an empty file and one of comments alone are nothing at all", () => {
    expect(told(read(""))).toEqual([]);
    expect(told(read("# later\n---\n{}\n---\nnull\n"))).toEqual([]);
  });
});

describe("kinds", () => {
  test("are those of @pulumi/kubernetes, which is made from the API of every version", () => {
    const folder = path.join(projectFolder, "node_modules", "@pulumi", "kubernetes");
    const known = new Set([...ownKinds.values()].flatMap((kinds) => [...kinds]));
    const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const tokens = groups.flatMap(({ name }) =>
      readdirSync(path.join(folder, name))
        .filter((version) => /^v\d/.test(version))
        .flatMap((version) => {
          const index = readFileSync(path.join(folder, name, version, "index.js"), "utf8");
          return [...index.matchAll(/"kubernetes:([\w.]+)\/(\w+):(\w+)"/g)].map((match) => match.slice(1, 4).join("/"));
        }),
    );
    // Helm's charts and the like are kinds of that package, not of Kubernetes.
    const objects = tokens.filter((token) => !/^(?:helm|kustomize|yaml)|(?:Patch|List)$/.test(token));
    expect(objects.length).toBeGreaterThan(100);
    const missing = objects.filter((token) => {
      const [group, version, kind] = token.split("/") as [string, string, string];
      return (
        !known.has(kind) ||
        reviewKind(group === "core" || group === "meta" ? version : `${group}/${version}`, kind) !== "known"
      );
    });
    expect(missing).toEqual([]);
  });

  test("of custom resources are kept and told once each", () => {
    const certificate = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: NAME }\n";
    const source = read(["a", "b"].map((name) => certificate.replace("NAME", name)).join("---\n"));
    expect(source.resources).toHaveLength(2);
    expect(told(source)).toEqual([
      "note a.yaml:1: 2 objects are of the custom kind Certificate (cert-manager.io/v1). Besides the rules on objects of any kind, only those that name this kind judged them.",
    ]);
  });

  test.each([
    ["apps/v1", "Deploymnt", /^unread .*apps\/v1 has no kind Deploymnt; did you mean Deployment\?$/],
    [
      "app/v1",
      "Deployment",
      /^unread .*app\/v1 is no API version of Kubernetes; a Deployment is of apps or extensions\.$/,
    ],
    ["networking.k8s.io/v1", "HTTPRoute", /^note .*networking\.k8s\.io\/v1 has no kind HTTPRoute\.$/],
    ["gateway.networking.k8s.io/v1", "HTTPRoute", /^note .*custom kind HTTPRoute/],
  ])("that nobody knows are told with what was meant: %s %s", (apiVersion, kind, says) => {
    expect(told(read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }`))).toEqual([
      expect.stringMatching(says),
    ]);
  });
});

describe("an object without a usable name is judged, and told", () => {
  test.each([
    ["metadata: {}", /^note a\.yaml:1: The object has no metadata\.name, and the API server will refuse it\.$/],
    [
      "metadata: { name: on }",
      /metadata\.name is a boolean, not a text, and the API server will refuse it\. Write it in quotes\.$/,
    ],
    ["metadata: { name: [a] }", /metadata\.name is a list, not a text, and the API server will refuse it\.$/],
  ])("%s", (metadata, says) => {
    const source = read(`apiVersion: v1\nkind: ConfigMap\n${metadata}\n`);
    expect(source.resources).toHaveLength(1);
    expect(told(source)).toEqual([expect.stringMatching(says)]);
  });

  test("one that the API server will make is as good", () => {
    expect(told(read("apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: run- }\n"))).toEqual([]);
  });
});

describe("the same object twice", () => {
  test("is told at its second place; another namespace or group is another object", () => {
    const ingress = (group: string) => `apiVersion: ${group}\nkind: Ingress\nmetadata: { name: one }\n`;
    const documents = [config("one"), config("one", "other"), config("one"), ingress("extensions/v1beta1")];
    const source = read([...documents, ingress("networking.k8s.io/v1")].join("---\n"));
    expect(told(source)).toEqual([
      "note a.yaml:9: ConfigMap shop/one stands at a.yaml:1 already; both were judged, but only one can be applied. Remove one.",
    ]);
  });
});

describe("what could be endless", () => {
  test("aliases that multiply are refused, and quickly", () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `  l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
    );
    const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  l0: &l0 [x]\n${levels.join("\n")}\n`;
    const source = read(`${bomb}---\n${config("one")}`);
    expect(places(source)).toEqual(["one a.yaml:37"]);
    expect(told(source)).toEqual([
      expect.stringMatching(/^unread a\.yaml:1: .*with its aliases followed it has more than 400000 values/),
    ]);
  });

  test.each([
    ["an alias inside what it means", `${config("one")}data: &a { b: *a }`, /an alias stands inside what it means/],
    ["deep nesting", `${config("one")}data: ${"[".repeat(5000)}${"]".repeat(5000)}`, /nesting|depth/],
    [
      "depth by aliases",
      `${config("one")}data:\n  a0: &a0 [x]\n${Array.from({ length: 20 }, (_, n) => `  a${n + 1}: &a${n + 1} [[[[[[[*a${n}]]]]]]]`).join("\n")}`,
      /nested more than 100 deep/,
    ],
  ])("%s is refused", (_, text, says) => {
    const source = read(text);
    expect(source.resources).toEqual([]);
    expect(told(source)).toEqual([expect.stringMatching(says)]);
  });

  test("a file beyond the size limit is not read", () => {
    const source = readManifestText({ file: "huge.yaml", bytes: new Uint8Array(64 * 1024 * 1024 + 1) });
    expect(told(source)).toEqual([
      "unread huge.yaml: The file has 65 MiB; at most 64 are read. Split it; nothing in it was judged.",
    ]);
  });
});

describe("a folder", () => {
  test("is read with all below it, sorted; hidden folders, packages and other files are passed over", () => {
    const source = readFolder({
      "b.yml": config("b"),
      "a/z.YAML": config("z"),
      "a/y.json": JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "y" } }),
      ".git/x.yaml": config("x"),
      "node_modules/p/x.yaml": config("x"),
      "a/.hidden.yaml": config("x"),
      "README.md": "# hello",
      "script.sh": "exit 1",
    });
    expect(places(source)).toEqual(["y a/y.json:1", "z a/z.YAML:1", "b b.yml:1"]);
    expect(told(source)).toEqual(["note .: 2 files are neither YAML nor JSON by their names and were passed over."]);
  });

  test("links in a circle end, a file that is reached twice is read once, and a broken link is told", () => {
    const folder = folderOf({ "a/one.yaml": config("one") });
    symlinkSync("..", path.join(folder.path, "a", "up"));
    symlinkSync("a", path.join(folder.path, "b"));
    symlinkSync("a/one.yaml", path.join(folder.path, "same.yaml"));
    symlinkSync("nowhere.yaml", path.join(folder.path, "broken.yaml"));
    const source = readManifests(folder.path, (file) => path.relative(folder.path, file));
    expect(source.resources.map(({ name }) => name)).toEqual(["one"]);
    expect(told(source)).toEqual([
      "unread broken.yaml: The target of the link cannot be read (ENOENT). Make it readable, or remove it from the folder.",
    ]);
  });

  test("a file or folder that may not be read is told", () => {
    const folder = folderOf({ "a.yaml": config("one") });
    chmodSync(path.join(folder.path, "a.yaml"), 0);
    mkdirSync(path.join(folder.path, "closed"), { mode: 0 });
    expect(asNobody(folder.path, () => told(readManifests(folder.path)))).toHaveLength(2);
  });

  test("JSON that YAML cannot read is read as JSON", () => {
    const text = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one" } }, undefined, "\t");
    expect(places(readFolder({ "a.json": text }))).toEqual(["one a.json:1"]);
  });
});
