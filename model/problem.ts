/** One thing wrong with the input, told so that its reader can mend it without reading the program. */
export interface Problem {
  /** Where it is set, as the reader would type it: `altlas:nodePools[0].minimum`, `stacks/altlas/edges.ts: …`. */
  readonly setting: string;
  /** The offending value as given. */
  readonly value: unknown;
  /** Why it cannot be accepted, a full sentence. */
  readonly why: string;
  /** What to do, a full sentence; a command where there is one. */
  readonly remedy: string;
}

/** Renders all problems as one message: a headline with their number, then setting, value, why and remedy of each. */
export function renderProblems(headline: string, problems: readonly Problem[]): string {
  const entries = problems.map(
    ({ setting, value, why, remedy }, index) =>
      `${index + 1}. ${setting} = ${renderValue(value)}\n   why:    ${why}\n   remedy: ${remedy}`,
  );
  return [`${headline} (${problems.length} problem${problems.length === 1 ? "" : "s"})`, ...entries].join("\n");
}

function renderValue(value: unknown): string {
  if (value === undefined) return "(not set)";
  const text = JSON.stringify(value);
  // A whole object in an error line hides the sentence beside it.
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
