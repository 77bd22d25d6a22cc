/** Tags, or first words of tags without a number, that are moved to newer images. */
export const mutableTags: readonly string[] = [
  ...["alpha", "beta", "canary", "current", "dev", "develop", "devel", "edge", "head", "latest", "lts", "main"],
  ...["mainline", "master", "nightly", "preview", "prod", "production", "release", "rolling", "snapshot", "stable"],
  ...["staging", "test", "testing", "trunk", "unstable"],
];

/** Whether a tag is moved: `beta` and `beta-slim` are; `beta.18` and `main-20261101` name one build. */
export function isMutableTag(tag: string, tags: readonly string[] = mutableTags): boolean {
  const lower = tag.toLowerCase();
  const [first = ""] = lower.split(/[-_.]/);
  return tags.includes(lower) || (tags.includes(first) && !/\d/.test(lower));
}
