import { z } from "zod";
import { sentence } from "../../policies/rule";
import { maskLines } from "../mask";
import { type Told } from "./told";

/** The parts of a pack's report that are compared (`policies/portable.ts`). */
export const policyReportSchema = z.object({
  totals: z.object({
    pass: z.number(),
    fail: z.number(),
    exempted: z.number(),
    cannotTell: z.number(),
    notApplicable: z.number(),
  }),
  findings: z.array(
    z.object({
      id: z.string(),
      identity: z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() }),
      part: z.string().optional(),
      outcome: z.string(),
      blocks: z.boolean(),
      failures: z.array(
        z.object({ problem: z.string(), fix: z.string(), path: z.string(), warning: z.boolean().optional() }),
      ),
    }),
  ),
  rules: z.array(z.object({ id: z.string() })),
  exemptions: z.array(
    z.object({
      exemption: z.object({ rule: z.string(), resource: z.string(), owner: z.string(), expires: z.string() }),
      status: z.string(),
      daysLeft: z.number(),
      endsSoon: z.boolean(),
    }),
  ),
});
export type PolicyReport = z.infer<typeof policyReportSchema>;

/** One failure, told. */
export interface PolicyLine {
  readonly rule: string;
  readonly text: string;
  /** Whether it stops an update. */
  readonly blocks: boolean;
}

/** What the change does to the rules' outcomes. */
export interface PolicyDelta {
  /** Failures of the head that the base had not, those that stop an update first. */
  readonly failing: readonly PolicyLine[];
  readonly fixed: readonly PolicyLine[];
  /** Failures that an exemption covers now and did not before. */
  readonly exempted: readonly PolicyLine[];
  /** Exemptions of the head that end soon, or have ended. */
  readonly ending: readonly string[];
  readonly totals: { readonly before: PolicyReport["totals"]; readonly after: PolicyReport["totals"] };
}

type PolicyFinding = PolicyReport["findings"][number];

/** Compares two reports. A subject that is new counts as one that was kept. */
export function comparePolicies(
  before: Told<PolicyReport>,
  after: Told<PolicyReport>,
): { readonly delta: PolicyDelta } | { readonly reason: string } {
  if ("reason" in after) return { reason: `the policies of the head are not told: ${after.reason}` };
  if ("reason" in before) return { reason: `the policies of the base are not told: ${before.reason}` };
  const old = linesBy(before.data);
  const now = linesBy(after.data);
  const only = (left: ReadonlyMap<string, PolicyLine>, right: ReadonlyMap<string, PolicyLine>) =>
    [...left].filter(([key]) => !right.has(key)).map(([, line]) => line);
  return {
    delta: {
      failing: blockingFirst(only(now.fail, old.fail)),
      fixed: blockingFirst(only(old.fail, new Map([...now.fail, ...now.exempted]))),
      exempted: blockingFirst(only(now.exempted, old.exempted)),
      ending: endings(after.data),
      totals: { before: before.data.totals, after: after.data.totals },
    },
  };
}

/** By outcome, what is wrong: a rule, a subject of it and the property; the value may have changed without a difference. */
function linesBy(report: PolicyReport): Record<"fail" | "exempted", Map<string, PolicyLine>> {
  const lines = { fail: new Map<string, PolicyLine>(), exempted: new Map<string, PolicyLine>() };
  for (const finding of report.findings) {
    const { outcome, id, identity, part, failures } = finding;
    if (outcome !== "fail" && outcome !== "exempted") continue;
    for (const failure of failures) {
      const key = [id, identity.kind, identity.namespace, identity.name, part, failure.path].join("\u0000");
      lines[outcome].set(key, lineOf(finding, failure));
    }
  }
  return lines;
}

function lineOf({ id, identity, part, blocks }: PolicyFinding, failure: PolicyFinding["failures"][number]): PolicyLine {
  const subject = { identity, ...(part === undefined ? {} : { part }) };
  const { problem, fix, path } = failure;
  const text = maskLines(sentence(subject, { problem, fix, path }));
  return { rule: id, text, blocks: blocks && failure.warning !== true };
}

function blockingFirst(lines: readonly PolicyLine[]): PolicyLine[] {
  const rank = ({ blocks, rule, text }: PolicyLine) => `${blocks ? 0 : 1} ${rule} ${text}`;
  return [...lines].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function endings({ exemptions }: PolicyReport): string[] {
  return exemptions
    .filter(({ status, endsSoon }) => status !== "active" || endsSoon)
    .map(({ exemption: { rule, resource, owner, expires }, status, daysLeft }) => {
      const when =
        status === "active" ? `ends in ${daysLeft} days, on ${expires}` : `no longer holds (until ${expires})`;
      return `${rule} for ${resource} ${when}; owner ${owner}`;
    })
    .sort();
}
