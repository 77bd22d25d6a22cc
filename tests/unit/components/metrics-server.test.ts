import { describe, expect, test } from "vitest";
import { MetricsServer } from "../../../components/metrics-server";
import { type MetricsServerArgs } from "../../../components/metrics-server/args";
import { footprint } from "../../../components/metrics-server/footprint";
import { commandLine } from "../../../components/metrics-server/specs/deployment";
import { metricsServerManifests, metricsServerObjects } from "../../../components/metrics-server/specs/objects";
import { type NodePool } from "../../../model/node-pool";
import { recordRegistrations } from "../../../registrations/record";

const pool: NodePool = {
  name: "general",
  allocatable: { cpu: "4", memory: "14Gi", pods: 58 },
  minimum: 3,
  maximum: 10,
  taints: [],
  zones: ["a", "b", "c"],
};

function args(changes: Partial<MetricsServerArgs> = {}): MetricsServerArgs {
  return {
    namespace: "kube-system",
    partOf: "whole",
    image: "registry.example/metrics-server:v0.9.0",
    replicas: 2,
    maximumNodes: 30,
    pool,
    priorityClassName: "system-cluster-critical",
    kubeletCertificates: "verified",
    aggregated: true,
    networks: ["10.0.0.0/8"],
    apiServerNetworks: ["10.0.0.0/8", "172.20.0.1/32"],
    ...changes,
  };
}

describe("the metrics server", () => {
  test("trusts only kubelets whose certificate the cluster signed, unless the cluster says otherwise", () => {
    const insecure = "--kubelet-insecure-tls";
    expect(commandLine(args())).not.toContain(insecure);
    expect(commandLine(args({ kubeletCertificates: "unverified" }))).toContain(insecure);
  });

  test("is registered with the API server only where that can reach its pods", () => {
    expect(metricsServerObjects(args()).apiService?.spec.service).toEqual({
      name: "metrics-server",
      namespace: "kube-system",
      port: 443,
    });
    expect(metricsServerManifests(args({ aggregated: false })).map(({ kind }) => kind)).not.toContain("APIService");
  });

  test.each([
    [30, "100m", "200Mi"],
    [100, "100m", "200Mi"],
    [150, "150m", "300Mi"],
  ])("of %i nodes asks for %s and %s", (maximumNodes, cpu, memory) => {
    const [container] = metricsServerObjects(args({ maximumNodes })).deployment.spec.template.spec?.containers ?? [];
    expect(container?.resources?.requests).toMatchObject({ cpu, memory });
  });

  test("takes what its footprint says, one more pod while it is replaced", () => {
    expect(footprint(args())).toMatchObject({
      pool: "general",
      pods: { minimum: 2, expected: 2, maximum: 2 },
      surgePercent: 50,
      pod: { requests: { cpuMillicores: 100, memoryMebibytes: 200 }, limits: { cpuMillicores: 200 } },
    });
  });

  test("is called by, and calls, only the cluster's networks and its name server", () => {
    const { spec } = metricsServerObjects(args()).networkPolicy;
    expect(spec.ingress).toEqual([
      { from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 10250, protocol: "TCP" }] },
    ]);
    expect(spec.egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      [10250, 443, 6443],
      [53, 53],
    ]);
  });

  test("registers exactly its manifests, the API after all that answers for it", async () => {
    const { registrations } = await recordRegistrations(() => {
      new MetricsServer("metrics-server", args());
    });
    const kinds = registrations.map(({ type }) => type.split(":").at(-1));
    expect(kinds.filter((kind) => kind !== "MetricsServer").sort()).toEqual(
      metricsServerManifests(args())
        .map(({ kind }) => kind)
        .sort(),
    );
    const api = registrations.find(({ type }) => type.endsWith(":APIService"));
    const service = registrations.find(({ name }) => name === "metrics-server-service");
    expect(api?.options.dependsOn).toEqual([service?.key]);
  });
});
