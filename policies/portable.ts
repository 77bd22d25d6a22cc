import { type RuleReport, type Finding, type Report } from "./evaluate";
import { type Unknown, UnknownValue } from "./field";
import { type Failure, type Rule } from "./rule";

/**
 * A report as plain data that another process can make a report of again. It holds no property of a resource, so no
 * value of a secret either.
 */
export interface PortableReport extends Omit<Report, "findings" | "rules" | "exemptions"> {
  readonly findings: readonly PortableFinding[];
  readonly rules: readonly (Omit<RuleReport, "rule"> & { readonly id: string })[];
  readonly exemptions: readonly (Omit<Report["exemptions"][number], "doubt"> & { readonly doubt?: PortableUnknown })[];
}

interface PortableUnknown {
  readonly path: string;
  readonly why: Unknown["why"];
}

interface PortableFinding extends Omit<Finding, "rule" | "verdict"> {
  readonly id: string;
  readonly resource: {
    readonly type: string;
    readonly name: string;
    readonly urn?: string;
    readonly location?: string;
  };
  readonly identity: Finding["verdict"]["identity"];
  readonly part?: string;
  /** Before exemptions. */
  readonly found: Finding["verdict"]["outcome"];
  readonly failures: readonly Failure[];
  readonly unknown?: PortableUnknown;
  readonly reason?: string;
}

export function toPortable(report: Report): PortableReport {
  return {
    ...report,
    findings: report.findings.map(({ rule, verdict, ...rest }) => {
      const { resource, identity, part, outcome, failures, unknown, reason } = verdict;
      const { type, name, urn, location } = resource;
      return {
        ...rest,
        id: rule.id,
        resource: { type, name, ...(urn !== undefined && { urn }), ...(location !== undefined && { location }) },
        identity,
        found: outcome,
        failures,
        ...(part !== undefined && { part }),
        ...(unknown && { unknown: toPortableUnknown(unknown) }),
        ...(reason !== undefined && { reason }),
      };
    }),
    rules: report.rules.map(({ rule, ...rest }) => ({ ...rest, id: rule.id })),
    exemptions: report.exemptions.map(({ doubt, ...rest }) => ({
      ...rest,
      ...(doubt && { doubt: toPortableUnknown(doubt) }),
    })),
  };
}

/** @param rules The table that the report was made with. */
export function fromPortable(portable: PortableReport, rules: readonly Rule[]): Report {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const ruleOf = (id: string): Rule => {
    const rule = byId.get(id);
    if (!rule) throw new Error(`the report names ${id}, which is no rule of this table`);
    return rule;
  };
  return {
    ...portable,
    findings: portable.findings.map(({ id, resource, identity, part, found, failures, unknown, reason, ...rest }) => ({
      ...rest,
      rule: ruleOf(id),
      verdict: {
        resource: { ...resource, inputs: {} },
        identity,
        outcome: found,
        failures,
        ...(part !== undefined && { part }),
        ...(unknown && { unknown: new UnknownValue(unknown.path, unknown.why) }),
        ...(reason !== undefined && { reason }),
      },
    })),
    rules: portable.rules.map(({ id, ...rest }) => ({ ...rest, rule: ruleOf(id) })),
    exemptions: portable.exemptions.map(({ doubt, ...rest }) => ({
      ...rest,
      ...(doubt && { doubt: new UnknownValue(doubt.path, doubt.why) }),
    })),
  };
}

function toPortableUnknown({ path, why }: UnknownValue): PortableUnknown {
  return { path, why };
}

/** What is left of a report when only some of its rules are asked for. */
export function restrict(report: Report, chosen: readonly Rule[]): Report {
  const ids = new Set(chosen.map(({ id }) => id));
  const findings = report.findings.filter(({ rule }) => ids.has(rule.id));
  const rules = report.rules.filter(({ rule }) => ids.has(rule.id));
  const totals = { pass: 0, fail: 0, exempted: 0, cannotTell: 0, notApplicable: 0 };
  for (const { outcome } of findings) totals[outcome] += 1;
  return { ...report, findings, rules, totals, blocked: findings.some(({ blocks }) => blocks) };
}
