import { describe, expect, test } from "vitest";
import { backupPluginPods, barmanCloudPlugin } from "../../../components/barman-cloud-plugin/specs";
import { certManager, deployments } from "../../../components/cert-manager/specs";
import { ChartController } from "../../../components/chart-controller";
import { type ChartControllerArgs } from "../../../components/chart-controller/args";
import { type ChartPods } from "../../../components/chart-controller/pods";
import { type ChartControllerSpec } from "../../../components/chart-controller/spec";
import { cloudNativePgOperator, operatorPods } from "../../../components/cloudnative-pg-operator/specs";
import { charts, chartSource } from "../../../model/charts";
import { millicores } from "../../../model/quantity";
import { images } from "../../../model/versions";
import { chartPods, systemWorkloads } from "../../../policies/settings/system";
import { recordRegistrations } from "../../../registrations/record";

const args: ChartControllerArgs = {
  namespace: "kube-system",
  partOf: "demo",
  labels: { mine: "yes", "app.kubernetes.io/managed-by": "pulumi" },
  chart: chartSource(charts["cloudnative-pg"]),
  scraperNamespace: "watchers",
  pool: {
    name: "general",
    allocatable: { cpu: "4", memory: "16Gi", pods: 50 },
    minimum: 3,
    maximum: 5,
    zones: ["a", "b", "c"],
    taints: [],
  },
  priorityClassName: "system-cluster-critical",
  networks: ["10.0.0.0/16"],
  apiServerNetworks: ["10.0.0.0/16", "172.20.0.1/32"],
};
const operator = cloudNativePgOperator({ ...args, image: "ghcr.io/a/operator:1.30.0", clusterNamespaces: ["data"] });
const plugin = barmanCloudPlugin({ ...args, image: "ghcr.io/a/plugin:v1", sidecarImage: "ghcr.io/a/sidecar:v1" });
const certificates = certManager({
  ...args,
  images: { controller: "quay.io/j/controller:v1", webhook: "quay.io/j/webhook:v1", injector: "quay.io/j/injector:v1" },
});
const pods: readonly (readonly [ChartPods, ChartControllerSpec])[] = [
  [operatorPods, operator],
  [backupPluginPods, plugin],
  ...Object.values(deployments).map((each) => [each, certificates] as const),
];

/** A manifest's field, as deep as the path goes. */
function at(object: unknown, ...path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}

describe("charts and images of one release", () => {
  test("cert-manager's three images are its chart's", () => {
    for (const name of ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"] as const) {
      expect(images[name].tag).toBe(charts["cert-manager"].version);
    }
  });

  test("the plugin and the container that it puts beside servers are of one version", () => {
    expect(images["plugin-barman-cloud-sidecar"].tag).toBe(images["plugin-barman-cloud"].tag);
  });
});

describe.each(pods)("$name", (each, spec) => {
  test("may use twice what it asks for, and its footprint says so", () => {
    const { requests, limits } = each.resources;
    expect(millicores(limits.cpu)).toBe(2 * millicores(requests.cpu));
    const footprint = spec.footprints.find(({ name }) => name === each.name);
    expect(footprint).toMatchObject({ pods: { maximum: each.replicas }, pool: "general" });
    if (each.replicas > 1) expect(footprint).toMatchObject({ spread: { zoneSkew: 1 } });
    expect(footprint?.pod.requests.cpuMillicores).toBe(millicores(requests.cpu));
  });

  test("has a policy of exactly its pods, and what policies know of them is the same", () => {
    const policy = spec.objects.find(({ suffix }) => suffix === `${each.name}-network`);
    expect(at(policy?.manifest, "spec", "podSelector", "matchLabels")).toEqual(each.labels);
    const known = chartPods.find(({ labels }) => JSON.stringify(labels) === JSON.stringify(each.labels));
    const ingress = at(policy?.manifest, "spec", "ingress") as { ports: { port: number }[] }[];
    expect(ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual(
      known?.ports.map(({ number }) => number),
    );
    expect(systemWorkloads.map(({ workload }) => workload)).toContain(`Deployment/kube-system/${each.name}`);
  });

  test("may be taken away one pod at a time, where there are two", () => {
    const own = spec.objects.some(
      ({ manifest, suffix }) => manifest.kind === "PodDisruptionBudget" && suffix.startsWith(each.name),
    );
    const charts = JSON.stringify(spec.values).includes('"podDisruptionBudget":{"enabled":true');
    expect(own || charts).toBe(each.replicas > 1);
  });
});

test("the operator sees the namespace of its Clusters only, and calls servers and plugin", () => {
  expect(at(operator.values, "config", "data", "WATCH_NAMESPACE")).toBe("data");
  const egress = JSON.stringify(at(operator.objects[0]?.manifest, "spec", "egress"));
  expect(egress).toContain('"kubernetes.io/metadata.name":"data"');
  expect(egress).toContain('"port":8000');
  expect(egress).toContain(`"port":${backupPluginPods.port}`);
});

test("definitions stay when a chart goes: with them every object of theirs would go at once", () => {
  expect(at(certificates.values, "crds")).toEqual({ enabled: true, keep: true });
  expect(at(operator.values, "crds")).toEqual({ create: true });
  expect(at(plugin.values, "crds")).toEqual({ create: true });
});

test("images are put together as each chart has it", () => {
  expect(at(operator.values, "image")).toEqual({ repository: "ghcr.io/a/operator", tag: "1.30.0" });
  expect(at(plugin.values, "sidecarImage")).toEqual({ registry: "ghcr.io", repository: "a/sidecar", tag: "v1" });
  expect(at(certificates.values, "webhook", "image")).toEqual({ repository: "quay.io/j/webhook", tag: "v1" });
});

test("its policies are there before the chart, and what stands beside no chart is refused", async () => {
  const { registrations } = await recordRegistrations(() => {
    new ChartController("operator", { chart: { chart: "./operator" }, namespace: "kube-system", spec: operator });
    return Promise.resolve();
  });
  const chart = registrations.find(({ type }) => type === "kubernetes:helm.sh/v4:Chart");
  expect(chart?.inputs).toMatchObject({ name: "cloudnative-pg", chart: "./operator", namespace: "kube-system" });
  expect(chart?.options.dependsOn).toHaveLength(2);
  const wrong = {
    ...operator,
    objects: [{ suffix: "x", manifest: { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } } }],
  };
  await expect(
    recordRegistrations(() => {
      new ChartController("wrong", { chart: { chart: "./x" }, namespace: "a", spec: wrong });
      return Promise.resolve();
    }),
  ).rejects.toThrow("stands beside no chart");
});
