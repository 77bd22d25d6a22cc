import { describe, expect, it } from "vitest";
import { rule as fixedTag } from "../../policies/rules/k8s-030";
import { compare, figures, percent, shortcomings } from "./compare";
import { type Corpus, type ForeignCase, type Verdict } from "./corpus";

const pod = (image: string, name = "one") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "app", image }] },
});

const statement = (name: string, expected: Verdict, image: string): ForeignCase => ({
  check: "latest",
  name,
  expected,
  manifests: [pod(image)],
});

const corpus: Corpus = {
  name: "example",
  origin: "an example",
  mapping: { latest: [{ rule: "ALT-K8S-030" }] },
  disagreements: [],
  reached: { agreement: 1, falseAlarms: 0 },
  read: () => [],
};

const agreeing = [statement("fixed", "pass", "nginx:1.25.3"), statement("moving", "fail", "nginx:latest")];

describe("a comparison with foreign cases", () => {
  it("is content when both say the same", () => {
    const comparison = compare(corpus, agreeing, [fixedTag]);
    expect(figures(comparison)).toMatchObject({ cases: 2, agreed: 2, disagreed: 0, falseAlarms: 0, passing: 1 });
    expect(shortcomings(comparison)).toEqual([]);
  });

  it.each([
    ["a miss", statement("odd", "fail", "nginx:1.25.3"), "latest, odd: fail there, pass here: our rules find nothing"],
    [
      "a false alarm",
      statement("odd", "pass", "nginx"),
      /^latest, odd: pass there, fail here: ALT-K8S-030 Container app of Pod one has/,
    ],
  ])("reports %s that nobody has given a reason for", (_, odd, says) => {
    const found = shortcomings(compare(corpus, [...agreeing, odd], [fixedTag]));
    expect(found[0]).toMatch(says);
  });

  const documented = { check: "latest", cases: "odd", ours: "fail" as const, why: "The tag is missing." };
  const odd = statement("odd", "pass", "nginx");

  it("counts a documented difference as a difference", () => {
    const comparison = compare({ ...corpus, disagreements: [documented] }, [...agreeing, odd], [fixedTag]);
    expect(figures(comparison)).toMatchObject({
      agreed: 2,
      disagreed: 1,
      explained: 1,
      falseAlarms: 1,
      unexplainedAlarms: 0,
    });
    expect(shortcomings(comparison)).toEqual([
      "66.6 % of the cases agree, 100 % did before.",
      "50 % of what passes there fails here, 0 % did before.",
    ]);
  });

  it("is content with a documented difference that was there before", () => {
    const reached = { agreement: 0.666, falseAlarms: 0.5 };
    const comparison = compare({ ...corpus, disagreements: [documented], reached }, [...agreeing, odd], [fixedTag]);
    expect(shortcomings(comparison)).toEqual([]);
  });

  it("takes a reason for one verdict for no reason for the other", () => {
    const other = { ...corpus, disagreements: [{ ...documented, ours: "pass" as const }] };
    expect(figures(compare(other, [...agreeing, odd], [fixedTag])).explained).toBe(0);
  });

  it("reports a documented difference that is none any more", () => {
    const found = shortcomings(compare({ ...corpus, disagreements: [documented] }, agreeing, [fixedTag]));
    expect(found).toEqual(["latest, odd: documented as a disagreement, but no such case disagrees; remove it."]);
  });

  it("does not pass on an empty folder", () => {
    expect(shortcomings(compare(corpus, [], [fixedTag]))).toEqual(["No case was found; is this the right folder?"]);
  });

  it("counts apart what no rule asks", () => {
    const comparison = compare(corpus, [...agreeing, { ...odd, check: "other" }], [fixedTag]);
    expect(figures(comparison)).toMatchObject({ cases: 2, unmappedCases: 1 });
  });

  it("refuses a mapping to a rule that there is not", () => {
    expect(() => compare(corpus, agreeing, [])).toThrow("The mapping names ALT-K8S-030, which does not exist.");
  });

  it("looks at the object that the statement is about, and at failures that are about the same question", () => {
    const manifests = [pod("nginx:latest", "one"), pod("nginx:1.25.3", "two")];
    const two: ForeignCase = {
      check: "latest",
      name: "two",
      expected: "pass",
      manifests,
      about: ({ name }) => name === "two",
    };
    expect(figures(compare(corpus, [two], [fixedTag])).agreed).toBe(1);
    const narrowed = { ...corpus, mapping: { latest: [{ rule: "ALT-K8S-030", says: /without a tag/ }] } };
    const untagged = statement("untagged", "fail", "nginx");
    const cases = [{ ...two, about: () => true }, untagged];
    expect(figures(compare(narrowed, cases, [fixedTag])).agreed).toBe(2);
  });

  it("rounds shares down, so that only all of them are 100 %", () => {
    expect([percent(1), percent(0.9999), percent(0.986), percent(2 / 3)]).toEqual([
      "100 %",
      "99.9 %",
      "98.6 %",
      "66.6 %",
    ]);
  });
});
