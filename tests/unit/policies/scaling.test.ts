import { describe, expect, test } from "vitest";
import { UNKNOWN, UnknownValue } from "../../../policies/field";
import { Graph } from "../../../policies/graph/graph";
import { certainlyExclusive } from "../../../policies/graph/storage";
import { fromObjects } from "../../../policies/sources/objects";

type Manifest = Record<string, unknown>;

const object = (apiVersion: string, kind: string, name: unknown, spec: Manifest): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  spec,
});
const deployment = (spec: Manifest = {}, volumes: readonly Manifest[] = []) =>
  object("apps/v1", "Deployment", "web", { ...spec, template: { spec: { containers: [], volumes } } });
const autoscaler = (name: string, bounds: Manifest) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    ...bounds,
  });
const scaledObject = (spec: Manifest, apiVersion = "keda.sh/v1alpha1") =>
  object(apiVersion, "ScaledObject", "queue", { scaleTargetRef: { name: "web" }, ...spec });
const claim = (name: unknown, accessModes: readonly string[]) =>
  object("v1", "PersistentVolumeClaim", name, { accessModes });
const mount = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });

const graphOf = (...manifests: Manifest[]) => new Graph(fromObjects(manifests));
function bounds(...manifests: Manifest[]) {
  const graph = graphOf(...manifests);
  const [workload] = graph.workloads;
  return [graph.minimumReplicas(workload!), graph.maximumReplicas(workload!)];
}

describe("how many pods a workload has", () => {
  test.each([
    ["its own number", [deployment({ replicas: 3 })], [3, 3]],
    ["one, where nobody says", [deployment()], [1, 1]],
    [
      "an autoscaler's bounds",
      [deployment({ replicas: 3 }), autoscaler("a", { minReplicas: 2, maxReplicas: 9 })],
      [2, 9],
    ],
    ["one at least, by an autoscaler that does not say", [deployment(), autoscaler("a", { maxReplicas: 9 })], [1, 9]],
    [
      "the widest of two autoscalers",
      [
        deployment(),
        autoscaler("a", { minReplicas: 2, maxReplicas: 4 }),
        autoscaler("b", { minReplicas: 3, maxReplicas: 9 }),
      ],
      [2, 9],
    ],
    ["a ScaledObject's bounds", [deployment(), scaledObject({ minReplicaCount: 2, maxReplicaCount: 9 })], [2, 9]],
    ["none to a hundred, by a ScaledObject that does not say", [deployment(), scaledObject({})], [0, 100]],
    ["its own, whatever another group's ScaledObject says", [deployment(), scaledObject({}, "example.com/v1")], [1, 1]],
  ])("is %s", (_, manifests, expected) => {
    expect(bounds(...manifests)).toEqual(expected);
  });

  test("is not known while an autoscaler's target is not", () => {
    const unknown = autoscaler("a", { scaleTargetRef: { kind: "Deployment", name: UNKNOWN } });
    expect(() => bounds(deployment(), unknown)).toThrow(UnknownValue);
  });
});

describe("storage that one node at a time can mount", () => {
  const storageOf = (...manifests: Manifest[]) => {
    const graph = graphOf(...manifests);
    return certainlyExclusive(graph.workloads[0]!, graph);
  };

  test.each([
    ["a claim", [deployment({}, [mount("data")]), claim("data", ["ReadWriteOnce"])], "claim data (ReadWriteOnce)"],
    [
      "a claim with two modes",
      [deployment({}, [mount("data")]), claim("data", ["ReadWriteOnce", "ReadWriteMany"])],
      undefined,
    ],
    ["a claim without modes", [deployment({}, [mount("data")]), claim("data", [])], "claim data (no access mode)"],
    [
      "another namespace's claim",
      [
        deployment({}, [mount("data")]),
        { ...claim("data", ["ReadWriteOnce"]), metadata: { name: "data", namespace: "x" } },
      ],
      undefined,
    ],
    ["a disk", [deployment({}, [{ name: "d", rbd: { image: "x" } }])], "rbd d"],
    ["a folder of the pod", [deployment({}, [{ name: "d", emptyDir: {} }])], undefined],
  ])("%s", (_, manifests, expected) => {
    expect(storageOf(...manifests)).toBe(expected);
  });

  test("is told of one that is certain beside one that is not known", () => {
    const manifests = [deployment({}, [mount("other"), mount("data")]), claim("data", ["ReadWriteOnce"])];
    expect(storageOf(...manifests, claim(UNKNOWN, ["ReadWriteMany"]))).toBe("claim data (ReadWriteOnce)");
  });
});
