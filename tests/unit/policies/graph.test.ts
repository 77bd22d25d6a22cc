import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNKNOWN, UnknownValue } from "../../../policies/field";
import { Graph } from "../../../policies/graph/graph";
import { fromObjects } from "../../../policies/sources/objects";

type Labels = Record<string, string>;
interface Expression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: string[];
}
interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: Expression[];
}

/** The rules of Kubernetes, said as plainly as possible. */
function plainlySelects(selector: Selector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      if (operator === "In") return value !== undefined && values.includes(value);
      return value === undefined || !values.includes(value);
    })
  );
}

const key = fc.constantFrom("app", "tier", "a.b/c");
const value = fc.constantFrom("x", "y", "z");
const labels = fc.dictionary(key, value, { maxKeys: 3 });
const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom("In", "NotIn"), values: fc.array(value, { minLength: 1, maxLength: 2 }) }),
  fc.record({ key, operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
const selector = fc.record(
  { matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
);
const namespace = fc.constantFrom("one", "two");

const pod = (name: string, space: string, given: Labels) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: space, labels: given },
  spec: { containers: [] },
});
const budget = (name: string, space: string, given: unknown) => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name, namespace: space },
  spec: { selector: given },
});

describe("which pods an object selects", () => {
  test("is what Kubernetes would say, in both directions, for any selectors and labels", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(namespace, labels), { maxLength: 8 }),
        fc.array(fc.tuple(namespace, selector), { maxLength: 4 }),
        (pods, selectors) => {
          const graph = new Graph(
            fromObjects([
              ...pods.map(([space, given], index) => pod(`pod-${index}`, space, given)),
              ...selectors.map(([space, given], index) => budget(`budget-${index}`, space, given)),
            ]),
          );
          const expected = selectors.flatMap(([space, given], index) =>
            pods.flatMap(([podSpace, podLabels], number) =>
              space === podSpace && plainlySelects(given as Selector, podLabels) ? [`${index}-${number}`] : [],
            ),
          );
          const number = (name: string) => name.split("-")[1]!;
          const forward = graph.ofKind("PodDisruptionBudget").flatMap((each) =>
            graph.budgets
              .workloadsOf(each)
              .all()
              .map((workload) => `${number(each.name)}-${number(workload.object.name)}`),
          );
          const backward = graph.workloads.flatMap((workload) =>
            graph.budgets
              .objectsOf(workload)
              .all()
              .map((each) => `${number(each.name)}-${number(workload.object.name)}`),
          );
          expect(forward.sort()).toEqual([...expected].sort());
          expect(backward.sort()).toEqual([...expected].sort());
        },
      ),
      { seed: 20_261_123, numRuns: 500 },
    );
  });

  test("never contradicts, while something is unknown, what it turns out to be", () => {
    fc.assert(
      fc.property(
        labels,
        selector,
        fc.constantFrom("labels", "label", "selector", "namespace"),
        (given, chosen, part) => {
          const known = [pod("pod-0", "one", given), budget("budget-0", "one", chosen)] as const;
          const hidden = structuredClone(known) as unknown as [ReturnType<typeof pod>, ReturnType<typeof budget>];
          if (part === "labels") Object.assign(hidden[0].metadata, { labels: UNKNOWN });
          if (part === "label")
            for (const each of Object.keys(given)) Object.assign(hidden[0].metadata.labels, { [each]: UNKNOWN });
          if (part === "selector") Object.assign(hidden[1].spec, { selector: UNKNOWN });
          if (part === "namespace") Object.assign(hidden[1].metadata, { namespace: UNKNOWN });
          const ask = (manifests: Parameters<typeof fromObjects>[0]) => {
            const graph = new Graph(fromObjects(manifests));
            try {
              return graph.budgets.objectsOf(graph.workloads[0]!).any();
            } catch (error) {
              if (error instanceof UnknownValue) return undefined;
              throw error;
            }
          };
          const truth = ask(known);
          expect([truth, undefined]).toContain(ask(hidden));
        },
      ),
      { seed: 20_261_123, numRuns: 500 },
    );
  });
});

