import { type PolicyLevel } from "../model/rule-settings";
import {
  type Exemption,
  matchesResource,
  type ResourceIdentity,
  type ReviewedExemption,
  reviewExemptions,
} from "../model/exemptions";
import { type UnknownValue } from "./field";
import { describeSubject, type ExemptionState, type Rule, type RuleContext, severities, type Verdict } from "./rule";
import { type Graph } from "./graph/graph";
import { push } from "./graph/selection";
import { levelOf } from "./settings/levels";
import { type PolicySettings } from "./settings";

/** What a rule found on one subject, after exemptions. */
export interface Finding {
  readonly rule: Rule;
  readonly verdict: Verdict;
  /** `exempted` is a failure that an exemption covers. */
  readonly outcome: Verdict["outcome"] | "exempted";
  /** Place of the exemption in the list, from 0. */
  readonly exemptedBy?: number;
  /** Whether it stops the update. */
  readonly blocks: boolean;
}

/** How many subjects ended how. */
export type Counts = Readonly<Record<Finding["outcome"], number>>;

/** What one rule came to. */
export interface RuleReport {
  readonly rule: Rule;
  readonly level: PolicyLevel;
  /** Whether its failures stop an update. */
  readonly mandatory: boolean;
  readonly counts: Counts;
}

/** The outcome of one run. */
export interface Report {
  readonly environment: string | undefined;
  /** Day that exemptions were held against. */
  readonly today: string;
  /** All findings, worst first; the same for any order of the resources. */
  readonly findings: readonly Finding[];
  /** The table of rules with what each came to; a rule without any subject was not applicable. */
  readonly rules: readonly RuleReport[];
  readonly totals: Counts;
  readonly exemptions: ExemptionState["reviewed"];
  /** Whether a failure stops the update. */
  readonly blocked: boolean;
}

export interface EvaluateOptions {
  /** The whole table of rules. */
  readonly rules: readonly Rule[];
  /** Those of them to run; default: all. */
  readonly chosen?: readonly Rule[];
  readonly settings: PolicySettings;
  /** `YYYY-MM-DD`; an argument, so that a run can be repeated. */
  readonly today: string;
  /** Whether the graph holds the whole stack, so that exemptions without use can be told. Default: true. */
  readonly complete?: boolean;
  /** How long the preview took, where it was measured. */
  readonly elapsedSeconds?: number;
}

/** Runs rules on a graph. Pure: equal arguments give equal reports. */
export function evaluate(graph: Graph, options: EvaluateOptions): Report {
  const { rules, chosen = rules, settings, today, complete = true } = options;
  const reviewed = review(settings.exemptions, rules, today);
  const findings: Finding[] = [];
  const state = (): ExemptionState => ({
    reviewed: reviewed.map((review) => {
      const ran = chosen.some(({ id }) => id === review.exemption.rule);
      // What it names may be in another stack of the environment, where the exemption stands as well.
      const here = !settings.part || findings.some(({ rule, verdict }) => covers(review, rule, verdict));
      return { ...review, ...useOf(review, findings), judged: complete && ran && here };
    }),
    problems: settings.exemptionProblems,
  });
  // Those that judge exemptions come last, when it is known which of them were used.
  for (const rule of [...chosen].sort((a, b) => Number(a.judgesExemptions) - Number(b.judgesExemptions))) {
    const mandatory = levelOf(rule, settings) !== "advisory";
    const exemptions = rule.judgesExemptions ? state() : { reviewed: [], problems: [] };
    const context: RuleContext = {
      graph,
      settings: settings.ruleSettings.get(rule.id),
      environment: settings.environment,
      today,
      elapsedSeconds: options.elapsedSeconds,
      exemptions,
    };
    for (const verdict of rule.judge(context)) {
      // What another stack registers is judged there; here it matters only by what it makes of this one.
      const elsewhere = settings.part?.beneath.includes(verdict.resource) === true;
      if (elsewhere && (rule.scope === "resource" || verdict.outcome !== "fail")) continue;
      const exemption =
        verdict.outcome === "fail"
          ? reviewed.find((review) => review.status === "active" && covers(review, rule, verdict))
          : undefined;
      findings.push({
        rule,
        verdict,
        outcome: exemption ? "exempted" : verdict.outcome,
        ...(exemption && { exemptedBy: exemption.index }),
        blocks: mandatory && !exemption && verdict.failures.some(({ warning }) => warning !== true),
      });
    }
  }
  const sorted = sortFindings(findings);
  const byRule = new Map<Rule, Finding[]>();
  for (const finding of findings) push(byRule, finding.rule, finding);
  return {
    environment: settings.environment,
    today,
    findings: sorted,
    rules: chosen.map((rule) => {
      const level = levelOf(rule, settings);
      return { rule, level, mandatory: level !== "advisory", counts: count(byRule.get(rule) ?? []) };
    }),
    totals: count(findings),
    exemptions: state().reviewed,
    blocked: findings.some(({ blocks }) => blocks),
  };
}

/** Whether an exemption lets a resource break a rule today. */
export function isExempt(rule: Rule, identity: ResourceIdentity, options: Omit<EvaluateOptions, "chosen">): boolean {
  return review(options.settings.exemptions, options.rules, options.today).some(
    ({ status, exemption }) =>
      status === "active" && exemption.rule === rule.id && matchesResource(exemption.resource, identity),
  );
}

function review(exemptions: readonly Exemption[], rules: readonly Rule[], today: string): ReviewedExemption[] {
  return reviewExemptions(exemptions, {
    today,
    knownRules: new Set(rules.map(({ id }) => id)),
    notExemptible: new Set(rules.filter(({ judgesExemptions }) => judgesExemptions).map(({ id }) => id)),
  });
}

function covers({ exemption }: ReviewedExemption, rule: Rule, { identity }: Verdict): boolean {
  return exemption.rule === rule.id && matchesResource(exemption.resource, identity);
}

function useOf(review: ReviewedExemption, findings: readonly Finding[]): { uses: number; doubt?: UnknownValue } {
  const uses = findings.filter(({ exemptedBy }) => exemptedBy === review.index).length;
  const doubt = findings.find(({ rule, verdict }) => verdict.unknown && covers(review, rule, verdict))?.verdict.unknown;
  return { uses, ...(doubt && { doubt }) };
}

function count(findings: readonly Finding[]): Counts {
  const counts = { pass: 0, fail: 0, exempted: 0, cannotTell: 0, notApplicable: 0 };
  for (const { outcome } of findings) counts[outcome] += 1;
  return counts;
}

/** By severity, then rule, then resource: the order in which a reader wants them, whatever order they came in. */
function sortFindings(findings: readonly Finding[]): Finding[] {
  const keyed = findings.map((finding) => ({ finding, key: sortKey(finding) }));
  return keyed.sort((a, b) => compareText(a.key, b.key)).map(({ finding }) => finding);
}

function sortKey({ rule, verdict, outcome }: Finding): string {
  const { resource, failures } = verdict;
  const severity = severities.indexOf(rule.severity);
  const what = failures.map(({ path, problem }) => `${path} ${problem}`);
  return [severity, rule.id, describeSubject(verdict), resource.urn ?? "", outcome, ...what].join("\u0000");
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
