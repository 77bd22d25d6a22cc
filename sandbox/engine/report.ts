import { type Digest, type PolicyViolation, type Problem, resourceLabel } from "./events";
import { type PulumiResult } from "./pulumi";

/** More than this many different problems are cut: the log file has all. */
const SHOWN_PROBLEMS = 12;

/** When one cause explains them all, a few are enough to see what was being done. */
const SHOWN_WITH_CAUSE = 2;

/** The engine's closing remarks, which say nothing that the problems before them do not. */
const EMPTY_REMARK = /^(?:update|preview|refresh) (?:failed|canceled)$|context canceled$|^BAIL: /;

const indented = (text: string) => text.split("\n").join("\n    ");

/** Equal messages once, with the resources they are about. */
function grouped(problems: Problem[]): { message: string; resources: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { message, resource } of problems) {
    const resources = groups.get(message) ?? [];
    if (resource !== undefined && resource !== "the stack") resources.push(resource);
    groups.set(message, resources);
  }
  return [...groups].map(([message, resources]) => ({ message, resources }));
}

/** Problems as lines: the resources, then the message. */
export function describeProblems(problems: Problem[], shown = SHOWN_PROBLEMS): string[] {
  const telling = problems.filter(({ message }) => !EMPTY_REMARK.test(message));
  const groups = grouped(telling.length > 0 ? telling : problems);
  const lines = groups.slice(0, shown).map(({ message, resources }) => {
    const [first] = resources;
    if (first === undefined) return `  ✗ ${indented(message)}`;
    const others = resources.length > 1 ? ` and ${resources.length - 1} more` : "";
    return `  ✗ ${first}${others}:\n    ${indented(message)}`;
  });
  const hidden = groups.length - shown;
  return hidden > 0 ? [...lines, `  … and ${hidden} more`] : lines;
}

function describeViolation({ policyName, resourceUrn, message }: PolicyViolation): string {
  const where = resourceUrn === undefined || resourceUrn === "" ? "the stack" : resourceLabel(resourceUrn);
  return `${policyName} – ${where}:\n    ${indented(message)}`;
}

/** The result of the policy pack: one line when all is well, each violation otherwise. */
export function describePolicies(digest: Digest): string[] {
  const { mandatory, advisory } = digest;
  const scope = `${digest.policies.size} policies on ${digest.analyzed} resources`;
  const counts = [
    mandatory.length > 0
      ? `${mandatory.length} ${mandatory.length === 1 ? "violation" : "violations"}`
      : "no violations",
    ...(advisory.length > 0 ? [`${advisory.length} ${advisory.length === 1 ? "warning" : "warnings"}`] : []),
  ];
  return [
    `Policies: ${scope}: ${counts.join(", ")}`,
    // The first line is the policy's description, the same in every run.
    ...digest.reports.map(({ message }) => `  ${message.split("\n").slice(1).join("\n  ")}`),
    ...mandatory.map((violation) => `  ✗ ${describeViolation(violation)}`),
    ...advisory.map((violation) => `  ! ${describeViolation(violation)}`),
  ];
}

/**
 * Why a run of the engine failed, for people: no stack traces, each problem once.
 *
 * @param cause one sentence when the reason of all problems is known; then only the first of them are shown
 */
export function describeFailure(title: string, result: PulumiResult, logFile: string, cause?: string): string {
  const { digest, stderr, interrupted, signal } = result;
  const policies = digest.mandatory.length > 0 ? describePolicies(digest) : [];
  // A program or a pack that ended without a word to the engine may have said why on its standard error.
  const silent = digest.errors.every(({ message }) => EMPTY_REMARK.test(message));
  const all = silent ? [...digest.printed, ...digest.errors] : digest.errors;
  const problems = describeProblems(all, cause === undefined ? SHOWN_PROBLEMS : SHOWN_WITH_CAUSE);
  const reasonless = signal === undefined ? "no reason given" : `the Pulumi CLI was ended from outside (${signal})`;
  // Without events the CLI gave up before the engine ran: its own words are all there is.
  const words = problems.length === 0 && policies.length === 0 ? [`  ✗ ${indented(stderr.trim() || reasonless)}`] : [];
  const head = interrupted ? `${title} was interrupted; what was finished is saved.` : `${title} failed.`;
  return [
    head,
    ...(cause === undefined ? [] : [cause]),
    ...problems,
    ...policies,
    ...words,
    `Full log: ${logFile}`,
  ].join("\n");
}
