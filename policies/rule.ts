import { type z } from "zod";
import { type ResourceIdentity, type ReviewedExemption } from "../model/exemptions";
import { type Problem } from "../model/problem";
import { severities, type Severity } from "../model/rule-settings";
import { Malformed, UnknownValue } from "./field";
import { type Graph } from "./graph/graph";
import { describeIdentity } from "./graph/object";
import { type Resource } from "./sources/resource";

export { severities, type Severity };

/**
 * Where a failure stops the update when the stack sets no level. `mandatory`: everywhere. `mandatory-outside-dev`: everywhere but in dev, where it is
 * advice. `advisory`: nowhere.
 */
export type Gate = "mandatory" | "mandatory-outside-dev" | "advisory";

/** What a rule must be given. `resource`: one is enough; `stack`: it compares several. */
export type Scope = "resource" | "stack";

/** Input on which a rule passes or fails; used by tests and by the rule's page. */
export interface Example {
  /** What it shows, for the page. */
  readonly title: string;
  readonly manifests?: readonly Readonly<Record<string, unknown>>[];
  /** Resources of an engine, for rules on what only an engine knows. */
  readonly resources?: readonly Resource[];
  /** The stack's exemptions as configured. */
  readonly exemptions?: readonly unknown[];
  /** Settings of the rule under which it shows that; by default the project's. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What every rule says about itself. */
export interface RuleMetadata {
  /** `ALT-<area>-<number>`, never used again for another rule. */
  readonly id: string;
  /** `<service>-<resource>-<verb>-<what>`; the policy's name in the engine's messages. */
  readonly slug: string;
  /** What must hold, in one line. */
  readonly title: string;
  readonly severity: Severity;
  readonly gate: Gate;
  readonly scope: Scope;
  /** What happens when it does not hold. */
  readonly why: string;
  /** How to make it hold. */
  readonly fix: string;
  /** Steps of the ALT_LAS plan that ask for it. */
  readonly planSteps: readonly string[];
  /** Ids of the same check in other tools, for auditors who know those. */
  readonly peers: readonly string[];
  readonly examples: { readonly pass: Example; readonly fail: Example };
}

/** Something that a rule decides on: a resource, or a part of it. */
export interface Subject<T> {
  readonly resource: Resource;
  readonly identity: ResourceIdentity;
  /** Part of the resource (`container app`); absent when the rule is on the whole. */
  readonly part?: string;
  /** What the check looks at. @throws UnknownValue when that cannot be told yet. */
  readonly read: () => T;
}

/** One thing wrong with a subject. The sentence reads: subject, problem; fix. */
export interface Failure {
  /** Verb phrase with the actual value: `has no memory limit`. */
  readonly problem: string;
  /** Smallest change that mends it, an imperative. */
  readonly fix: string;
  /** Property to change. */
  readonly path: string;
  /** A failure that never stops an update. */
  readonly warning?: boolean;
}

/** Says that a rule has nothing to decide on a subject; returned by a check. */
export class NotApplicable {
  /** @param reason Why, as a full sentence. */
  public constructor(public readonly reason: string) {}
}

/** Yields each failure; passes when there is none. What it finds unknown makes the outcome "cannot tell". */
export type Check<T, S> = (value: T, context: RuleContext<S>) => Generator<Failure, NotApplicable | undefined>;

/** What a rule may look at besides its subject. */
export interface RuleContext<S = unknown> {
  readonly graph: Graph;
  readonly settings: S;
  /** The stack's environment (`dev`, `beta`, `prod`); without one a rule is strict. */
  readonly environment: string | undefined;
  /** The day of the run as `YYYY-MM-DD`: rules have no clock, so that a run can be repeated. */
  readonly today: string;
  /** How long the preview took until its end; absent where nobody measured it. */
  readonly elapsedSeconds?: number | undefined;
  readonly exemptions: ExemptionState;
}

/** An exemption and what it did. */
export interface ExemptionUse extends ReviewedExemption {
  /** Failures that it covers. */
  readonly uses: number;
  /** Something unknown for which it may be needed. */
  readonly doubt?: UnknownValue;
  /** Whether all that it may cover was judged, so that one without use is not needed. */
  readonly judged: boolean;
}

/** The exemptions as they are and what they did; known to rules only after all others have run. */
export interface ExemptionState {
  readonly reviewed: readonly ExemptionUse[];
  /** Entries that could not be read. */
  readonly problems: readonly Problem[];
}

/** One question that a rule asks of one sort of subject. */
export interface RulePart<S> {
  judge(context: RuleContext<S>): Generator<Verdict>;
}

/** Ties subjects to their check, so that the compiler knows what the check is given. */
export function part<T, S>(
  subjects: (context: RuleContext<S>) => Iterable<Subject<T>>,
  check: Check<T, S>,
): RulePart<S> {
  return {
    *judge(context) {
      for (const subject of subjects(context)) yield decide(subject, check, context);
    },
  };
}

export type Outcome = "pass" | "fail" | "cannotTell" | "notApplicable";

/** What a rule found on one subject. */
export interface Verdict {
  readonly resource: Resource;
  readonly identity: ResourceIdentity;
  readonly part?: string;
  readonly outcome: Outcome;
  readonly failures: readonly Failure[];
  /** The property that is unknown; may stand beside failures, which are certain without it. */
  readonly unknown?: UnknownValue;
  /** Why the rule is not applicable. */
  readonly reason?: string;
}

/**
 * Mends what a rule finds wrong with one resource: a corrected copy of its inputs, or nothing when there is nothing that it
 * can mend. It adds what is missing and never guesses: values that are unknown, or that somebody chose, stay.
 */
export type Remediation<S> = (
  inputs: Readonly<Record<string, unknown>>,
  settings: S,
) => Record<string, unknown> | undefined;

/** A rule as the table holds it: metadata, and one function for whatever it is run on. */
export interface Rule extends RuleMetadata {
  /** Keys that `altlas:policySettings` may hold for it, with defaults. */
  readonly settings?: z.ZodType;
  /** Whether it judges the exemptions, and so runs last and cannot be exempted. */
  readonly judgesExemptions: boolean;
  /** @param settings As {@link Rule.settings} parsed them; its defaults when absent. */
  judge(context: RuleContext): Iterable<Verdict>;
  /** Only of rules whose fix follows from the rule alone. */
  readonly remediate?: Remediation<unknown>;
}

interface RuleDefinition<S> extends RuleMetadata {
  readonly settings?: z.ZodType<S>;
  readonly judgesExemptions?: boolean;
  readonly parts: readonly RulePart<S>[];
  readonly remediate?: Remediation<S>;
}

/** Makes a rule of its definition. */
export function defineRule<S = undefined>(definition: RuleDefinition<S>): Rule {
  const { parts, judgesExemptions = false, remediate, ...rest } = definition;
  return {
    ...rest,
    judgesExemptions,
    // The runner has parsed the settings by this rule's own schema; so too below.
    ...(remediate && { remediate: (inputs, settings) => remediate(inputs, settings as S) }),
    *judge(context) {
      for (const each of parts) yield* each.judge(context as RuleContext<S>);
    },
  };
}

/** `Container app of Deployment altlas-apps/api-gateway`, as sentences name a subject. */
export function describeSubject({ identity, part: name }: Pick<Verdict, "identity" | "part">): string {
  const whole = describeIdentity(identity);
  return name === undefined ? whole : `${name.charAt(0).toUpperCase()}${name.slice(1)} of ${whole}`;
}

/** The full sentence of a failure. */
export function sentence(verdict: Pick<Verdict, "identity" | "part">, failure: Failure): string {
  const where = failure.path === "" ? "" : ` (${failure.path})`;
  return `${describeSubject(verdict)} ${failure.problem}${where}; ${failure.fix}.`;
}

/**
 * Runs a check on each of several independent things, so that an unknown one hides no failure of another; the first
 * unknown is thrown after all were checked.
 */
export function* each<T>(items: Iterable<T>, check: (item: T) => Iterable<Failure>): Generator<Failure, undefined> {
  let doubt: UnknownValue | undefined;
  for (const item of items) {
    try {
      yield* check(item);
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      doubt ??= error;
    }
  }
  if (doubt) throw doubt;
  return undefined;
}

/** Runs several independent checks on one thing; see {@link each}. */
export function aspects(...checks: readonly (() => Iterable<Failure>)[]): Generator<Failure, undefined> {
  return each(checks, (check) => check());
}

function decide<T, S>(subject: Subject<T>, check: Check<T, S>, context: RuleContext<S>): Verdict {
  const { resource, identity, part: name } = subject;
  const base = { resource, identity, ...(name !== undefined && { part: name }) };
  const failures: Failure[] = [];
  try {
    const run = check(subject.read(), context);
    for (let step = run.next(); ; step = run.next()) {
      if (step.done === true) {
        if (step.value instanceof NotApplicable && failures.length === 0) {
          return { ...base, outcome: "notApplicable", failures, reason: step.value.reason };
        }
        return { ...base, outcome: failures.length > 0 ? "fail" : "pass", failures };
      }
      failures.push(step.value);
    }
  } catch (error) {
    if (error instanceof Malformed) {
      const problem = `has a property that is not ${error.expected}`;
      failures.push({ problem, path: error.path, fix: "write it as its kind's API reference says" });
      return { ...base, outcome: "fail", failures };
    }
    if (!(error instanceof UnknownValue)) throw error;
    return { ...base, outcome: failures.length > 0 ? "fail" : "cannotTell", failures, unknown: error };
  }
}
