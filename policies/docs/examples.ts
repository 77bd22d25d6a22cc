import { dump } from "js-yaml";
import { type Example } from "../rule";
import { type Resource } from "../sources/resource";

/**
 * An example as YAML: manifests as they are, resources as the engine knows them, exemptions and settings as a stack has
 * them.
 *
 * @param id Of the rule, under which its settings stand.
 */
export function exampleYaml(example: Example, id = "ALT"): string {
  const { manifests = [], resources = [] } = example;
  const config = exampleConfig(example, id);
  const documents = [
    ...manifests.map((manifest) => yaml(manifest)),
    ...resources.map((resource) => yaml(plainResource(resource))),
    ...(Object.keys(config).length > 0 ? [yaml({ config })] : []),
  ];
  return documents.join("---\n");
}

/** What a stack's configuration must say for an example. */
export function exampleConfig(
  { exemptions, settings }: Pick<Example, "exemptions" | "settings">,
  id: string,
): Record<string, unknown> {
  return {
    ...(exemptions && { "altlas:exemptions": exemptions }),
    ...(settings && { "altlas:policySettings": { [id]: settings } }),
  };
}

/** The same text for the same value: no line is folded, no repeated object becomes an anchor. */
export function yaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** What is secret is listed beside the values, as rules see it. */
function plainResource({ type, name, inputs, outputs, secrets, options, edges }: Resource): Record<string, unknown> {
  const marked = [
    ...[...(secrets?.inputs ?? [])].map((path) => `inputs.${path}`),
    ...[...(secrets?.outputs ?? [])].map((path) => `outputs.${path}`),
  ];
  return {
    type,
    name,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(outputs && { outputs }),
    ...(marked.length > 0 && { secret: marked }),
    ...(options && { options }),
    ...(edges && edges.dependencies.length > 0 && { dependencies: edges.dependencies }),
  };
}
