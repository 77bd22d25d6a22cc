import Builder from "fast-xml-builder";
import { type Finding } from "../evaluate";
import { describeNotice } from "../notice";
import { exempted as exemptedLines } from "../report";
import { describeSubject } from "../rule";
import { type Complaint, complaints, describePlace, failsRun, type Judgement } from "./judgement";

interface TestCase {
  readonly "@name": string;
  readonly "@classname": string;
  readonly "@file"?: string;
  readonly failure?: readonly Message[];
  readonly error?: readonly Message[];
  readonly skipped?: readonly Message[];
  readonly "system-out"?: string;
}

interface Message {
  readonly "@message": string;
  readonly "@type"?: string;
  readonly "#text"?: string;
}

/**
 * The judgement as JUnit knows tests: a suite for each rule, a case for each subject. A failure is one that fails the run;
 * advice, exempted failures, what cannot be told and what a rule does not apply to are skipped, with the reason. What was
 * not judged is an error in the suite `input`.
 */
export function renderJunit(judgement: Judgement): string {
  const { report, target } = judgement;
  const failures = groupBy(complaints(judgement, "fail"), ({ finding }) => finding);
  const reasons = exemptionReasons(judgement);
  const byRule = groupBy(report.findings, ({ rule }) => rule.id);
  const suites = [
    ...inputSuite(judgement),
    ...report.rules.map(({ rule }) =>
      suiteOf(
        `${rule.id} ${rule.title}`,
        (byRule.get(rule.id) ?? []).map((finding) => caseOf(finding, failures.get(finding) ?? [], judgement, reasons)),
      ),
    ),
  ];
  const sum = (key: "@tests" | "@failures" | "@errors" | "@skipped") =>
    suites.reduce((total, suite) => total + suite[key], 0);
  const builder = new Builder({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    format: true,
    // A resource called true must not become an attribute without a value.
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    attributeValueProcessor: (_: string, value: unknown) => xmlText(String(value)),
    tagValueProcessor: (_: string, value: unknown) => xmlText(String(value)),
  });
  return builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: {
      "@name": `altlas-policy ${target}`,
      "@tests": sum("@tests"),
      "@failures": sum("@failures"),
      "@errors": sum("@errors"),
      "@skipped": sum("@skipped"),
      testsuite: suites,
    },
  });
}

function suiteOf(name: string, cases: readonly TestCase[]) {
  return {
    "@name": name,
    "@tests": cases.length,
    "@failures": cases.filter(({ failure }) => failure).length,
    "@errors": cases.filter(({ error }) => error).length,
    "@skipped": cases.filter(({ skipped }) => skipped).length,
    testcase: cases,
  };
}

function inputSuite({ notices }: Judgement): ReturnType<typeof suiteOf>[] {
  if (notices.length === 0) return [];
  const cases = notices.map((notice): TestCase => {
    const message = [{ "@message": describeNotice(notice), "@type": notice.code }];
    return {
      "@name": describeNotice(notice),
      "@classname": "input",
      ...(notice.file !== undefined && { "@file": notice.file }),
      ...(notice.level === "unread" ? { error: message } : { skipped: message }),
    };
  });
  return [suiteOf("input", cases)];
}

function caseOf(
  finding: Finding,
  failures: readonly Complaint[],
  judgement: Judgement,
  reasons: ReadonlyMap<Finding, string>,
): TestCase {
  const { rule, verdict } = finding;
  const base = {
    "@name": describeSubject(verdict),
    "@classname": rule.id,
    ...(verdict.resource.location !== undefined && { "@file": verdict.resource.location }),
  };
  const skipped = (message: string) => ({ ...base, skipped: [{ "@message": message }] });
  switch (finding.outcome) {
    case "pass":
      return base;
    case "notApplicable":
      return skipped(`Not applicable: ${verdict.reason ?? "there is nothing to judge."}`);
    case "cannotTell":
      return skipped(`Cannot be told: ${verdict.unknown?.message ?? "a value is unknown"}.`);
    case "exempted":
      return skipped(`Exempted: ${reasons.get(finding) ?? ""}`);
    case "fail":
      if (!failsRun(judgement, finding)) return skipped(`Advice: ${failures.map(({ text }) => text).join(" ")}`);
      return {
        ...base,
        failure: failures.map(({ text, place }) => ({
          "@message": text,
          "@type": rule.severity,
          "#text": `${place ? `${describePlace(place)}\n` : ""}${rule.why}`,
        })),
      };
  }
}

function exemptionReasons({ report }: Judgement): ReadonlyMap<Finding, string> {
  const findings = report.findings.filter(({ outcome }) => outcome === "exempted");
  const lines = exemptedLines(report);
  return new Map(findings.map((finding, index) => [finding, lines[index] ?? ""]));
}

/** Characters that XML 1.0 does not allow, however they are written, become the replacement character. */
function xmlText(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
