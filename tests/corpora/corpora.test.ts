import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules";
import { corpora } from ".";
import { compare, figures, shortcomings } from "./compare";
import { GoMissing, moduleFolder } from "./modules";

describe("foreign cases", () => {
  describe.each(corpora.filter(({ source }) => source !== undefined))("$name", (corpus) => {
    it("agree as far as documented", async (context) => {
      let folder: string;
      try {
        folder = await moduleFolder(corpus.source?.module ?? "");
      } catch (error) {
        // A developer may have got all tools without Go; where the tests decide, nothing may be left out.
        if (error instanceof GoMissing && !process.env.CI) return context.skip(error.message);
        throw error;
      }
      const comparison = compare(corpus, corpus.read(folder));
      expect(shortcomings(comparison)).toEqual([]);
      // A reader that finds half of the cases would agree too.
      expect(figures(comparison).cases).toBeGreaterThanOrEqual(100);
    });
  });

  it("of Kubernetes' own admission plugin agree without exception", () => {
    const [plugin] = corpora;
    expect(plugin).toMatchObject({
      name: "pod-security-admission",
      disagreements: [],
      reached: { agreement: 1, falseAlarms: 0 },
    });
  });

  it.each(corpora)("of $name are mapped to rules that there are, with settings that these take", ({ mapping }) => {
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const wrong = Object.values(mapping)
      .flat()
      .filter(({ rule, settings }) => {
        const schema = byId.get(rule)?.settings;
        return !byId.has(rule) || (settings !== undefined && schema?.safeParse(settings).success !== true);
      });
    expect(wrong).toEqual([]);
  });

  it.each(corpora)("of $name that differ on purpose say why in full sentences", ({ disagreements, mapping }) => {
    for (const { check, why } of disagreements) {
      expect(mapping).toHaveProperty([check]);
      expect(why).toMatch(/^[A-Z].{40,}\.$/);
    }
  });
});
