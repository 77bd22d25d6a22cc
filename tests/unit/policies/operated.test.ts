import { expect, test } from "vitest";
import { barmanCloudPlugin } from "../../../components/barman-cloud-plugin/specs";
import { certManager } from "../../../components/cert-manager/specs";
import { cloudNativePg } from "../../../components/postgresql/cloud-native-pg";
import { cloudNativePgOperator } from "../../../components/cloudnative-pg-operator/specs";
import { charts, chartSource } from "../../../model/charts";
import { type Footprint } from "../../../model/footprint";
import { roomTaken } from "../../../policies/checks/capacity/footprints";
import { Graph } from "../../../policies/graph/graph";
import { type Resource } from "../../../policies/sources/resource";
import { sampleArgs } from "../components/cloud-native-pg/sample";

const { pool } = sampleArgs();
const settings = { pools: [], reserved: [], sidecars: [] } as never;

/** What the rules see of registered objects. */
function taken(resources: readonly Resource[]) {
  const { placed, doubts } = roomTaken(new Graph(resources), [], settings);
  expect(doubts).toEqual([]);
  return placed.map(({ footprint }) => footprint);
}

/** What of a footprint decides whether it finds room. */
function room(footprint: Footprint | undefined) {
  if (footprint?.kind !== "replicated") return undefined;
  const { name, namespace, pods, pod, spread, volumes } = footprint;
  const { cpuMillicores, memoryMebibytes } = pod.requests;
  const sizes = volumes.map(({ sizeMebibytes }) => sizeMebibytes);
  return { name, namespace, pods: pods.maximum, cpuMillicores, memoryMebibytes, spread: { ...spread }, sizes };
}

function object(kind: string, inputs: object, index: number): Resource {
  return {
    urn: `urn:${index}`,
    type: `kubernetes:x/v1:${kind}`,
    name: `${kind}-${index}`,
    inputs,
  } as unknown as Resource;
}

test("servers and poolers that the operator will make take the room that their footprints say", () => {
  for (const args of [sampleArgs(), sampleArgs({ backup: undefined, instances: 1 })]) {
    const resources = cloudNativePg
      .objects(args)
      .filter(({ manifest }) => ["Cluster", "Pooler", "ObjectStore"].includes(manifest.kind))
      .map(({ manifest }, index) => object(manifest.kind, manifest, index));
    const own = cloudNativePg.footprints(args);
    for (const found of taken(resources)) {
      expect(room(found)).toEqual(room(own.find(({ name }) => name === found.name)));
    }
    expect(taken(resources).map(({ name }) => name)).toEqual(["postgresql", "pgbouncer"]);
  }
});

test("charts that were not rendered take room with each of their parts", () => {
  const common = {
    namespace: "kube-system",
    partOf: "demo",
    chart: chartSource(charts["cert-manager"]),
    scraperNamespace: "watchers",
    pool,
    priorityClassName: "system-cluster-critical",
    networks: ["10.0.0.0/16"],
    apiServerNetworks: ["10.0.0.0/16"],
  };
  const images = { controller: "a/b:1", webhook: "a/b:1", injector: "a/b:1" };
  const specs = [
    certManager({ ...common, images }),
    cloudNativePgOperator({ ...common, image: "a/b:1", clusterNamespaces: ["data"] }),
    barmanCloudPlugin({ ...common, image: "a.io/b:1", sidecarImage: "a.io/b:1" }),
  ];
  const resources = specs.map(({ release, values }, index): Resource => {
    const inputs = { name: release, chart: release, namespace: "kube-system", values };
    return { urn: `urn:${index}`, type: "kubernetes:helm.sh/v4:Chart", name: release, inputs };
  });
  const own = specs.flatMap(({ footprints }) => footprints);
  const byName = (all: readonly Footprint[]) => Object.fromEntries(all.map((each) => [each.name, room(each)]));
  expect(byName(taken(resources))).toEqual(byName(own));
});
