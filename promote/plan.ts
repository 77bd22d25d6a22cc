import { isMutableTag } from "../model/mutable-tags";
import { type Catalogue } from "../model/platform";
import { type Problem } from "../model/problem";
import { foreignImages } from "../model/versions";
import { type Settings } from "../stacks/settings/schema";
import { type Assignment, type Path } from "./edit";
import { type Request } from "./requests";

/** What an image runs. */
export interface Running {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** What was asked for. */
export interface Wanted {
  /** Settings of the stack that a promotion comes from. */
  readonly from?: { readonly stack: string; readonly settings: Settings } | undefined;
  /** Tag of every service that is not asked for by name. */
  readonly tag?: string | undefined;
  readonly requests: ReadonlyMap<string, Request>;
}

/** An image that will run something else. */
export interface Change {
  readonly name: string;
  readonly before: Running;
  readonly after: Running;
}

/** What a promotion does to a stack's settings. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly assignments: readonly Assignment[];
  /** What was not taken over, and why; sentences. */
  readonly notes: readonly string[];
}

const key = (name: string) => `altlas:${name}`;

/** What a service runs by a stack's settings. */
export function runningService({ images, services }: Settings, name: string): Running {
  const own = services.find((service) => service.name === name);
  return { tag: own?.tag ?? images.tag, digest: own?.digest };
}

/**
 * What must be set so that the stack runs what is wanted. Nothing is ever taken away: a digest that is gone would let a tag
 * decide that anybody with the right to push can move.
 */
export function planPromotion(
  settings: Settings,
  wanted: Wanted,
  catalogue: Catalogue,
): Plan | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const changes: Change[] = [];
  const assignments: Assignment[] = [];
  const tag = wanted.tag ?? wanted.from?.settings.images.tag ?? settings.images.tag;
  if (tag !== settings.images.tag) assignments.push({ path: path("images", "tag"), value: tag });
  const places = settings.services.map(({ name }) => name);
  for (const { name } of catalogue.services) {
    const before = runningService(settings, name);
    const after = wantedService(name, before, wanted);
    const problem = unpinned(name, before, after) ?? floating(name, before, after);
    if (problem) {
      problems.push(problem);
      continue;
    }
    if (after.tag !== before.tag || after.digest !== before.digest) changes.push({ name, before, after });
    const own = settings.services.find((service) => service.name === name);
    const set: (readonly ["tag" | "digest", string])[] = [];
    const tagNow = own?.tag ?? tag;
    if (after.tag !== undefined && after.tag !== tagNow) set.push(["tag", after.tag]);
    if (after.digest !== undefined && after.digest !== own?.digest) set.push(["digest", after.digest]);
    if (set.length === 0) continue;
    if (!places.includes(name)) {
      assignments.push({ path: path("services", places.length, "name"), value: name });
      places.push(name);
    }
    const place = places.indexOf(name);
    for (const [part, value] of set) assignments.push({ path: path("services", place, part), value });
  }
  const foreign = planForeign(settings, wanted);
  return problems.length > 0
    ? { problems }
    : {
        changes: [...changes, ...foreign.changes],
        assignments: [...assignments, ...foreign.assignments],
        notes: foreign.notes,
      };
}

function path(name: string, ...rest: Path): Path {
  return ["config", key(name), ...rest];
}

function wantedService(name: string, before: Running, { from, tag, requests }: Wanted): Running {
  const request = requests.get(name);
  const source = from && runningService(from.settings, name);
  const asked = request?.tag ?? tag ?? source?.tag ?? before.tag;
  // A digest belongs to the tag that it came with.
  const taken = source && source.tag === asked ? source.digest : undefined;
  return { tag: asked, digest: request?.digest ?? taken ?? before.digest };
}

/** A new tag beside the old digest: the digest decides, so the tag would tell people something that does not run. */
function unpinned(name: string, before: Running, after: Running): Problem | undefined {
  if (before.digest === undefined || after.digest !== before.digest || after.tag === before.tag) return undefined;
  return {
    setting: `altlas:services (${name}).digest`,
    value: before.digest,
    why: `${name} is pinned to this digest, so the tag ${after.tag ?? ""} alone would change nothing, and without a digest a tag that can be moved would decide.`,
    remedy: `Give the digest of the build as well: ${name}=${after.tag ?? "<tag>"}@sha256:…`,
  };
}

function floating(name: string, before: Running, after: Running): Problem | undefined {
  if (after.tag === before.tag || after.tag === undefined || after.digest !== undefined) return undefined;
  if (!isMutableTag(after.tag)) return undefined;
  return {
    setting: `altlas:services (${name}).tag`,
    value: after.tag,
    why: "This tag is moved to newer images, so what is tested today is not what a node pulls tomorrow (ALT-K8S-030).",
    remedy: `Name the tag of one build, such as a version or a commit, or its digest: ${name}=${after.tag}@sha256:…`,
  };
}

/** Digests of the images that are not the project's own. */
function planForeign(settings: Settings, { from, requests }: Wanted): Plan {
  const changes: Change[] = [];
  const assignments: Assignment[] = [];
  const notes: string[] = [];
  for (const name of foreignImages) {
    const before = settings.images.digests[name];
    const source = from?.settings.images.digests[name];
    let after = requests.get(name)?.digest;
    if (after === undefined && source !== undefined && source !== before) {
      if (sameTag(name, settings, from?.settings)) after = source;
      else notes.push(`${name} stays as it is: ${from?.stack ?? ""} runs it for another Kubernetes minor.`);
    }
    if (after === undefined || after === before) continue;
    changes.push({ name, before: { digest: before }, after: { digest: after } });
    assignments.push({ path: path("images", "digests", name), value: after });
  }
  return { changes, assignments, notes };
}

/** Whether two stacks run an image by the same tag: the autoscaler's follows the cluster's minor. */
function sameTag(name: string, a: Settings, b: Settings | undefined): boolean {
  if (name !== "cluster-autoscaler") return true;
  const minor = (settings: Settings | undefined) =>
    settings?.cluster.mode === "eks" ? settings.cluster.version : undefined;
  return minor(a) !== undefined && minor(a) === minor(b);
}
