import { type Resource } from "../../policies/sources/resource";
import { type Edit, type JudgeOptions } from "./fixtures";

/** One way to bring a rule to an outcome, starting from the compliant service. */
export interface Case {
  /** What is shown. */
  readonly title: string;
  readonly edits?: readonly Edit[];
  /** In place of the compliant service, for rules on what only an engine knows. */
  readonly resources?: readonly Resource[];
  readonly options?: JudgeOptions;
}

/** A case in which exactly these failures of the rule must be found. */
export interface FailingCase extends Case {
  /** What the sentence must say: the actual value, and who has it. */
  readonly says: RegExp;
  /** Property that the message points at. */
  readonly at: string;
  /** How many failures; default 1. */
  readonly count?: number;
}

/** A case in which the rule cannot tell, because of one property. */
export interface UndecidedCase extends Case {
  readonly because: string;
}

/** A case whose outcome a setting decides; `absent`: there is nothing left to judge. */
export interface ConfiguredCase extends Case {
  readonly outcome: "pass" | "fail" | "notApplicable" | "absent";
}

/** Every kind of case that a rule must have. */
export interface RuleCases {
  readonly pass: readonly Case[];
  readonly fail: readonly FailingCase[];
  /** The rule looks at something and says why it does not apply. */
  readonly notApplicable: readonly Case[];
  readonly unknown: readonly UndecidedCase[];
  /** Settings change the outcome; only for rules that have some. */
  readonly configured?: readonly ConfiguredCase[];
}

/** One way in which our own program could be wrong, and what the rule must then say. */
export interface Mutant {
  readonly title: string;
  /** Whose registrations are changed; default dev. */
  readonly stack?: "dev" | "beta";
  /** On the objects that the stack registers, by `Kind/metadata.name`. */
  readonly edits?: readonly Edit[];
  /** On the resources as the engine knows them. */
  readonly change?: (resources: Resource[]) => void;
  readonly options?: JudgeOptions;
  /** What the sentence must say: the resource, and the value that is wrong. */
  readonly says: RegExp;
}

/** What a file in `rules/` exports: how one rule is tested. */
export interface RuleTests {
  readonly cases: RuleCases;
  readonly mutants: readonly Mutant[];
}
