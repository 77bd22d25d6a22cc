import { describe, expect, it } from "vitest";
import { judge } from "../../model/capacity/judge";
import { generateCase, podSizes } from "../../rehearsals/cases";
import { contradicts, type JudgedCase } from "../../rehearsals/generated";
import { parseArguments } from "../../rehearsals/arguments";
import { printGenerated } from "../../rehearsals/text";

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("generated cases", () => {
  it("are the same for the same seed, and no pod is larger than half a node", () => {
    for (const sizes of podSizes) {
      for (const seed of seeds(100)) {
        const { nodes, groups } = generateCase(seed, sizes);
        expect(generateCase(seed, sizes)).toEqual({ ...generateCase(seed, sizes), nodes, groups });
        for (const { pod } of groups) {
          expect(pod.cpuMillicores).toBeLessThanOrEqual(nodes.node.cpuMillicores / 2);
          expect(pod.memoryMebibytes).toBeLessThanOrEqual(nodes.node.memoryMebibytes / 2);
        }
      }
    }
  });
  it("of two hundred at most ten are undecided, and every verdict and every evidence is among them", () => {
    const verdicts = seeds(200).map((seed) => {
      const { nodes, groups } = generateCase(seed);
      const verdict = judge(nodes, groups);
      return "evidence" in verdict ? `${verdict.verdict} by ${verdict.evidence}` : verdict.verdict;
    });
    expect(verdicts.filter((verdict) => verdict === "undecided").length).toBeLessThanOrEqual(10);
    expect([...new Set(verdicts)].sort()).toEqual([
      "does not fit by proof",
      "fits by orders",
      "fits by proof",
      "undecided",
    ]);
  });
});

describe("a verdict is contradicted", () => {
  it.each([
    ["fits", [0, 0, 0], false],
    ["fits", [0, 1, 0], true],
    ["does not fit", [2, 1, 3], false],
    ["does not fit", [2, 0, 3], true],
    ["undecided", [0, 1, 0], false],
  ] as const)("%s, with %j pending: %s", (verdict, pending, wrong) => {
    expect(contradicts(verdict, pending)).toBe(wrong);
  });
});

describe("the table of verdicts", () => {
  it("counts by verdict, evidence and what the scheduler did, and names what is wrong", () => {
    const one = (verdict: JudgedCase["verdict"], pending: number[], evidence?: "proof" | "orders"): JudgedCase => ({
      trial: generateCase(7),
      verdict,
      pending,
      ...(evidence ? { evidence } : {}),
      wrong: contradicts(verdict, pending),
    });
    const text = printGenerated(
      [
        one("fits", [0, 0], "proof"),
        one("fits", [0, 3], "orders"),
        one("does not fit", [1, 2], "proof"),
        one("undecided", [0, 1]),
      ],
      61.4,
    );
    expect(text.split("\n").map((line) => line.replaceAll(/ {2,}/g, "|"))).toEqual([
      "GENERATED CATALOGUES",
      "MODEL SAYS|BY|CASES|NEVER PENDING|SOMETIMES|ALWAYS PENDING|WRONG",
      "fits|proof|1|1|0|0|0",
      "fits|orders|1|0|1|0|1",
      "does not fit|proof|1|0|0|1|0",
      "does not fit|orders|0|0|0|0|0",
      "undecided|-|1|0|1|0|0",
      "case-7: fits, pending 0, 3",
      "4 cases, 2 orders each, 61 s",
      "",
    ]);
  });
});

describe("the rehearsals' arguments", () => {
  it("name the sizes of generated pods", () => {
    expect(parseArguments(["--generated", "5"])).toMatchObject({ generated: 5, sizes: "usual" });
    expect(parseArguments(["--generated=5", "--pods=large"])).toMatchObject({ sizes: "large" });
    expect(() => parseArguments(["--pods", "huge"])).toThrow('There is no size of pods "huge". Known: usual, large.');
  });
});
