import { closest } from "fastest-levenshtein";
import { type Catalogue } from "../model/platform";
import { foreignImages } from "../model/versions";

/** What an image is to run: another tag, another digest, or both. */
export interface Request {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The command cannot be followed as it was typed; a sentence for whoever typed it. */
export class RequestError extends Error {
  public override readonly name = "RequestError";
}

/** Source: https://github.com/opencontainers/distribution-spec (tag grammar). */
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** Reads `archive-service=1.4.2@sha256:…`, with tag, digest, or both. @throws RequestError */
export function parseRequest(argument: string, catalogue: Catalogue): Request {
  const [name = "", rest] = argument.split(/=(.*)/s);
  if (rest === undefined) {
    throw new RequestError(
      `"${argument}" is no <service>=<tag>@<digest>. Write archive-service=1.4.2@sha256:…, or --help.`,
    );
  }
  return checked(name, rest, catalogue);
}

/**
 * Reads what a pipeline knows: one JSON object, from the names of services to `sha256:…` or `<tag>@sha256:…`.
 *
 * @param where the file's name, for the sentence.
 * @throws RequestError
 */
export function parseDigests(text: string, where: string, catalogue: Catalogue): Request[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new RequestError(`${where} is no JSON. Write {"archive-service": "sha256:…"}.`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new RequestError(`${where} holds no object. Write {"archive-service": "sha256:…"}.`);
  }
  return Object.entries(content).map(([name, value]: [string, unknown]) => {
    if (typeof value !== "string" || !value.includes("sha256:")) {
      throw new RequestError(`${where}: ${name} is ${JSON.stringify(value)}; write "sha256:…" or "<tag>@sha256:…".`);
    }
    return checked(name, value.includes("@") ? value : `@${value}`, catalogue);
  });
}

/** A tag for all services. @throws RequestError */
export function parseTag(tag: string): string {
  if (!tagPattern.test(tag)) {
    throw new RequestError(`"${tag}" is no tag: at most 128 letters, digits, dots, dashes and underscores.`);
  }
  return tag;
}

/**
 * Joins what was asked for by several ways, the later ones first.
 *
 * @throws RequestError when one way names an image twice, or a digest is given for two images.
 */
export function joinRequests(...ways: readonly (readonly Request[])[]): ReadonlyMap<string, Request> {
  const joined = new Map<string, Request>();
  for (const way of ways) {
    for (const [index, request] of way.entries()) {
      if (way.findIndex(({ name }) => name === request.name) !== index) {
        throw new RequestError(`${request.name} is given twice. Name it once.`);
      }
      joined.set(request.name, request);
    }
  }
  const owners = new Map<string, string>();
  for (const { name, digest } of joined.values()) {
    if (digest === undefined) continue;
    const other = owners.get(digest);
    if (other !== undefined) {
      throw new RequestError(
        `${other} and ${name} are given the same digest, ${digest.slice(0, 19)}…: two images are never equal. Correct one of the two.`,
      );
    }
    owners.set(digest, name);
  }
  return joined;
}

function checked(name: string, given: string, catalogue: Catalogue): Request {
  const services = catalogue.services.map((service) => service.name);
  const foreign = (foreignImages as readonly string[]).includes(name);
  if (!services.includes(name) && !foreign) {
    const known = [...services, ...foreignImages];
    throw new RequestError(
      `There is no image "${name}". Did you mean ${closest(name, known)}? Known: ${known.join(", ")}.`,
    );
  }
  const at = given.indexOf("@");
  const tag = at < 0 ? given : given.slice(0, at);
  const digest = at < 0 ? undefined : given.slice(at + 1);
  if (digest !== undefined && !digestPattern.test(digest)) {
    throw new RequestError(`${name}: "${digest}" is no digest. It is sha256: and 64 hexadecimal digits in lower case.`);
  }
  if (tag === "" && digest === undefined) throw new RequestError(`${name}: give a tag, a digest, or both.`);
  if (tag !== "" && foreign) {
    throw new RequestError(`${name}: its tag stands in model/versions.ts; give the digest alone, ${name}=@sha256:…`);
  }
  return { name, ...(tag === "" ? {} : { tag: parseTag(tag) }), ...(digest === undefined ? {} : { digest }) };
}
