import { z } from "zod";
import { type Field } from "../field";
import { type Graph } from "../graph/graph";
import { objects } from "../graph/subjects";
import { aspects, defineRule, each, type Failure, NotApplicable, part, type RuleContext } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  environments: z
    .array(z.string().min(1))
    .default(["prod"])
    .describe("environments in which data outlives the objects that made it"),
  retainingClasses: z
    .array(z.string().min(1))
    .default([])
    .describe("storage classes made elsewhere that keep a volume when its claim is deleted"),
});
type Settings = z.infer<typeof settings>;

const claim = object("v1", "PersistentVolumeClaim", "models", { spec: { storageClassName: "kept" } });
const storageClass = (reclaimPolicy: string) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "kept" },
  provisioner: "ebs.csi.aws.com",
  reclaimPolicy,
});

export const rule = defineRule<Settings>({
  id: "ALT-OPS-002",
  slug: "pulumi-stateful-resource-outlives-mistakes",
  title: "In production volumes outlive the claims that made them",
  severity: "critical",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "A claim that is renamed is one that is deleted. With the reclaim policy Delete its disk is gone in the same second, and " +
    "the last backup is all that is left.",
  fix: "Use a storage class with reclaimPolicy Retain, or set the resource option protect on the claim.",
  planSteps: ["2.2.5"],
  peers: [],
  settings,
  examples: {
    pass: { title: "a class that keeps its volumes", manifests: [claim, storageClass("Retain")] },
    fail: { title: "a class that deletes them", manifests: [claim, storageClass("Delete")] },
  },
  parts: [
    part(
      ({ graph }) => objects(graph, "PersistentVolumeClaim"),
      function* ({ resource, spec }, context) {
        if (!isKept(context)) return new NotApplicable(`Environment ${String(context.environment)} may lose its data.`);
        if (resource.options?.protect === true) return undefined;
        yield* checkClass(spec.at("storageClassName"), context.graph, context.settings);
        return undefined;
      },
    ),
    part(
      ({ graph }) => objects(graph, "StatefulSet"),
      function* ({ spec }, context) {
        if (!isKept(context)) return new NotApplicable(`Environment ${String(context.environment)} may lose its data.`);
        const templates = spec.at("volumeClaimTemplates").items();
        if (templates.length === 0) return new NotApplicable("It keeps no data.");
        return yield* aspects(
          function* () {
            const field = spec.at("persistentVolumeClaimRetentionPolicy", "whenDeleted");
            if (field.text() !== "Delete") return;
            yield { problem: "deletes its claims with itself", path: field.path, fix: "set whenDeleted to Retain" };
          },
          () =>
            each(templates, (template) =>
              checkClass(template.at("spec", "storageClassName"), context.graph, context.settings),
            ),
        );
      },
    ),
  ],
});

function isKept({ environment, settings: { environments } }: RuleContext<Settings>): boolean {
  return environment === undefined || environments.includes(environment);
}

function* checkClass(field: Field, graph: Graph, { retainingClasses }: Settings): Generator<Failure> {
  const name = field.text();
  if (name !== undefined && retainingClasses.includes(name)) return;
  const found = name === undefined ? undefined : graph.find("StorageClass", name);
  // An absent policy is Delete.
  const policy = found?.root.at("reclaimPolicy").text() ?? "Delete";
  if (found && policy === "Retain") return;
  const problem = found
    ? `keeps data in class ${found.name}, which deletes a volume with its claim`
    : `keeps data in ${name === undefined ? "the cluster's default class" : `class ${name}`}, of which nothing says that it keeps volumes`;
  yield { problem, path: field.path, fix: "name a class with reclaimPolicy Retain, or protect the claim" };
}
