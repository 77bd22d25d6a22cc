import { describe, expect, test } from "vitest";
import { type Exemption, exemptionSchema, matchesResource, reviewExemptions } from "../../../model/exemptions";

const today = "2026-11-23";
const exemption: Exemption = {
  rule: "ALT-K8S-030",
  resource: "Deployment/altlas/archive-service",
  reason: "The project publishes no other tag until its first release.",
  owner: "platform",
  expires: "2027-01-31",
};
const options = {
  today,
  knownRules: new Set(["ALT-K8S-030", "ALT-OPS-005"]),
  notExemptible: new Set(["ALT-OPS-005"]),
};

describe("an exemption", () => {
  test.each<[string, Partial<Exemption>]>([
    ["a rule that is no id", { rule: "latest-tag" }],
    ["a reason below 20 characters", { reason: "too short a reason" }],
    ["a reason of spaces", { reason: " ".repeat(40) }],
    ["no owner", { owner: " " }],
    ["a date in words", { expires: "next year" }],
    ["a day that there is not", { expires: "2027-02-30" }],
    ["a pattern of four parts", { resource: "a/b/c/d" }],
    ["a pattern for everything", { resource: "*" }],
    ["a pattern for all of a kind", { resource: "Deployment/*" }],
    ["a pattern for everything of a kind in every namespace", { resource: "Deployment/*/**" }],
    ["an empty resource", { resource: "" }],
  ])("is refused for %s", (_, change) => {
    expect(exemptionSchema.safeParse({ ...exemption, ...change }).success).toBe(false);
  });

  test("takes a date without quotes, which the engine reads as a time", () => {
    const parsed = exemptionSchema.parse({ ...exemption, expires: "2027-01-31 00:00:00 +0000 UTC" });
    expect(parsed.expires).toBe("2027-01-31");
  });

  test("is refused with a key that is not its own", () => {
    expect(exemptionSchema.safeParse({ ...exemption, until: "2027-01-31" }).success).toBe(false);
  });

  test.each<[string, string, string]>([
    ["2026-11-22", "expired", "It ended on 2026-11-22, 1 days ago."],
    ["2027-05-23", "refused", "It ends on 2027-05-23, 181 days ahead; at most 180 are allowed."],
  ])("that ends on %s is %s", (expires, status, why) => {
    expect(reviewExemptions([{ ...exemption, expires }], options)).toMatchObject([{ status, why }]);
  });

  test.each<[string, number, boolean]>([
    ["2026-11-23", 0, true],
    ["2026-12-23", 30, true],
    ["2026-12-24", 31, false],
    ["2027-05-22", 180, false],
  ])("that ends on %s holds for %i days and ends soon: %s", (expires, daysLeft, endsSoon) => {
    const [review] = reviewExemptions([{ ...exemption, expires }], options);
    expect(review).toMatchObject({ status: "active", daysLeft, endsSoon });
  });

  test("of an unknown rule, or of the rule that judges it, is refused", () => {
    const reviews = reviewExemptions(
      ["ALT-K8S-999", "ALT-OPS-005"].map((rule) => ({ ...exemption, rule })),
      options,
    );
    expect(reviews.map(({ status }) => status)).toEqual(["refused", "refused"]);
  });
});

describe("a pattern", () => {
  const resource = { kind: "Deployment", namespace: "altlas", name: "archive-service", logicalName: "archive" };

  test.each([
    "archive-service",
    "archive",
    "archive-*",
    "Deployment/archive-service",
    "Deployment/altlas/archive-service",
    "*/altlas/archive-service",
    "D*/alt*/*service",
  ])("%s names it", (pattern) => {
    expect(matchesResource(pattern, resource)).toBe(true);
  });

  test.each([
    "archive-servic",
    "rchive-service",
    "deployment/archive-service",
    "StatefulSet/archive-service",
    "Deployment/other/archive-service",
    "archive.service",
    "Deployment//archive-service",
  ])("%s does not", (pattern) => {
    expect(matchesResource(pattern, resource)).toBe(false);
  });

  test("with a namespace does not name what has none", () => {
    expect(matchesResource("Namespace/altlas/altlas", { kind: "Namespace", name: "altlas" })).toBe(false);
    expect(matchesResource("Namespace/altlas", { kind: "Namespace", name: "altlas" })).toBe(true);
  });
});
