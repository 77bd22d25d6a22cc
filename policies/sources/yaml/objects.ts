import path from "node:path";
import { type Notice } from "../../notice";
import { type YamlDocument, type YamlProblem } from "./documents";

/** A Kubernetes object of a document, or of a list in it. */
export interface Manifest {
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Keys from the document to the object. */
  readonly keys: readonly (string | number)[];
}

/** What a document holds. */
export type DocumentContent =
  | { readonly manifests: readonly Manifest[]; readonly problems: readonly ItemProblem[] }
  | Pick<Notice, "level" | "code" | "text">
  | undefined;

/** An item of a list that is no object. */
export interface ItemProblem extends Pick<Notice, "level" | "code" | "text"> {
  readonly keys: readonly (string | number)[];
}

type Properties = Readonly<Record<string, unknown>>;

/** Opens an expression of Go templates, as Helm's charts are written. */
const templateMark = "{{";
const helmFile = /^(?:chart|values[\w.-]*)\.ya?ml$/i;

/** Sorts out what a document is. `undefined`: it is empty. */
export function contentOf({ value }: YamlDocument, file: string): DocumentContent {
  if (value === null || value === undefined) return undefined;
  const name = path.basename(file);
  if (!isObject(value)) {
    return note("not-an-object", `The document is ${describeType(value)}, so no Kubernetes object.`);
  }
  if (Object.keys(value).length === 0) return undefined;
  const { apiVersion, kind } = value;
  const group = typeof apiVersion === "string" ? apiVersion.split("/")[0] : undefined;
  if (group === "kustomize.config.k8s.io" || /^kustomization\.ya?ml$/i.test(name)) {
    const text =
      "It is no object but says how to change some. The files were judged unchanged; to judge what is applied, judge " +
      "the output of kubectl kustomize.";
    return note("kustomization", text);
  }
  if (apiVersion === undefined && kind === undefined) return notAnObject(name);
  if (helmFile.test(name) && kind === undefined) return notAnObject(name);
  const wrong = incomplete(value);
  if (wrong !== undefined) return { level: "unread", code: "incomplete-object", text: wrong };
  return flatten(value);
}

/** What a document is that no parser could read. */
export function explainProblem({ text, why }: YamlProblem): Pick<Notice, "level" | "code" | "text"> {
  if (text.includes(templateMark)) {
    const sentences = "The document is a template, not YAML. Judge what it renders to: helm template prints it.";
    return { level: "unread", code: "template", text: `${sentences} Nothing in it was judged.` };
  }
  const sentence = `The document cannot be read: ${why}. Correct it; nothing in it was judged.`;
  return { level: "unread", code: "malformed-yaml", text: sentence };
}

function notAnObject(name: string): Pick<Notice, "level" | "code" | "text"> {
  if (helmFile.test(name)) {
    const text = "It is a file of a Helm chart, no Kubernetes object. Judge what helm template prints.";
    return note("helm-file", text);
  }
  return note("not-an-object", "The document has neither apiVersion nor kind, so it is no Kubernetes object.");
}

/** Takes lists apart, lists in lists too. Lists of one kind may leave out kind and version of their items. */
function flatten(root: Properties): { manifests: Manifest[]; problems: ItemProblem[] } {
  const manifests: Manifest[] = [];
  const problems: ItemProblem[] = [];
  const visit = (object: Properties, keys: readonly (string | number)[]): void => {
    const { kind, apiVersion, items } = object;
    if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) {
      manifests.push({ inputs: object, keys });
      return;
    }
    const inherited = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
    for (const [index, item] of (items as unknown[]).entries()) {
      const place = [...keys, "items", index];
      const complete = isObject(item) ? { ...inherited, ...item } : item;
      const wrong = isObject(complete) ? incomplete(complete) : `is ${describeType(item)}`;
      if (isObject(complete) && wrong === undefined) visit(complete, place);
      else {
        const text = wrong?.startsWith("is ") ? `The list's item ${wrong}, so it could not be judged.` : (wrong ?? "");
        problems.push({ level: "unread", code: "incomplete-object", text, keys: place });
      }
    }
  };
  visit(root, []);
  return { manifests, problems };
}

/** What the API server will say about an object's name; nothing when it has one, or lets one be made. */
export function nameProblem({ metadata }: Properties): string | undefined {
  const { name, generateName } = isObject(metadata) ? metadata : {};
  if (typeof name === "string" && name !== "") return undefined;
  if (name === undefined || name === null || name === "") {
    return generateName === undefined
      ? "The object has no metadata.name, and the API server will refuse it."
      : undefined;
  }
  const hint = typeof name === "boolean" || typeof name === "number" ? " Write it in quotes." : "";
  return `The object's metadata.name is ${describeType(name)}, not a text, and the API server will refuse it.${hint}`;
}

/** What keeps an object from being judged; a full sentence. */
function incomplete({ apiVersion, kind, metadata }: Properties): string | undefined {
  for (const [key, value] of Object.entries({ apiVersion, kind })) {
    if (value === undefined || value === null || value === "") {
      return `The object has no ${key}, so it could not be judged. Add it.`;
    }
    if (typeof value !== "string") return `The object's ${key} is ${describeType(value)}, not a text. Correct it.`;
  }
  const names = isObject(metadata) ? [metadata.name, metadata.namespace] : [];
  if (names.some((name) => typeof name === "string" && name.includes(templateMark))) {
    return "The object's name is a template. Judge what it renders to: helm template prints it.";
  }
  return undefined;
}

function note(code: Notice["code"], text: string): Pick<Notice, "level" | "code" | "text"> {
  return { level: "note", code, text };
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describeType(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value === "string" ? "text" : typeof value}`;
}
