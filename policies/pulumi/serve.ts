import { PolicyPack, type ResourceValidationPolicy, type StackValidationPolicy } from "@pulumi/policy";
import { evaluate, type Finding, type Report } from "../evaluate";
import { Graph } from "../graph/graph";
import { push } from "../graph/selection";
import { levelOf } from "../settings/levels";
import { mended } from "../mending";
import { endingSoon, exempted, summaryLine, undecided } from "../report";
import { writeReport } from "../report-file";
import { type Rule, sentence } from "../rule";
import { type PolicySettings, readPolicySettings, withBeneath } from "../settings";
import { type Resource } from "../sources/resource";
import { type EngineLink, servePack } from "./transport";

/** Lines of a list in the summary; more would push the failures out of sight. */
const longestList = 10;
const today = new Date().toISOString().slice(0, 10);

/** What the engine has said about the stack, strict defaults until then. */
interface Run {
  settings: PolicySettings;
  /** When a preview began; absent in an update, whose time is the cluster's. */
  previewSince: number | undefined;
}

/**
 * Serves rules as a policy pack to the engine that started this process.
 *
 * @param rules Every rule that an exemption or a setting may name.
 */
export function servePolicies(rules: readonly Rule[]): void {
  const run: Run = { settings: readPolicySettings({}, rules), previewSince: undefined };
  const onStack: EngineLink["onStack"] = ({ config, preview }) => {
    run.settings = readPolicySettings(config, rules);
    run.previewSince = preview ? performance.now() : undefined;
  };
  servePack(onStack, (link) => {
    // The constructor serves the pack; there is nothing to keep.
    new PolicyPack("altlas", {
      displayName: "ALT_LAS",
      description: "The ALT_LAS platform's rules for workloads, scaling, network and secrets.",
      policies: makePolicies(rules, run, link),
    });
  });
}

/**
 * One policy for each rule, so that the engine's messages carry its name, and two more: warnings, which never stop an
 * update whatever their rule's level is, and the summary. Each request of the engine is evaluated once, by all rules; the
 * policies only hand out what was found.
 */
