import { describeNodes, remedies, type Verdict } from "../../model/order/prove";
import { UnknownValue } from "../field";
import { type Graph } from "../graph/graph";
import { identityOf } from "../graph/identity";
import { orderProof } from "../graph/order";
import { push } from "../graph/selection";
import { defineRule, NotApplicable, part, type Subject } from "../rule";
import { type Resource } from "../sources/resource";

const provider = "urn:pulumi:beta::shop::pulumi:providers:kubernetes::cluster";
const namespaceUrn = "urn:pulumi:beta::shop::kubernetes:core/v1:Namespace::shop";
const edges = { custom: true, dependencies: [], provider };
const namespace: Resource = {
  type: "kubernetes:core/v1:Namespace",
  name: "shop",
  urn: namespaceUrn,
  inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  edges,
};
const claim = (dependencies: readonly string[]): Resource => ({
  type: "kubernetes:core/v1:PersistentVolumeClaim",
  name: "orders",
  urn: "urn:pulumi:beta::shop::kubernetes:core/v1:PersistentVolumeClaim::orders",
  inputs: { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "orders", namespace: "shop" } },
  edges: { ...edges, dependencies },
});

export const rule = defineRule({
  id: "ALT-OPS-001",
  slug: "pulumi-stack-destroys-in-order",
  title: "Controllers outlive what they finalise, definitions their objects, namespaces what is in them",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "The engine takes a stack down in the opposite order of its dependencies, and whatever nothing ties together it takes " +
    "at once. A load balancer whose controller has gone never goes, its namespace hangs, and its network interfaces keep " +
    "the VPC from being deleted; a volume whose driver has gone is paid for by nobody's leave. An edge decides it, and " +
    "nobody misses an edge before the first destroy.",
  fix: "Add the dependency that is named, on the object, or on the provider where it holds for all objects of a cluster.",
  planSteps: [],
  peers: [],
  examples: {
    pass: { title: "a claim that waits for its namespace", resources: [namespace, claim([namespaceUrn])] },
    fail: { title: "one that only names it", resources: [namespace, claim([])] },
  },
  parts: [
    part(kept, function* (verdicts) {
      if (verdicts.length === 0) return new NotApplicable("Plain objects have no order of creation.");
      for (const { missing, requirement } of verdicts) {
        if (missing.length === 0) continue;
        const keepers = describeNodes(missing.map(({ keeper }) => keeper));
        const problem = `may be deleted after ${keepers}: ${lowerFirst(requirement.title)}`;
        yield { problem, path: "dependsOn", fix: remedies(missing).join("; ") };
      }
      const undecided = verdicts.find(({ unknown }) => unknown !== undefined);
      if (undecided?.unknown !== undefined) throw new UnknownValue(undecided.unknown, "preview");
      return undefined;
    }),
  ],
});

/** Everything that something in the stack must outlive, with what was proven of it. */
function kept({ graph }: { readonly graph: Graph }): Subject<readonly Verdict[]>[] {
  const [first] = graph.resources;
  if (first && graph.resources.every(({ edges: own }) => own === undefined)) {
    return [{ resource: first, identity: identityIn(graph, first), read: () => [] }];
  }
  const byUrn = new Map<string, Verdict[]>();
  for (const verdict of orderProof(graph)) {
    if (verdict.outcome !== "elsewhere") push(byUrn, verdict.kept.urn, verdict);
  }
  return graph.resources.flatMap((resource) => {
    const verdicts = byUrn.get(resource.urn ?? "");
    return verdicts ? [{ resource, identity: identityIn(graph, resource), read: () => verdicts }] : [];
  });
}

function identityIn(graph: Graph, resource: Resource) {
  return graph.objects.find((object) => object.resource === resource)?.identity ?? identityOf(resource);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
