import { describe, expect, test } from "vitest";
import { ourRepositoryPrefix } from "../../../model/versions";
import { parseImage } from "../../../policies/graph/image";
import { resolveRuleSettings } from "../../../policies/settings";
import { rules } from "../../../policies/rules";

const digest = `sha256:${"a".repeat(64)}`;

describe("an image reference", () => {
  test.each([
    ["nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["nginx:1.29", { registry: "docker.io", repository: "library/nginx", tag: "1.29" }],
    ["valkey/valkey:8.1", { registry: "docker.io", repository: "valkey/valkey", tag: "8.1" }],
    ["ghcr.io/a/b/c:x", { registry: "ghcr.io", repository: "a/b/c", tag: "x" }],
    ["registry:5000/a", { registry: "registry:5000", repository: "a" }],
    ["localhost/a:1", { registry: "localhost", repository: "a", tag: "1" }],
    ["Registry/a:1", { registry: "Registry", repository: "a", tag: "1" }],
    ["[::1]:5000/a:1", { registry: "[::1]:5000", repository: "a", tag: "1" }],
    [`a/b@${digest}`, { registry: "docker.io", repository: "a/b", digest }],
    [`r.io/b:1@${digest}`, { registry: "r.io", repository: "b", tag: "1", digest }],
  ])("%s", (reference, expected) => {
    expect(parseImage(reference)).toEqual(expected);
  });

  test.each([
    "",
    ":1",
    "a:",
    "a b",
    "UPPER",
    "ghcr.io/A/b",
    "a@sha256:abc",
    `a@md5:${"a".repeat(32)}`,
    "a:1:2",
    "a//b",
    `a:${"x".repeat(129)}`,
  ])("%j is none", (reference) => {
    expect(parseImage(reference)).toBeUndefined();
  });

  test("of ours is known to ALT-K8S-020 by the prefix of the image catalogue", () => {
    const settings = resolveRuleSettings({}, rules).get("ALT-K8S-020");
    expect(settings).toMatchObject({ ownRepositories: [ourRepositoryPrefix] });
  });
});