function makePolicies(
  rules: readonly Rule[],
  run: Run,
  link: EngineLink,
): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const resourceRules = rules.filter(({ scope }) => scope === "resource");
  /** What was already said when its resource was shown, so that the end of the run does not say it again. */
  const said = new Set<string>();
  const reports = new WeakMap<object, Report>();
  const sorted = new WeakMap<Report, ReadonlyMap<Rule, readonly Finding[]>>();
  const judge = (key: object, resources: readonly Resource[], chosen: readonly Rule[], complete: boolean): Report => {
    const known = reports.get(key);
    if (known) return known;
    const elapsedSeconds =
      run.previewSince === undefined ? {} : { elapsedSeconds: (performance.now() - run.previewSince) / 1000 };
    const report = evaluate(new Graph(resources), {
      rules,
      chosen,
      settings: run.settings,
      today,
      complete,
      ...elapsedSeconds,
    });
    reports.set(key, report);
    return report;
  };
  const ofResource = (resource: Resource) => judge(resource, [resource], resourceRules, false);
  const ofStack = () => {
    const resources = link.currentStack();
    // The engine's list itself is the key by which its judgement is kept.
    return judge(resources, withBeneath(resources, run.settings), rules, true);
  };
  const ofRule = (report: Report, rule: Rule): readonly Finding[] => {
    const known = sorted.get(report);
    if (known) return known.get(rule) ?? [];
    const byRule = new Map<Rule, Finding[]>();
    for (const finding of report.findings) push(byRule, finding.rule, finding);
    sorted.set(report, byRule);
    return byRule.get(rule) ?? [];
  };
  const policies = rules.map((rule): ResourceValidationPolicy | StackValidationPolicy => {
    const atTheEnd: Pick<StackValidationPolicy, "validateStack"> = {
      validateStack: (_, report) => {
        const findings = ofRule(ofStack(), rule);
        for (const { message, urn } of failures(findings, false)) {
          if (!said.has(`${urn ?? ""} ${message}`)) report(message, urn);
        }
        if (findings.every(({ outcome }) => outcome === "notApplicable")) link.stepAside(rule.slug, reasonOf(findings));
      },
    };
    // What one resource shows is refused before that resource is made, even without a preview.
    const atOnce: Pick<ResourceValidationPolicy, "validateResource"> = {
      validateResource: (_, report) => {
        const resource = link.currentResource();
        const findings = resource ? ofRule(ofResource(resource), rule) : [];
        for (const { message, urn } of failures(findings, false)) {
          said.add(`${urn ?? ""} ${message}`);
          report(message);
        }
      },
    };
    const mending: Pick<ResourceValidationPolicy, "remediateResource" | "validateResource"> = {
      // The SDK asks only when the level is `remediate`, and then before anything is judged.
      remediateResource: () =>
        link.mendResource((resource) => mended(rule, resource, { rules, settings: run.settings, today })),
      // Without one the SDK would say that the policy is not implemented.
      validateResource: () => undefined,
    };
    return Object.defineProperties(
      { ...describe(rule), ...atTheEnd, ...(rule.remediate && mending), ...(rule.scope === "resource" && atOnce) },
      // Depends on what the engine says about the stack, and so is asked for anew each time.
      { enforcementLevel: { enumerable: true, get: () => levelOf(rule, run.settings) } },
    );
  });
  const warnings: StackValidationPolicy = {
    name: "altlas-warnings",
    description: "What deserves attention and never stops an update.",
    enforcementLevel: "advisory",
    validateStack: (_, report) => {
      for (const { message, urn } of failures(ofStack().findings, true)) report(message, urn);
    },
  };
  const summary: StackValidationPolicy = {
    name: "altlas-summary",
    description: "How many checks passed, failed, could not be told and were not applicable.",
    enforcementLevel: "advisory",
    validateStack: (_, report) => {
      writeReport(ofStack());
      report(summarise(ofStack()));
    },
  };
  const all = [...policies, warnings, summary];
  // The SDK goes through all policies for each resource, and most have nothing to say: it is shown those that have.
  const concerned = function* (): Generator<ResourceValidationPolicy | StackValidationPolicy> {
    const resource = link.currentResource();
    if (!resource) return yield* all;
    for (const [index, rule] of rules.entries()) {
      if (rule.scope !== "resource") continue;
      const findings = ofRule(ofResource(resource), rule);
      if (findings.every(({ outcome }) => outcome === "notApplicable")) link.stepAside(rule.slug, reasonOf(findings));
      const policy = policies[index];
      if (policy && findings.some(({ outcome }) => outcome === "fail")) yield policy;
    }
  };
  return Object.defineProperty([...all], Symbol.iterator, { value: concerned });
}

/** What the engine shows of a rule. */
function describe(rule: Rule) {
  return {
    name: rule.slug,
    displayName: `${rule.id} ${rule.title}`,
    description: rule.title,
    severity: rule.severity,
    remediationSteps: rule.fix,
    tags: [rule.id, ...rule.planSteps.map((step) => `plan ${step}`), ...rule.peers],
  };
}

/** The sentences of failures: of those that stop an update by their rule's level, or of warnings, which never do. */
function* failures(findings: readonly Finding[], warnings: boolean): Generator<{ message: string; urn?: string }> {
  for (const { rule, verdict, outcome } of findings) {
    if (outcome !== "fail") continue;
    const { urn } = verdict.resource;
    for (const failure of verdict.failures) {
      if ((failure.warning ?? false) !== warnings) continue;
      yield { message: `${rule.id} ${sentence(verdict, failure)}`, ...(urn !== undefined && { urn }) };
    }
  }
}

function summarise(report: Report): string {
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return [];
    const more = lines.length > longestList ? [`  … and ${lines.length - longestList} more`] : [];
    return [`${title}:`, ...lines.slice(0, longestList).map((line) => `  ${line}`), ...more];
  };
  return [
    summaryLine(report),
    ...list("Exempted", exempted(report)),
    ...list("Cannot be told before the update", undecided(report)),
    ...list("Exemptions that end soon", endingSoon(report)),
  ].join("\n");
}

function reasonOf(findings: readonly Finding[]): string {
  return findings[0]?.verdict.reason ?? "Nothing of its kind is here.";
}
