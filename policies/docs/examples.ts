import { dump } from "js-yaml";
import { type Example } from "../rule";
import { type Resource } from "../sources/resource";

/** An example as YAML: manifests as they are, resources as the engine knows them, exemptions as a stack has them. */
export function exampleYaml({ manifests = [], resources = [], exemptions }: Example): string {
  const documents = [
    ...manifests.map((manifest) => yaml(manifest)),
    ...resources.map((resource) => yaml(plainResource(resource))),
    ...(exemptions ? [yaml({ config: { "altlas:exemptions": exemptions } })] : []),
  ];
  return documents.join("---\n");
}

/** The same text for the same value: no line is folded, no repeated object becomes an anchor. */
export function yaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** What is secret is listed beside the values, as rules see it. */
function plainResource({ type, name, inputs, outputs, secrets, options }: Resource): Record<string, unknown> {
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
  };
}
