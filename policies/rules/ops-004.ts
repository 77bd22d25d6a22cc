import { z } from "zod";
import { unrendered } from "../checks/rendered";
import { keyOfUrn, partsOfKey } from "../checks/urns";
import { identityOf } from "../graph/identity";
import { type Graph } from "../graph/graph";
import { defineRule, NotApplicable, part, type RuleContext, type Subject } from "../rule";
import { type Resource } from "../sources/resource";

const settings = z.strictObject({
  urns: z
    .array(z.string().min(1))
    .optional()
    .describe("what the stack has registered so far: URNs, or what is left of them without stack and project"),
  file: z
    .string()
    .min(1)
    .optional()
    .describe("file of the project with such a URN on each line, read in place of urns"),
});
type Settings = z.infer<typeof settings>;

const bucket = (name: string, aliases: readonly string[] = []): Resource => ({
  type: "aws:s3/bucket:Bucket",
  name,
  urn: `urn:pulumi:beta::shop::aws:s3/bucket:Bucket::${name}`,
  inputs: { bucket: "orders" },
  options: { protect: true, ignoreChanges: [], aliases },
});
const baseline = { urns: ["aws:s3/bucket:Bucket::orders"] };

export const rule = defineRule<Settings>({
  id: "ALT-OPS-004",
  slug: "pulumi-stack-keeps-urns",
  title: "No resource loses its URN: what is renamed or moved has an alias",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "To the engine a resource is its URN: types from the root down, and name. One that is renamed or moved to another " +
    "component is deleted and made anew with whatever is in it, and the program says nothing about it.",
  fix: "Give the resource its former name or parent as an alias; when it is meant to go, take it out of the baseline.",
  planSteps: [],
  peers: [],
  settings,
  examples: {
    pass: {
      title: "a renamed bucket with an alias",
      settings: baseline,
      resources: [bucket("orders-data", ["urn:pulumi:beta::shop::aws:s3/bucket:Bucket::orders"])],
    },
    fail: { title: "one without", settings: baseline, resources: [bucket("orders-data")] },
  },
  parts: [
    part(formerResources, function* (former, { graph }) {
      if (former === undefined) return new NotApplicable("The settings name nothing that was registered before.");
      if (former.present) return undefined;
      // It may be one of those that a chart would show.
      const doubt = unrendered(graph);
      if (doubt) throw doubt;
      yield {
        problem: `is no longer registered as ${former.key}, and no alias leads there`,
        path: "",
        fix: "give what it has become an alias, or take its line out of the baseline if it is meant to go",
      };
      return undefined;
    }),
  ],
});

interface Former {
  readonly key: string;
  readonly present: boolean;
}

/** Each resource of the baseline; without one, or without URNs, a single subject that says so. */
function formerResources({ graph, settings: { urns } }: RuleContext<Settings>): Subject<Former | undefined>[] {
  const [first] = graph.resources;
  const named = graph.resources.some(({ urn }) => urn !== undefined);
  if (urns === undefined || !named) {
    return first ? [{ resource: first, identity: identityOf(first), read: () => undefined }] : [];
  }
  const known = new Map(graph.resources.flatMap((resource) => keysOf(resource).map((key) => [key, resource] as const)));
  return urns.map((urn) => {
    const key = keyOfUrn(urn);
    const found = known.get(key);
    const resource: Resource = found ?? { ...partsOfKey(key), inputs: {} };
    return { resource, identity: identityOf(resource), read: () => ({ key, present: found !== undefined }) };
  });
}

/** Keys under which the engine finds a resource: its own, and those of its aliases. */
function keysOf({ urn, options }: Graph["resources"][number]): string[] {
  return [...(urn === undefined ? [] : [urn]), ...(options?.aliases ?? [])].map(keyOfUrn);
}
