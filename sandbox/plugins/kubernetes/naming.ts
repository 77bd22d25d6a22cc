/** Object names: the rules of Kubernetes, and the name given when the program leaves it out. */
import { createHash, randomBytes } from "node:crypto";
import type { NameRule } from "./kinds";

/** What is wrong with `name`, or undefined. The rules are those of the API server's own validation. */
export function nameProblem(name: string, rule: NameRule): string | undefined {
  const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
  const show = JSON.stringify(name);
  switch (rule) {
    case "segment":
      if (name === "" || name === "." || name === ".." || /[/%]/.test(name)) {
        return `${show} cannot be a name: it must not be empty, "." or "..", nor contain "/" or "%"`;
      }
      return undefined;
    case "service":
      return name.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)
        ? undefined
        : `${show} is no valid Service name: at most 63 characters of a-z, 0-9 and "-", beginning with a letter and ending with a letter or digit`;
    case "label":
      return name.length <= 63 && label.test(name)
        ? undefined
        : `${show} is no valid name: at most 63 characters of a-z, 0-9 and "-", beginning and ending with a letter or digit`;
    case "subdomain":
      return name.length <= 253 && name !== "" && name.split(".").every((part) => label.test(part))
        ? undefined
        : `${show} is no valid name: at most 253 characters of a-z, 0-9, "-" and ".", each part beginning and ending with a letter or digit`;
  }
}

/** Marks a name that this provider chose, so that a replacement may take a new one. Same key as the official plugin. */
export const AUTONAMED = "pulumi.com/autonamed";

/**
 * A name for a resource whose program gives none: the resource's name and eight hexadecimal digits. With the engine's
 * seed the digits are the same in a plan and the update that follows it; an engine without one gets random digits.
 */
export function autoName(resourceName: string, seed: Uint8Array, urn: string, rule: NameRule): string {
  const digits = createHash("sha256")
    .update(seed.length > 0 ? seed : randomBytes(32))
    .update(urn)
    .digest("hex")
    .slice(0, 8);
  const longest = (rule === "subdomain" || rule === "segment" ? 253 : 63) - digits.length - 1;
  const stem = resourceName
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^[-0-9]+|-+$/g, "")
    .slice(0, longest)
    .replace(/-+$/, "");
  return stem === "" ? `object-${digits}` : `${stem}-${digits}`;
}

/** The field manager of a resource: the same in every run, so that an interrupted create is recognised as ours. */
export function fieldManagerOf(urn: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}
