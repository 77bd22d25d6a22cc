import { type Draft } from "./remediation";
import { evaluate, type EvaluateOptions, isExempt } from "./evaluate";
import { Graph } from "./graph/graph";
import { identityOf } from "./graph/identity";
import { type Rule } from "./rule";
import { type Resource } from "./sources/resource";

/**
 * The inputs of a resource with what a rule finds wrong mended; nothing when it finds nothing wrong, cannot mend it, or an
 * exemption lets the resource break the rule.
 */
export function mended(
  rule: Rule,
  resource: Resource,
  options: Omit<EvaluateOptions, "chosen" | "complete">,
): Draft | undefined {
  if (!rule.remediate) return undefined;
  const graph = new Graph([resource]);
  const identity = graph.objects[0]?.identity ?? identityOf(resource);
  if (isExempt(rule, identity, options)) return undefined;
  // A rule on several resources cannot judge one alone; its remediation looks at what is missing by itself.
  const judged =
    rule.scope === "stack" || evaluate(graph, { ...options, chosen: [rule], complete: false }).totals.fail > 0;
  return judged ? rule.remediate(resource.inputs, options.settings.ruleSettings.get(rule.id)) : undefined;
}
