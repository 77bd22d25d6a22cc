import { type Rule } from "../rule";

/** Where a rule's page is, from the repository's root. */
export function rulePage({ id }: Pick<Rule, "id">): string {
  return `docs/rules/${id}.md`;
}
