/** The annotations with which a program steers this provider, and what is refused among them. */
import { asText, getObject, UNKNOWN, type PlainObject } from "./wire/properties";

export const SKIP_AWAIT = "pulumi.com/skipAwait";
export const TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds";
export const PATCH_FORCE = "pulumi.com/patchForce";
export const PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager";
export const DELETION_PROPAGATION = "pulumi.com/deletionPropagationPolicy";

const truth = (value: string): string | undefined =>
  value === "true" || value === "false" ? undefined : 'must be "true" or "false"';

/** Each returns what is wrong with a value, or undefined. */
const RULES: Record<string, (value: string) => string | undefined> = {
  [SKIP_AWAIT]: truth,
  [PATCH_FORCE]: truth,
  "pulumi.com/autonamed": truth,
  [TIMEOUT_SECONDS]: (value) => (/^[1-9]\d*$/.test(value) ? undefined : "must be a whole number of seconds above 0"),
  [PATCH_FIELD_MANAGER]: (value) =>
    value !== "" && value.length <= 128 ? undefined : "must be a field manager's name of 1 to 128 characters",
  [DELETION_PROPAGATION]: (value) =>
    /^(foreground|background|orphan)$/i.test(value) ? undefined : "must be foreground, background or orphan",
  "pulumi.com/waitFor": () =>
    "is not supported by the embedded provider; leave it out (readiness is awaited by kind) or set pulumi.com/skipAwait",
};

/** Understood by the official plugin, without effect here. */
const IGNORED = new Set(["pulumi.com/replaceUnready"]);

const annotations = (inputs: PlainObject): PlainObject => getObject(inputs, "metadata", "annotations");

export interface AnnotationReview {
  failures: { key: string; reason: string }[];
  warnings: string[];
}

/** Checks the `pulumi.com/` annotations of an object's inputs. */
export function reviewAnnotations(inputs: PlainObject): AnnotationReview {
  const review: AnnotationReview = { failures: [], warnings: [] };
  for (const [key, value] of Object.entries(annotations(inputs))) {
    if (value === UNKNOWN || !key.startsWith("pulumi.com/")) continue;
    const reason = RULES[key]?.(asText(value));
    if (reason !== undefined) review.failures.push({ key, reason });
    if (IGNORED.has(key)) review.warnings.push(`The annotation ${key} has no effect in the embedded provider.`);
  }
  return review;
}

const text = (inputs: PlainObject, key: string): string | undefined => {
  const value = annotations(inputs)[key];
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
};

export const skipsAwait = (inputs: PlainObject): boolean => text(inputs, SKIP_AWAIT) === "true";
export const forcesPatch = (inputs: PlainObject): boolean => text(inputs, PATCH_FORCE) === "true";
export const ownFieldManager = (inputs: PlainObject): string | undefined => text(inputs, PATCH_FIELD_MANAGER);

/**
 * The policy's name as the API spells it. Foreground is the default for what owns other objects, so that nothing outlives
 * its owner unseen; for the rest it would only cost the garbage collector a round for each object.
 */
export function deletionPropagation(inputs: PlainObject, ownsOthers: boolean): "Foreground" | "Background" | "Orphan" {
  switch (text(inputs, DELETION_PROPAGATION)?.toLowerCase()) {
    case "foreground":
      return "Foreground";
    case "background":
      return "Background";
    case "orphan":
      return "Orphan";
    default:
      return ownsOthers ? "Foreground" : "Background";
  }
}

/** Seconds to wait: the resource's customTimeouts, then its annotation, then the kind's default. */
export function timeoutSeconds(inputs: PlainObject, custom: number, fallback: number): number {
  if (custom > 0) return custom;
  const given = Number(text(inputs, TIMEOUT_SECONDS));
  return Number.isFinite(given) && given > 0 ? given : fallback;
}
