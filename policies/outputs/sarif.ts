import { createHash } from "node:crypto";
import {
  type Invocation,
  type Location,
  type Log,
  type Notification,
  type ReportingDescriptor,
  type Result,
} from "sarif";
import { type Finding } from "../evaluate";
import { type ExemptionUse, type Failure, sentence, type Verdict } from "../rule";
import { type Complaint, complaints, exitCodeOf, isIncomplete, type Judgement, type Place } from "./judgement";
import { rulePage } from "./rule-page";

/** The published schema of the version that is written. */
const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

export interface SarifOptions {
  /** Version of this project. */
  readonly version: string;
  /** Absolute address of the repository's files, when it is known; the format takes no relative one. */
  readonly filesAt?: string;
}

/**
 * The judgement in the Static Analysis Results Interchange Format 2.1.0: a result for each failure, suppressed when an
 * exemption covers it, and an open one for each thing that could not be told. What passed is only counted.
 */
export function renderSarif(judgement: Judgement, { version, filesAt }: SarifOptions): string {
  const { report, target } = judgement;
  const index = new Map(report.rules.map(({ rule }, place) => [rule.id, place]));
  const exitCode = exitCodeOf(judgement);
  const log: Log = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "altlas-policy", version, rules: report.rules.map((each) => describeRule(each, filesAt)) },
        },
        automationDetails: { id: `altlas-policy/${target}/` },
        columnKind: "utf16CodeUnits",
        invocations: [invocation(judgement, exitCode)],
        results: withFingerprints([
          ...complaints(judgement, "fail", "exempted").map((complaint) =>
            resultOf(complaint, index, report.exemptions[complaint.finding.exemptedBy ?? -1]),
          ),
          ...report.findings.filter(({ verdict }) => verdict.unknown).map((finding) => openResult(finding, index)),
        ]),
        properties: {
          environment: report.environment ?? null,
          today: report.today,
          totals: report.totals,
          exemptions: report.exemptions.map(({ exemption, status, daysLeft, endsSoon, uses }) => ({
            ...exemption,
            status,
            daysLeft,
            endsSoon,
            uses,
          })),
        },
      },
    ],
  };
  // Without line breaks: a large folder's log is hundreds of megabytes otherwise, and no person reads it.
  return `${JSON.stringify(log)}\n`;
}

function describeRule(
  { rule, level, counts }: Judgement["report"]["rules"][number],
  filesAt: string | undefined,
): ReportingDescriptor {
  const page = rulePage(rule);
  const peers = rule.peers.length === 0 ? "" : `\n\nThe same check elsewhere: ${rule.peers.join("; ")}.`;
  return {
    id: rule.id,
    name: rule.slug,
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.why },
    help: {
      text: `${rule.why}\n\n${rule.fix}${peers}`,
      markdown: `${rule.why}\n\n**Fix.** ${rule.fix}${peers}\n\n[${rule.id}](${page})`,
    },
    ...(filesAt !== undefined && { helpUri: `${filesAt}/${page}` }),
    defaultConfiguration: { level: level === "advisory" ? "warning" : "error" },
    properties: {
      severity: rule.severity,
      level,
      page,
      scope: rule.scope,
      planSteps: rule.planSteps,
      peers: rule.peers,
      counts,
      tags: [rule.severity, ...rule.planSteps.map((step) => `plan ${step}`)],
    },
  };
}

/** A result before it has its fingerprint, and what the fingerprint is made of. */
interface Draft {
  readonly result: Result;
  readonly identity: readonly string[];
}

function resultOf(complaint: Complaint, index: ReadonlyMap<string, number>, exemption?: ExemptionUse): Draft {
  const { finding, failure, text, place, fails } = complaint;
  const level = failure.warning === true ? "note" : fails || finding.outcome === "exempted" ? "error" : "warning";
  const { exempted, ...base } = { exempted: finding.outcome === "exempted", ...common(finding, index, place) };
  return {
    identity: identityOf(finding, failure.path, place),
    result: {
      ...base,
      level,
      message: { text },
      ...(exempted && { suppressions: [suppression(exemption)] }),
      properties: { ...base.properties, path: failure.path, fix: failure.fix },
    },
  };
}

