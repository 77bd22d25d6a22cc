import { type FoldedChange, foldCommon } from "./compare/folding";
import { describeChange, type Layer, layerOf } from "./compare/identity";
import { type FieldChange } from "./compare/fields";
import { type Action, compareResources, type ResourceChange } from "./compare/resources";
import { type CapacityDelta, capacityRisks, capacitySchema, compareCapacity } from "./deltas/capacity";
import { compareCost, type CostDelta, costRisks, costSchema } from "./deltas/cost";
import { compareDisruption, type DisruptionRow, disruptionRisks, disruptionSchema } from "./deltas/disruption";
import { comparePolicies, type PolicyDelta, type PolicyReport, policyReportSchema } from "./deltas/policies";
import { readTold, type Told } from "./deltas/told";
import { maskChange, maskLines } from "./mask";
import { type Risk, sortRisks } from "./risks/classes";
import { detectRisks } from "./risks/detect";
import { type StackFacts } from "./sides/side";

/** One changed resource as it is shown: masked, with what describes it for people. */
export interface ShownChange {
  readonly layer: Layer;
  readonly action: Action;
  readonly label: string;
  readonly key: string;
  readonly formerKey?: string;
  /** Inputs and options that differ, masked. */
  readonly fields: readonly FieldChange[];
  /** Fields for which it is replaced. */
  readonly replacing: readonly (readonly string[])[];
}

/** One stack on both sides. */
export interface StackComparison {
  readonly stack: string;
  /** `added` and `removed`: only one side has it. `broken`: a side's program refuses. */
  readonly state: "compared" | "added" | "removed" | "broken";
  readonly problems: readonly { readonly side: "base" | "head"; readonly text: string }[];
  /** Of a stack that one side refuses: what the other side makes of it. */
  readonly alone?: {
    readonly side: "base" | "head";
    readonly resources: number;
    readonly policies: Told<PolicyReport["totals"]>;
  };
  readonly digests: { readonly base?: string; readonly head?: string };
  /** Worst first. */
  readonly risks: readonly Risk[];
  readonly resources?: {
    readonly changes: readonly ShownChange[];
    readonly folded: readonly FoldedChange[];
    readonly counts: Readonly<Record<Action | "unchanged" | "reordered", number>>;
  };
  readonly policies: Told<PolicyDelta>;
  readonly capacity: Told<CapacityDelta>;
  readonly cost: Told<CostDelta>;
  readonly disruption: Told<readonly DisruptionRow[]>;
}

/** Two revisions compared. */
export interface Comparison {
  readonly base: { readonly name: string; readonly commit?: string };
  readonly head: { readonly name: string; readonly commit?: string };
  readonly stacks: readonly StackComparison[];
}

/** What a revision makes of a stack that it does not have. */
const nowhere: StackFacts = {
  registrations: [],
  policies: {
    data: {
      totals: { pass: 0, fail: 0, exempted: 0, cannotTell: 0, notApplicable: 0 },
      findings: [],
      rules: [],
      exemptions: [],
    },
  },
  reports: {
    capacity: { data: { fits: true, neededNodes: 0, maximumNodes: 0, pools: [] } },
    cost: { data: {} },
    disruption: { data: { workloads: [] } },
  },
};

