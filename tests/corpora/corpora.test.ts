import { describe, expect, it, type TestContext } from "vitest";
import { Graph } from "../../policies/graph/graph";
import { type Rule, sentence } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { fromObjects } from "../../policies/sources/objects";
import { corpora } from ".";
import { compare, figures, shortcomings } from "./compare";
import { type Corpus, type ForeignCase } from "./corpus";
import { GoMissing, moduleFolder } from "./modules";

/** Subject, problem; fix. */
const wellFormed = /^[A-Z](?:(?!\[object )[^])+; (?:(?!\[object )[^])+\.$/;

function sentences(rule: Rule, graph: Graph): string[] {
  const settings = rule.settings?.parse({});
  const context = {
    graph,
    settings,
    environment: undefined,
    today: "2026-11-24",
    exemptions: { reviewed: [], problems: [] },
  };
  return [...rule.judge(context)].flatMap((verdict) => verdict.failures.map((failure) => sentence(verdict, failure)));
}

/** The cases of a corpus from a registry. Skips the test without Go, which a developer may not need otherwise; never in CI. */
async function casesOf(corpus: Corpus, context: TestContext): Promise<ForeignCase[]> {
  try {
    return corpus.read(await moduleFolder(corpus.source?.module ?? ""));
  } catch (error) {
    if (error instanceof GoMissing && !process.env.CI) context.skip(error.message);
    throw error;
  }
}

describe("foreign cases", () => {
  describe.each(corpora.filter(({ source }) => source !== undefined))("$name", (corpus) => {
    it("are judged by every rule in full sentences, whatever they hold", async (context) => {
      const inputs = new Set((await casesOf(corpus, context)).map(({ manifests }) => manifests));
      const odd: string[] = [];
      for (const manifests of inputs) {
        const graph = new Graph(fromObjects(manifests));
        for (const rule of rules) odd.push(...sentences(rule, graph).filter((text) => !wellFormed.test(text)));
      }
      expect(odd).toEqual([]);
    });

    it("agree as far as documented", async (context) => {
      const comparison = compare(corpus, await casesOf(corpus, context));
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
