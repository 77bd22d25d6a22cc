/** Sentences for what the API server refuses, with the remedy. */
import { ApiError, fieldConflicts, fieldProblems, isNamespaceMissing } from "./api/errors";
import { unreachable } from "./session";
import { ProviderError } from "./wire/errors";

export type Verb = "create" | "update" | "read" | "delete";

/** The thrown value as a sentence about `what` (`Deployment apps/web`). */
export function refusal(error: unknown, verb: Verb, what: string): unknown {
  if (!(error instanceof ApiError)) return unreachable(error, `${verb} ${what}`);
  const head = `${what} was not ${verb}${verb.endsWith("e") ? "d" : verb === "read" ? "" : "ed"}`;
  const conflicts = fieldConflicts(error);
  if (conflicts.length > 0) {
    const lines = conflicts.map(({ field, owner }) => `  ${field} is owned by "${owner}"`);
    return new ProviderError(
      [
        `${head}: other field managers own what it sets.`,
        ...lines,
        'Leave the field to its owner (do not set it, or name it in ignoreChanges), or take it over with the annotation pulumi.com/patchForce: "true".',
      ].join("\n"),
    );
  }
  if (isNamespaceMissing(error)) {
    return new ProviderError(
      `${head}: the namespace "${error.about.name}" does not exist. Create it first, and make this resource depend on it (use the Namespace's metadata.name).`,
    );
  }
  if (error.code === 401) {
    return new ProviderError(
      `${head}: the API server does not accept the kubeconfig's credentials (401). Log in anew.`,
    );
  }
  if (error.code === 403) return new ProviderError(`${head}: ${error.message}`);
  const problems = fieldProblems(error);
  const remedy = problems.some(({ message }) =>
    /immutable|may not be changed|updates to .* are forbidden/.test(message),
  )
    ? ["A field that cannot change in place needs another object: run `pulumi up --replace <urn>`."]
    : [];
  const lines = problems.map(({ field, message }) => (field === "" ? `  ${message}` : `  ${field}: ${message}`));
  return new ProviderError([`${head}: the API server refuses it.`, ...lines, ...remedy].join("\n"));
}
