import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Notice } from "../notice";
import { fromObjects } from "./objects";
import { type Resource } from "./resource";
import { isProblem, readDocuments, type YamlDocument } from "./yaml/documents";
import { errorCode, listManifests } from "./yaml/files";
import { reviewKind } from "./yaml/kinds";
import { LineFinder, splitPath } from "./yaml/lines";
import { contentOf, explainProblem, type Manifest, nameProblem } from "./yaml/objects";

/**
 * Size of a file, in bytes, above which it is not read: 64 MiB, some 40,000 objects. One object can have 3 MiB at most
 * (the API server's limit of a request, MaxRequestBodyBytes in k8s.io/apiserver); a larger file is no set of manifests.
 */
export const largestFile = 64 * 1024 * 1024;

/** The Kubernetes objects of some files. */
export interface ManifestSource {
  /** In the order of files and documents; each with `file:line` as its location. */
  readonly resources: readonly Resource[];
  /** What could not be read, and what the reader should know. */
  readonly notices: readonly Notice[];
  /** `file:line` of a property of one of the resources, or of what is nearest above it. */
  readonly locate: (resource: Resource, path: string) => string | undefined;
}

/** Where a resource came from. */
interface Origin {
  readonly file: string;
  readonly document: YamlDocument;
  readonly keys: Manifest["keys"];
}

/** A text to read: a file, or what came from elsewhere. */
export interface ManifestText {
  /** As the reader names it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the Kubernetes objects of a file, or of all YAML and JSON files of a folder and below.
 *
 * @param describe How the reader names a path; default: as it is.
 * @param passOver Files that are no manifests.
 */
export function readManifests(
  target: string,
  describe: (file: string) => string = (file) => file,
  passOver: ReadonlySet<string> = new Set(),
): ManifestSource {
  const reader = new ManifestReader();
  if (statSync(target).isDirectory()) {
    const { files, notices } = listManifests(target, describe, passOver);
    reader.notices.push(...notices);
    for (const file of files) reader.readFile(file, describe(file));
  } else {
    reader.readFile(target, describe(target));
  }
  return reader.finish();
}

/** Reads the Kubernetes objects of a text. */
export function readManifestText(text: ManifestText): ManifestSource {
  const reader = new ManifestReader();
  reader.readBytes(text);
  return reader.finish();
}

class ManifestReader {
  public readonly notices: Notice[] = [];
  private readonly resources: Resource[] = [];
  private readonly origins = new Map<Resource, Origin>();
  private readonly lines = new LineFinder();

  public readFile(place: string, file: string): void {
    let bytes: Uint8Array;
    try {
      const { size } = statSync(place);
      if (size > largestFile) {
        this.tell({ level: "unread", code: "too-large", file, text: tooLarge(size) });
        return;
      }
      bytes = readFileSync(place);
    } catch (error) {
      const text = `The file cannot be read (${errorCode(error)}). Make it readable; nothing in it was judged.`;
      this.tell({ level: "unread", code: "unreadable-file", file, text });
      return;
    }
    this.readBytes({ file, bytes });
  }

  public readBytes({ file, bytes }: ManifestText): void {
    if (bytes.length > largestFile) {
      this.tell({ level: "unread", code: "too-large", file, text: tooLarge(bytes.length) });
      return;
    }
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      const sentence = "The file is no UTF-8 text. Save it as UTF-8, or remove it; nothing in it was judged.";
      this.tell({ level: "unread", code: "not-utf8", file, text: sentence });
      return;
    }
    const documents = [...readDocuments(text)];
    const json =
      path.extname(file).toLowerCase() === ".json" && documents.some(isProblem) ? parseJson(text) : undefined;
    for (const document of json === undefined ? documents : [{ value: json, text, index: 0, firstLine: 1, line: 1 }]) {
      if (isProblem(document)) this.tell({ file, line: document.line, ...explainProblem(document) });
      else this.readDocument(document, file);
    }
  }

