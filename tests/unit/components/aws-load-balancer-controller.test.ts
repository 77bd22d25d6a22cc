import { describe, expect, test } from "vitest";
import { LoadBalancerController } from "../../../components/aws-load-balancer-controller";
import { type LoadBalancerControllerArgs } from "../../../components/aws-load-balancer-controller/args";
import { ports } from "../../../components/aws-load-balancer-controller/defaults";
import { footprint } from "../../../components/aws-load-balancer-controller/footprint";
import { networkPolicy } from "../../../components/aws-load-balancer-controller/specs/objects";
import { chartValues } from "../../../components/aws-load-balancer-controller/specs/values";
import { imageParts } from "../../../components/shared/images";
import { charts, chartSource } from "../../../model/charts";
import { loadBalancerControllerIdentity } from "../../../model/system";
import { images } from "../../../model/versions";
import { chartPods } from "../../../policies/settings/system";
import { loadStack, recordStack } from "../../support/program";
import { type PropertyObject } from "../../../registrations/property-values";
import { recordRegistrations } from "../../../registrations/record";

function args(changes: Partial<LoadBalancerControllerArgs> = {}): LoadBalancerControllerArgs {
  return {
    ...loadBalancerControllerIdentity,
    partOf: "demo",
    chart: chartSource(charts["aws-load-balancer-controller"]),
    image: "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0",
    clusterName: "demo",
    region: "eu-central-1",
    vpcTags: { Name: "demo" },
    tags: { owner: "me" },
    serviceNamespaces: ["entry"],
    scraperNamespace: "watchers",
    replicas: 2,
    pool: {
      name: "general",
      allocatable: { cpu: "4", memory: "16Gi", pods: 50 },
      minimum: 3,
      maximum: 5,
      zones: ["a", "b", "c"],
      taints: [{ key: "k", value: "v", effect: "NoSchedule" }],
    },
    priorityClassName: "system-cluster-critical",
    networks: ["10.0.0.0/16"],
    apiServerNetworks: ["10.0.0.0/16", "172.20.0.1/32"],
    ...changes,
  };
}

describe("where the chart comes from", () => {
  const chart = charts["aws-load-balancer-controller"];
  const version = chart.version;

  test.each([
    [undefined, { chart: chart.name, version, repository: chart.repository }],
    ["https://mirror.example/charts", { chart: chart.name, version, repository: "https://mirror.example/charts" }],
    ["oci://registry.example/charts/lbc", { chart: "oci://registry.example/charts/lbc", version }],
    ["./charts/lbc-3.5.0.tgz", { chart: "./charts/lbc-3.5.0.tgz" }],
  ])("is its makers' repository, or what the stack names: %s", (place, source) => {
    expect(chartSource(chart, place)).toEqual(source);
  });

  test("is what the stack says, in the program", () => {
    const mirror = "oci://registry.example/charts/lbc";
    const { platform } = loadStack("beta", { changes: { charts: { [chart.name]: mirror } } });
    expect(platform.loadBalancing?.chart).toEqual({ chart: mirror, version });
    expect(loadStack("dev").platform.loadBalancing).toBeUndefined();
  });

  test("has an image of its own version", () => {
    expect(images["aws-load-balancer-controller"].tag).toBe(`v${version}`);
  });
});

describe("what the chart is told", () => {
  test("is an image with its digest, as the chart puts both together", () => {
    const digest = `sha256:${"ab".repeat(32)}`;
    expect(imageParts(`host:5000/a/b:v1@${digest}`)).toEqual({ repository: "host:5000/a/b", tag: `v1@${digest}` });
    expect(imageParts("host:5000/a/b:v1")).toEqual({ repository: "host:5000/a/b", tag: "v1" });
    expect(() => imageParts("host:5000/a/b")).toThrow("has no tag");
  });

  test("is a place in the pool, spread over zones, and a budget of one pod", () => {
    const values = chartValues(args());
    expect(values.tolerations).toEqual([{ key: "k", operator: "Equal", value: "v", effect: "NoSchedule" }]);
    expect(values.topologySpreadConstraints[0]).toMatchObject({ whenUnsatisfiable: "DoNotSchedule" });
    // The chart adds the selector itself; given twice, the API server would refuse the budget.
    expect(values.podDisruptionBudget).toEqual({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
  });

  test("keeps its webhook of Services to the namespaces that have such Services", () => {
    expect(chartValues(args()).serviceMutatorWebhookConfig).toEqual({
      failurePolicy: "Fail",
      namespaceSelectors: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["entry"] }],
    });
  });

  test("gives no label of the chart's own a second time", () => {
    const keys = Object.keys(chartValues(args({ labels: { mine: "yes" } })).additionalLabels);
    expect(keys.sort()).toEqual(["app.kubernetes.io/part-of", "mine"]);
  });

  test("takes what its footprint says", () => {
    expect(footprint(args())).toMatchObject({
      name: "aws-load-balancer-controller",
      pods: { minimum: 2, expected: 2, maximum: 2 },
      surgePercent: 50,
      spread: { zoneSkew: 1 },
      pod: { requests: { cpuMillicores: 100, memoryMebibytes: 200 } },
    });
  });
});

test("its pods are called by the API server and the scraper, and call the API server and the cloud", () => {
  const { spec } = networkPolicy(args());
  expect(spec.ingress.map(({ ports: open }) => open.map(({ port }) => port))).toEqual([[9443], [8080]]);
  expect(spec.egress[0]!.to).toEqual([{ ipBlock: { cidr: "10.0.0.0/16" } }, { ipBlock: { cidr: "172.20.0.1/32" } }]);
  // What policies are told about the pods of a chart that could not be read.
  const [known] = chartPods;
  expect(known!.labels).toEqual(spec.podSelector.matchLabels);
  expect(known!.ports.map(({ number }) => number)).toEqual(Object.values(ports));
});

test("a chart of a path is read without a version", async () => {
  const { registrations } = await recordRegistrations(() => {
    new LoadBalancerController("lbc", args({ chart: { chart: "./lbc" } }));
  });
  const { inputs } = registrations.find(({ type }) => type.endsWith(":Chart"))!;
  expect(Object.keys(inputs)).toEqual(["chart", "name", "namespace", "values"]);
  expect(inputs).toMatchObject({ chart: "./lbc", name: "aws-load-balancer-controller" });
});

test("in beta it has the identity of its role, finds the one network, and goes after every namespace", async () => {
  const { registrations } = await recordStack("beta");
  const chart = registrations.find(({ type }) => type.endsWith(":Chart"))!;
  const association = registrations.find(({ name }) => name === "role-load-balancer-controller-association")!;
  const { serviceAccount, vpcTags } = chart.inputs.values as PropertyObject;
  expect(association.inputs).toMatchObject({
    namespace: chart.inputs.namespace,
    serviceAccount: (serviceAccount as PropertyObject).name,
  });
  const networks = registrations.filter(({ type }) => type === "aws:ec2/vpc:Vpc");
  expect(networks.map(({ inputs }) => inputs.tags)).toEqual([expect.objectContaining(vpcTags as PropertyObject)]);
  const namespaces = registrations.filter(({ type }) => type.endsWith(":GovernedNamespace"));
  expect(namespaces).toHaveLength(5);
  for (const { name, options } of namespaces) expect(options.dependsOn, name).toContain(chart.key);
  expect(chart.options.provider).toBe("pulumi:providers:kubernetes::cluster");
});