/** Something that cannot be told yet: evaluated, but with too little to decide. */
function openResult(finding: Finding, index: ReadonlyMap<string, number>): Draft {
  const { unknown } = finding.verdict;
  const failure: Failure = {
    problem: `cannot be judged: ${unknown?.message ?? "a value is unknown"}`,
    fix: "judge it again when it is known",
    path: "",
  };
  return {
    identity: ["open", ...identityOf(finding, unknown?.path ?? "", undefined)],
    result: {
      ...common(finding, index, undefined),
      kind: "open",
      level: "none",
      message: { text: sentence(finding.verdict, failure) },
    },
  };
}

function common({ rule, verdict }: Finding, index: ReadonlyMap<string, number>, place: Place | undefined) {
  const ruleIndex = index.get(rule.id);
  return {
    ruleId: rule.id,
    ...(ruleIndex !== undefined && { ruleIndex }),
    locations: [locationOf(verdict, place)],
    properties: { severity: rule.severity, ...(verdict.resource.urn !== undefined && { urn: verdict.resource.urn }) },
  };
}

function locationOf(verdict: Verdict, place: Place | undefined): Location {
  const { identity, part, resource } = verdict;
  const name = [identity.kind, identity.namespace, identity.name].filter((each) => each !== undefined).join("/");
  return {
    ...(place && { physicalLocation: physical(place) }),
    logicalLocations: [
      {
        kind: "resource",
        name: identity.name,
        fullyQualifiedName: part === undefined ? name : `${name}/${part}`,
        ...(resource.urn !== undefined && { decoratedName: resource.urn }),
      },
    ],
  };
}

function physical({ file, line }: Place): NonNullable<Location["physicalLocation"]> {
  return {
    artifactLocation: { uri: toUri(file) },
    ...(line !== undefined && { region: { startLine: line } }),
  };
}

/** A path as a relative reference; an absolute one as a file address. */
function toUri(file: string): string {
  const encoded = file
    .replaceAll("\\", "/")
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}

function suppression(exemption: ExemptionUse | undefined): NonNullable<Result["suppressions"]>[number] {
  const { owner, expires, reason } = exemption?.exemption ?? { owner: "", expires: "", reason: "" };
  return {
    kind: "external",
    status: "accepted",
    justification: `${reason} (${owner}, until ${expires})`,
  };
}

/**
 * What stays the same when lines move, values change or a list gains an entry: rule, resource, part and property, and the
 * file, because the same object may stand in several.
 */
function identityOf({ rule, verdict }: Finding, path: string, place: Place | undefined): string[] {
  const { kind, namespace = "", name } = verdict.identity;
  return [rule.id, place?.file ?? "", kind, namespace, name, verdict.part ?? "", path.replace(/\[\d+\]/g, "[]")];
}

function withFingerprints(drafts: readonly Draft[]): Result[] {
  const seen = new Map<string, number>();
  return drafts.map(({ result, identity }) => {
    const key = JSON.stringify(identity);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    const fingerprint = createHash("sha256").update(`${key}#${number}`).digest("hex").slice(0, 32);
    return { ...result, partialFingerprints: { "altlasFinding/v1": fingerprint } };
  });
}

function invocation(judgement: Judgement, exitCode: number): Invocation {
  return {
    executionSuccessful: !isIncomplete(judgement),
    exitCode,
    toolExecutionNotifications: judgement.notices.map(({ level, code, text, file, line }): Notification => ({
      level: level === "unread" ? "error" : "note",
      descriptor: { id: code },
      message: { text },
      ...(file !== undefined && {
        locations: [{ physicalLocation: physical({ file, ...(line !== undefined && { line }) }) }],
      }),
    })),
  };
}
