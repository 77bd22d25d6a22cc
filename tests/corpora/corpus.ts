import { type ResourceIdentity } from "../../model/exemptions";

/** What a foreign tool's own tests say of a check on an input. */
export type Verdict = "pass" | "fail";

/** An object as its file holds it. */
export type Manifest = Readonly<Record<string, unknown>>;

/** One statement of a foreign tool's own tests: this check passes, or fails, on this input. */
export interface ForeignCase {
  /** The tool's own name of its check. */
  readonly check: string;
  /** File within the corpus, and the object in it where the statement is about one of several. */
  readonly name: string;
  readonly expected: Verdict;
  /** Everything that the tool was given, in one graph. */
  readonly manifests: readonly Manifest[];
  /** The objects that the statement is about. Default: all of them. */
  readonly about?: (object: ResourceIdentity) => boolean;
}

/** A rule of ours that asks what a foreign check asks, or part of one that does. */
export interface RuleUse {
  readonly rule: string;
  /** Property paths of the failures that are about the same question. Default: all. */
  readonly at?: RegExp;
  /** What the sentence must say besides, where the path alone does not tell. Default: anything. */
  readonly says?: RegExp;
  /** Our rule reports another object than theirs (a Role, where they report its binding): look at all objects of the case. */
  readonly anywhere?: boolean;
  /** Their check asks it whatever the number of replicas, our rule of two and more: what names no number gets this one. */
  readonly replicas?: number;
  /** Settings of the rule with which it asks the same question, where its defaults are stricter or milder. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Cases in which we mean to differ. */
export interface Disagreement {
  readonly check: string;
  /** Names of the cases; a pattern only where all that it matches have the one reason. */
  readonly cases: string | RegExp;
  /** What our rules say there. */
  readonly ours: Verdict;
  /** Why we differ, as full sentences. */
  readonly why: string;
}

/** A module that the Go module mirror carries; the versions are pinned in `modules/`. */
export interface ModuleSource {
  readonly module: string;
}

/** Shares of a corpus, 0 to 1, in which documented disagreements count as disagreements. */
export interface Shares {
  /** Cases with the same verdict, of all cases. */
  readonly agreement: number;
  /** Cases that pass there and fail here, of those that pass there. */
  readonly falseAlarms: number;
}

/** The tests of a foreign tool, and how its checks correspond to our rules. */
export interface Corpus {
  /** Its folder here, and its name on the command line. */
  readonly name: string;
  /** Where the cases come from, for readers. */
  readonly origin: string;
  /** Absent: no package registry carries the cases; a checkout's path is given on the command line. */
  readonly source?: ModuleSource;
  /** Our rules by the tool's name of the check; a check that is missing here has no counterpart. */
  readonly mapping: Readonly<Record<string, readonly RuleUse[]>>;
  readonly disagreements: readonly Disagreement[];
  /** What was reached; a comparison may not fall below it. Rounded down for agreement, up for false alarms, to a tenth of a percent. */
  readonly reached: Shares;
  /** Reads every case out of a folder, whether or not its check is mapped. */
  readonly read: (folder: string) => ForeignCase[];
}

/** What is aimed at, of other tools than Kubernetes' own admission plugin, once the documented disagreements are taken off. */
export const aim: Shares = { agreement: 0.98, falseAlarms: 0.01 };

/** All failures of a rule. */
export const whole = (rule: string): RuleUse => ({ rule });