/** Compares what two revisions make of a stack. Pure; nothing secret is in the answer. */
export function compareStack(
  stack: string,
  base: StackFacts | undefined,
  head: StackFacts | undefined,
): StackComparison {
  const [before, after] = [base ?? nowhere, head ?? nowhere];
  const problems = [
    ...(before.problem === undefined ? [] : [{ side: "base" as const, text: maskLines(before.problem) }]),
    ...(after.problem === undefined ? [] : [{ side: "head" as const, text: maskLines(after.problem) }]),
  ];
  const capacity = compareCapacity(
    readTold(capacitySchema, before.reports.capacity),
    readTold(capacitySchema, after.reports.capacity),
  );
  const cost = compareCost(readTold(costSchema, before.reports.cost), readTold(costSchema, after.reports.cost));
  const disruption = compareDisruption(
    readTold(disruptionSchema, before.reports.disruption),
    readTold(disruptionSchema, after.reports.disruption),
  );
  const judged = comparePolicies(
    readTold(policyReportSchema, before.policies),
    readTold(policyReportSchema, after.policies),
  );
  const policies: Told<PolicyDelta> = "delta" in judged ? { data: judged.delta } : judged;
  const comparison =
    before.registrations && after.registrations
      ? compareResources(before.registrations, after.registrations)
      : undefined;
  const both = base !== undefined && head !== undefined;
  return {
    stack,
    state: base === undefined ? "added" : head === undefined ? "removed" : problems.length > 0 ? "broken" : "compared",
    problems,
    digests: {
      ...(before.digest === undefined ? {} : { base: before.digest }),
      ...(after.digest === undefined ? {} : { head: after.digest }),
    },
    risks: sortRisks([
      // All of a new stack is new; what that means is for whoever makes it.
      ...(comparison && both ? detectRisks(comparison.changes) : []),
      ...("data" in policies ? policyRisks(policies.data) : []),
      ...("data" in capacity ? capacityRisks(capacity.data) : []),
      ...("data" in cost ? costRisks(cost.data) : []),
      ...("data" in disruption ? disruptionRisks(disruption.data) : []),
    ]),
    ...(comparison ? { resources: showResources(comparison) } : {}),
    ...aloneOf(before, after),
    policies,
    capacity,
    cost,
    disruption,
  };
}

function aloneOf(before: StackFacts, after: StackFacts): Pick<StackComparison, "alone"> {
  const side = before.problem === undefined ? "base" : "head";
  const facts = side === "base" ? before : after;
  if (!facts.registrations || (before.registrations && after.registrations)) return {};
  const report = readTold(policyReportSchema, facts.policies);
  return {
    alone: {
      side,
      resources: facts.registrations.length,
      policies: "data" in report ? { data: report.data.totals } : report,
    },
  };
}

function policyRisks({ failing }: PolicyDelta): Risk[] {
  return failing
    .filter(({ blocks }) => blocks)
    .map(({ rule, text }) => ({ class: "policy", subject: rule, what: text }));
}

function showResources({
  changes,
  unchanged,
  reordered,
}: ReturnType<typeof compareResources>): NonNullable<StackComparison["resources"]> {
  const counts = { create: 0, delete: 0, replace: 0, update: 0, move: 0, unchanged, reordered };
  for (const { action } of changes) counts[action] += 1;
  const { changes: left, folded } = foldCommon(changes);
  return { changes: left.map(showChange), folded, counts };
}

function showChange(change: ResourceChange): ShownChange {
  const { key, type, action, formerKey, fields, options, replacing } = change;
  return {
    layer: layerOf(key),
    action,
    label: describeChange(change),
    key,
    ...(formerKey === undefined ? {} : { formerKey }),
    fields: [
      ...fields.map((field) => maskChange(type, field)),
      ...options.map((option) => ({ ...maskChange("", option), path: ["options", ...option.path] })),
    ],
    replacing: replacing.map(({ path }) => path),
  };
}

/** The exit code: 2 something could not be compared, 1 the head must not be merged as it is, 0 everything else. */
export function exitCodeOf({ stacks }: Comparison): 0 | 1 | 2 {
  if (stacks.some(({ problems }) => problems.length > 0)) return 2;
  return stacks.some(isRefused) ? 1 : 0;
}

/** Whether a rule that stops updates newly fails, something no longer certainly fits, or the budget is exceeded. */
export function isRefused({ risks }: StackComparison): boolean {
  return risks.some(({ class: risk }) => risk === "policy" || risk === "budget" || risk === "capacity");
}