describe("an absent selector", () => {
  const service = (spec: unknown) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", namespace: "one" },
    spec,
  });
  const policy = (spec: unknown) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "n", namespace: "one" },
    spec,
  });
  const count = (kind: "budgets" | "services" | "networkPolicies", manifest: Record<string, unknown>) => {
    const graph = new Graph(fromObjects([pod("p", "one", { app: "x" }), manifest]));
    return graph[kind].objectsOf(graph.workloads[0]!).all().length;
  };

  test("of a budget selects nothing, an empty one everything", () => {
    expect(count("budgets", budget("b", "one", undefined))).toBe(0);
    expect(count("budgets", budget("b", "one", null))).toBe(0);
    expect(count("budgets", budget("b", "one", {}))).toBe(1);
  });

  test("of a Service selects nothing, and so does an empty one", () => {
    expect(count("services", service({}))).toBe(0);
    expect(count("services", service({ selector: {} }))).toBe(0);
    expect(count("services", service({ selector: { app: "x" } }))).toBe(1);
  });

  test("of a NetworkPolicy selects everything, and so does an empty one", () => {
    expect(count("networkPolicies", policy({}))).toBe(1);
    expect(count("networkPolicies", policy({ podSelector: {} }))).toBe(1);
  });
});

describe("the graph", () => {
  const graphOf = (...manifests: Record<string, unknown>[]) => new Graph(fromObjects(manifests));

  test("knows a Job's pods by the labels that its controller adds", () => {
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "import", namespace: "one" },
      spec: { template: { metadata: { labels: { a: "b" } }, spec: { containers: [] } } },
    };
    const graph = graphOf(job, budget("b", "one", { matchLabels: { "job-name": "import" } }));
    expect(graph.budgets.objectsOf(graph.workloads[0]!).all()).toHaveLength(1);
  });

  test("judges pods and ReplicaSets of a controller by that controller", () => {
    const owned = { ...pod("p", "one", {}), metadata: { name: "p", ownerReferences: [{ controller: true }] } };
    expect(graphOf(owned).workloads).toEqual([]);
    expect(graphOf(pod("p", "one", {})).workloads).toHaveLength(1);
  });

  test("takes the items of a List, and no charts, patches or other providers' resources", () => {
    const graph = new Graph([
      ...fromObjects([{ kind: "List", items: [pod("a", "one", {}), "text", null, { metadata: {} }] }]),
      { type: "kubernetes:helm.sh/v4:Chart", name: "chart", inputs: { kind: "Chart" } },
      { type: "kubernetes:apps/v1:DeploymentPatch", name: "patch", inputs: { kind: "Deployment" } },
      { type: "aws:eks/cluster:Cluster", name: "cluster", inputs: {} },
      { type: "kubernetes:core/v1:ConfigMap", name: "bare", inputs: {} },
    ]);
    expect(graph.objects.map(({ kind, apiVersion }) => `${apiVersion} ${kind}`)).toEqual(["v1 Pod", "v1 ConfigMap"]);
  });

  test("counts replicas at an autoscaler's minimum, one when nothing says otherwise, none for what runs per node", () => {
    const workload = (kind: string, spec: Record<string, unknown> = {}) => ({
      apiVersion: "apps/v1",
      kind,
      metadata: { name: "w", namespace: "one" },
      spec: { ...spec, template: { metadata: {}, spec: {} } },
    });
    const scaler = (minReplicas?: number) => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "h", namespace: "one" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "w" }, minReplicas },
    });
    const minimum = (...manifests: Record<string, unknown>[]) => {
      const graph = graphOf(...manifests);
      return graph.minimumReplicas(graph.workloads[0]!);
    };
    expect(minimum(workload("Deployment", { replicas: 5 }))).toBe(5);
    expect(minimum(workload("StatefulSet"))).toBe(1);
    expect(minimum(workload("Deployment", { replicas: 5 }), scaler(2))).toBe(2);
    expect(minimum(workload("Deployment", { replicas: 5 }), scaler())).toBe(1);
    expect(minimum(workload("DaemonSet"), scaler(2))).toBeUndefined();
  });
});
