import { Graph } from "../../policies/graph/graph";
import { type Rule, sentence, type Verdict } from "../../policies/rule";
import { rules as allRules } from "../../policies/rules";
import { fromObjects } from "../../policies/sources/objects";
import {
  aim,
  type Corpus,
  type Disagreement,
  type ForeignCase,
  type Manifest,
  type RuleUse,
  type Verdict as Answer,
} from "./corpus";

/** Rules that ask for the day get always the same one. */
const today = "2026-11-24";

/** One case beside what our rules say. */
export interface Outcome {
  readonly foreign: ForeignCase;
  readonly ours: Answer;
  /** Our sentences, when ours is "fail". */
  readonly sentences: readonly string[];
  /** Why we differ; absent when we agree, or when nobody has said. */
  readonly why?: string;
}

/** A corpus beside our rules. */
export interface Comparison {
  readonly corpus: Corpus;
  readonly outcomes: readonly Outcome[];
  /** Number of cases of each check that no rule of ours asks. */
  readonly unmapped: ReadonlyMap<string, number>;
  /** Documented disagreements that no case shows any more. */
  readonly stale: readonly Disagreement[];
}

/** The counts of a comparison. */
export interface Figures {
  readonly checks: number;
  readonly cases: number;
  readonly agreed: number;
  readonly disagreed: number;
  /** Of the disagreed, those whose reason is documented. */
  readonly explained: number;
  /** Cases that pass there, and those of them that fail here: in all, and without a documented reason. */
  readonly passing: number;
  readonly falseAlarms: number;
  readonly unexplainedAlarms: number;
  readonly unmappedCases: number;
}

/** Judges every case whose check is mapped. @throws when a mapping names a rule that does not exist. */
export function compare(corpus: Corpus, cases: readonly ForeignCase[], rules: readonly Rule[] = allRules): Comparison {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const graphs = new Graphs();
  const used = new Set<Disagreement>();
  const unmapped = new Map<string, number>();
  const outcomes: Outcome[] = [];
  for (const foreign of cases) {
    const uses = corpus.mapping[foreign.check];
    if (uses === undefined) {
      unmapped.set(foreign.check, (unmapped.get(foreign.check) ?? 0) + 1);
      continue;
    }
    const sentences = uses.flatMap((use) => failures(graphs, use, foreign, byId));
    const ours: Answer = sentences.length > 0 ? "fail" : "pass";
    const documented =
      ours === foreign.expected ? undefined : corpus.disagreements.find((entry) => covers(entry, foreign, ours));
    if (documented) used.add(documented);
    outcomes.push({ foreign, ours, sentences, ...(documented && { why: documented.why }) });
  }
  return { corpus, outcomes, unmapped, stale: corpus.disagreements.filter((entry) => !used.has(entry)) };
}