  public finish(): ManifestSource {
    this.tellKinds();
    this.tellDuplicates();
    const { resources, notices, origins, lines } = this;
    const locate = (resource: Resource, property: string) => {
      const origin = origins.get(resource);
      if (!origin) return undefined;
      return `${origin.file}:${lines.lineOf(origin.document, [...origin.keys, ...splitPath(property)])}`;
    };
    return { resources, notices, locate };
  }

  private readDocument(document: YamlDocument, file: string): void {
    const content = contentOf(document, file);
    if (content === undefined) return;
    if (!("manifests" in content)) {
      this.tell({ file, line: this.lines.lineOf(document, []), ...content });
      return;
    }
    for (const { keys, ...problem } of content.problems) {
      this.tell({ file, line: this.lines.lineOf(document, keys), ...problem });
    }
    const lines = content.manifests.map(({ keys }) => this.lines.lineOf(document, keys));
    const resources = fromObjects(
      content.manifests.map(({ inputs }) => inputs),
      (index) => `${file}:${lines[index] ?? document.firstLine}`,
    );
    for (const [index, resource] of resources.entries()) {
      this.resources.push(resource);
      this.origins.set(resource, { file, document, keys: content.manifests[index]?.keys ?? [] });
      const text = nameProblem(resource.inputs);
      if (text !== undefined) this.tell({ level: "note", code: "incomplete-object", ...this.placeOf(resource), text });
    }
  }

  /** One notice for each kind that the rules do not know, at the first object of it. */
  private tellKinds(): void {
    const seen = new Map<string, { first: Resource; number: number }>();
    for (const resource of this.resources) {
      const key = `${textOf(resource.inputs.apiVersion)} ${textOf(resource.inputs.kind)}`;
      const known = seen.get(key);
      if (known) known.number += 1;
      else seen.set(key, { first: resource, number: 1 });
    }
    for (const { first, number } of seen.values()) {
      const [apiVersion, kind] = [textOf(first.inputs.apiVersion), textOf(first.inputs.kind)];
      const review = reviewKind(apiVersion, kind);
      if (review === "known") continue;
      const objects = number === 1 ? "One object is" : `${number} objects are`;
      if (review === "custom") {
        const text = `${objects} of the custom kind ${kind} (${apiVersion}). Besides the rules on objects of any kind, only those that name this kind judged ${number === 1 ? "it" : "them"}.`;
        this.tell({ level: "note", code: "custom-kind", ...this.placeOf(first), text });
      } else {
        const text = `${objects} of an unknown kind: ${review.problem}${review.problem.endsWith("?") ? "" : "."}`;
        this.tell({ level: review.slip ? "unread" : "note", code: "unknown-kind", ...this.placeOf(first), text });
      }
    }
  }

  /** One notice for each object that stands there again; of those the last one applied would win. */
  private tellDuplicates(): void {
    const seen = new Map<string, Resource>();
    for (const resource of this.resources) {
      const { apiVersion, kind, metadata } = resource.inputs;
      const { name, namespace } = (metadata ?? {}) as { name?: unknown; namespace?: unknown };
      if (typeof name !== "string") continue;
      const group = textOf(apiVersion).includes("/") ? textOf(apiVersion).split("/")[0] : "";
      const key = JSON.stringify([group, kind, namespace ?? null, name]);
      const first = seen.get(key);
      if (!first) {
        seen.set(key, resource);
        continue;
      }
      const called = `${textOf(kind)} ${typeof namespace === "string" ? `${namespace}/` : ""}${name}`;
      const text = `${called} stands at ${first.location ?? ""} already; both were judged, but only one can be applied. Remove one.`;
      this.tell({ level: "note", code: "duplicate", ...this.placeOf(resource), text });
    }
  }

  private placeOf(resource: Resource): Pick<Notice, "file" | "line"> {
    const origin = this.origins.get(resource);
    return origin ? { file: origin.file, line: this.lines.lineOf(origin.document, origin.keys) } : {};
  }

  private tell(notice: Notice): void {
    this.notices.push(notice);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tooLarge(size: number): string {
  const megabytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024);
  return `The file has ${megabytes(size)} MiB; at most ${megabytes(largestFile)} are read. Split it; nothing in it was judged.`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
