import { createHash } from "node:crypto";
import { type Field } from "../field";
import { secretInText, secretShape } from "../checks/secret-values";
import { podTemplatePaths } from "../graph/kinds";
import { attempt } from "../graph/selection";
import { containers, objects } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment, object } from "./examples";

const fix = "put it into a Secret and refer to it with secretKeyRef or a mounted file";
/** What kubectl and controllers write there themselves; it repeats the object. */
const ownAnnotations: ReadonlySet<string> = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);

export const rule = defineRule({
  id: "ALT-K8S-040",
  slug: "kubernetes-object-forbids-plain-secrets",
  title: "No secret in a ConfigMap, an environment literal, an argument or an annotation",
  severity: "critical",
  gate: "mandatory",
  scope: "resource",
  why:
    "All four are readable by whoever may look at the namespace, are printed by kubectl describe and in diffs, are not " +
    "encrypted at rest, and arguments show in the node's process list.",
  fix: "Put the value into a Secret object and refer to it by secretKeyRef or a mounted file.",
  planSteps: [],
  peers: [
    "kubescape C-0012",
    "polaris sensitiveConfigmapContent, sensitiveContainerEnvVar",
    "kube-linter env-var-secret",
  ],
  examples: {
    pass: {
      title: "a reference",
      manifests: [
        deployment({
          env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "archive-database", key: "password" } } }],
        }),
      ],
    },
    fail: {
      title: "a literal in a ConfigMap",
      manifests: [object("v1", "ConfigMap", "archive-service", { data: { DB_PASSWORD: "not-a-real-one" } })],
    },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "ConfigMap"),
      ({ root }) =>
        aspects(
          () => checkData(root.at("data").entries()),
          () => each(root.at("binaryData").entries(), ([key, value]) => checkBinary(key, value)),
        ),
    ),
    part(
      ({ graph }) => containers(graph),
      ({ field }) =>
        aspects(
          () => each(field.at("env").items(), checkVariable),
          () => checkArguments(field.at("command")),
          () => checkArguments(field.at("args")),
        ),
    ),
    part(
      ({ graph }) => objects(graph),
      function* ({ kind, metadata, root }) {
        const template = podTemplatePaths[kind];
        const places = template === undefined ? [metadata] : [metadata, root.at(...template, "metadata")];
        const all = (kind === "Pod" ? [metadata] : places).map((where) => where.at("annotations"));
        const annotations = all.flatMap((field) => field.entries()).filter(([key]) => !ownAnnotations.has(key));
        if (annotations.length === 0) return new NotApplicable("It has no annotations.");
        return yield* each(annotations, ([key, value]) => checkText(`annotation ${key}`, key, value));
      },
    ),
  ],
});

/** A SHA-256, as a word of its own. */
const sum = /\b[0-9a-f]{64}\b/g;

/** Files that know one another by checksum hold texts as random as secrets; what their neighbours' content gives is none. */
function checkData(entries: readonly (readonly [string, Field])[]): Generator<Failure, undefined> {
  let sums: ReadonlySet<string> | undefined;
  const sumsOf = () =>
    (sums ??= new Set(entries.map(([, value]) => createHash("sha256").update(textOf(value)).digest("hex"))));
  return each(entries, ([key, value]) =>
    checkText(`key ${key}`, key, value, (text) => text.replaceAll(sum, (word) => (sumsOf().has(word) ? "" : word))),
  );
}

/** Its text; nothing where it is not known. */
function textOf(field: Field): string {
  const text = attempt(() => field.text());
  return typeof text === "string" ? text : "";
}

function* checkText(
  what: string,
  name: string,
  field: Field,
  without: (text: string) => string = (text) => text,
): Generator<Failure> {
  if (field.secret) {
    yield { problem: `has ${what} with a value that the stack marks secret`, path: field.path, fix };
    return;
  }
  const shape = secretInText(name, without(field.text() ?? ""));
  if (shape !== undefined) yield { problem: `has ${what}, which ${shape}`, path: field.path, fix };
}

function* checkBinary(key: string, field: Field): Generator<Failure> {
  if (field.secret) {
    yield { problem: `has key ${key} with a value that the stack marks secret`, path: field.path, fix };
    return;
  }
  const shape = secretShape(key, Buffer.from(field.text() ?? "", "base64").toString("latin1"));
  if (shape?.startsWith("looks like") === true) {
    yield { problem: `has key ${key}, which ${shape}`, path: field.path, fix };
  }
}

function* checkVariable(variable: Field): Generator<Failure> {
  const value = variable.at("value");
  const name = variable.at("name").text() ?? "";
  if (value.secret) {
    yield { problem: `sets ${name} to a value that the stack marks secret`, path: value.path, fix };
    return;
  }
  const shape = secretShape(name, value.text() ?? "");
  if (shape !== undefined) yield { problem: `sets ${name}, which ${shape}`, path: value.path, fix };
}

/** Options may be one argument (`--token=x`) or two (`--token`, `x`). */
function* checkArguments(list: Field): Generator<Failure> {
  let option = "";
  yield* each(list.items(), function* (argument) {
    if (argument.secret) {
      yield { problem: "has an argument that the stack marks secret", path: argument.path, fix };
      return;
    }
    const name = option;
    option = "";
    const text = argument.text() ?? "";
    const shape = secretInText(name, text);
    if (shape !== undefined) {
      const problem = name === "" ? `has an argument that ${shape}` : `has the option --${name}, which ${shape}`;
      yield { problem, path: argument.path, fix };
    }
    // `--no-password` takes no value.
    const named = /^--?([\w.-]+)$/.exec(text)?.[1] ?? "";
    option = named.startsWith("no-") ? "" : named;
  });
}