/** Counts a comparison. */
export function figures({ outcomes, unmapped }: Comparison): Figures {
  const agreed = outcomes.filter(({ foreign, ours }) => foreign.expected === ours).length;
  const alarms = outcomes.filter(({ foreign, ours }) => foreign.expected === "pass" && ours === "fail");
  return {
    checks: new Set(outcomes.map(({ foreign }) => foreign.check)).size,
    cases: outcomes.length,
    agreed,
    disagreed: outcomes.length - agreed,
    explained: outcomes.filter(({ why }) => why !== undefined).length,
    falseAlarms: alarms.length,
    unexplainedAlarms: alarms.filter(({ why }) => why === undefined).length,
    passing: outcomes.filter(({ foreign }) => foreign.expected === "pass").length,
    unmappedCases: [...unmapped.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** What is wrong with a comparison, a sentence each. */
export function shortcomings(comparison: Comparison): string[] {
  const { corpus, outcomes, stale } = comparison;
  const counts = figures(comparison);
  const { cases, agreed, falseAlarms, passing, explained } = counts;
  const found: string[] = [];
  if (cases === 0) found.push("No case was found; is this the right folder?");
  for (const { foreign, ours, sentences, why } of outcomes) {
    if (foreign.expected === ours || why !== undefined) continue;
    const said = sentences.length === 0 ? "our rules find nothing" : sentences.join(" ");
    found.push(`${foreign.check}, ${foreign.name}: ${foreign.expected} there, ${ours} here: ${said}`);
  }
  for (const { check, cases: pattern } of stale) {
    found.push(`${check}, ${String(pattern)}: documented as a disagreement, but no such case disagrees; remove it.`);
  }
  const { agreement, falseAlarms: alarms } = corpus.reached;
  if (agreed < agreement * cases) {
    found.push(`${share(agreed, cases)} of the cases agree, ${percent(agreement)} did before.`);
  }
  if (falseAlarms > alarms * passing) {
    found.push(`${share(falseAlarms, passing)} of what passes there fails here, ${percent(alarms)} did before.`);
  }
  if (agreed < aim.agreement * (cases - explained)) {
    found.push(
      `${share(agreed, cases - explained)} of the cases without a reason agree, the aim is ${percent(aim.agreement)}.`,
    );
  }
  if (counts.unexplainedAlarms > aim.falseAlarms * passing) {
    const part = share(counts.unexplainedAlarms, passing);
    found.push(`${part} of what passes there fails here without a reason, the aim is ${percent(aim.falseAlarms)}.`);
  }
  return found;
}

/** `98.5 %`, rounded down, so that nothing but all is 100 %. */
export function percent(part: number): string {
  // Tenths are made of whole numbers: 0.986 * 1000 is not quite 986.
  return `${Math.floor(Number((part * 1000).toFixed(6))) / 10} %`;
}

/** A share of a number, as a percentage. */
export function share(part: number, of: number): string {
  return of === 0 ? "–" : percent(part / of);
}

/** One graph for all checks of the same input, and one run of a rule on it for all statements about its objects. */
class Graphs {
  private readonly graphs = new Map<readonly Manifest[], Map<number | undefined, Graph>>();
  private readonly verdicts = new Map<Graph, Map<RuleUse, readonly Verdict[]>>();

  public verdictsOf(manifests: readonly Manifest[], use: RuleUse, rule: Rule): readonly Verdict[] {
    const graph = this.graphOf(manifests, use.replicas);
    const known = this.verdicts.get(graph) ?? new Map<RuleUse, readonly Verdict[]>();
    this.verdicts.set(graph, known);
    const settings = rule.settings?.parse(use.settings ?? {});
    const context = { graph, settings, environment: undefined, today, exemptions: { reviewed: [], problems: [] } };
    const verdicts = known.get(use) ?? [...rule.judge(context)];
    known.set(use, verdicts);
    return verdicts;
  }

  private graphOf(manifests: readonly Manifest[], replicas: number | undefined): Graph {
    const known = this.graphs.get(manifests) ?? new Map<number | undefined, Graph>();
    this.graphs.set(manifests, known);
    const resources = replicas === undefined ? manifests : manifests.map((each) => withReplicas(each, replicas));
    const graph = known.get(replicas) ?? new Graph(fromObjects(resources));
    known.set(replicas, graph);
    return graph;
  }
}

function withReplicas(manifest: Manifest, replicas: number): Manifest {
  const { kind, spec } = manifest;
  if ((kind !== "Deployment" && kind !== "StatefulSet") || typeof spec !== "object" || spec === null) return manifest;
  return { ...manifest, spec: { replicas, ...spec } };
}

function covers({ check, cases, ours: verdict }: Disagreement, foreign: ForeignCase, ours: Answer): boolean {
  if (check !== foreign.check || verdict !== ours) return false;
  return typeof cases === "string" ? cases === foreign.name : cases.test(foreign.name);
}

/** Our sentences on what the case is about. Advice that stops nothing is no verdict. */
function failures(graphs: Graphs, use: RuleUse, foreign: ForeignCase, rules: ReadonlyMap<string, Rule>): string[] {
  const rule = rules.get(use.rule);
  if (rule === undefined) throw new Error(`The mapping names ${use.rule}, which does not exist.`);
  const about = graphs
    .verdictsOf(foreign.manifests, use, rule)
    .filter(({ identity }) => use.anywhere === true || foreign.about?.(identity) !== false);
  return about.flatMap((verdict) =>
    verdict.failures
      .filter(({ warning, path }) => warning !== true && use.at?.test(path) !== false)
      .map((failure) => sentence(verdict, failure))
      .filter((text) => use.says?.test(text) !== false)
      .map((text) => `${rule.id} ${text}`),
  );
}
