import { type Finding, type Report } from "../evaluate";
import { placeOf } from "../notice";
import { sentence } from "../rule";
import { describePlace, exitCodeOf, type Judgement, placeOfVerdict } from "./judgement";

/** The whole judgement as one JSON document: what failed, is exempted or cannot be told; of the rest the numbers. */
export function renderJson(judgement: Judgement): string {
  const { target, level, notices, report } = judgement;
  const document = {
    target,
    exitCode: exitCodeOf(judgement),
    level: level ?? null,
    ...toJson(report, judgement),
    notices: notices.map((notice) => ({
      level: notice.level,
      code: notice.code,
      location: placeOf(notice) ?? null,
      text: notice.text,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A report as plain data. It holds no value of any property but those that a sentence names. */
export function toJson(report: Report, judgement?: Judgement): Record<string, unknown> {
  return {
    environment: report.environment ?? null,
    today: report.today,
    blocked: report.blocked,
    totals: report.totals,
    rules: report.rules.map(({ rule, level, mandatory, counts }) => ({
      id: rule.id,
      name: rule.slug,
      title: rule.title,
      severity: rule.severity,
      level,
      mandatory,
      counts,
    })),
    findings: report.findings
      .filter(({ outcome }) => outcome !== "pass" && outcome !== "notApplicable")
      .map((finding) => findingToJson(finding, judgement)),
    exemptions: report.exemptions.map(({ exemption, status, why, daysLeft, endsSoon, uses }) => ({
      ...exemption,
      status,
      why: why ?? null,
      daysLeft,
      endsSoon,
      uses,
    })),
  };
}

function findingToJson({ rule, verdict, outcome, blocks, exemptedBy }: Finding, judgement?: Judgement) {
  const locationOf = (path: string): string | null => {
    const place = judgement && placeOfVerdict(judgement, verdict, path);
    return place ? describePlace(place) : (verdict.resource.location ?? null);
  };
  return {
    rule: rule.id,
    severity: rule.severity,
    outcome,
    blocks,
    resource: verdict.identity,
    part: verdict.part ?? null,
    urn: verdict.resource.urn ?? null,
    location: verdict.resource.location ?? null,
    messages: verdict.failures.map((failure) => ({
      text: sentence(verdict, failure),
      path: failure.path,
      fix: failure.fix,
      warning: failure.warning ?? false,
      location: locationOf(failure.path),
    })),
    unknown: verdict.unknown?.path ?? null,
    exemption: exemptedBy ?? null,
  };
}
