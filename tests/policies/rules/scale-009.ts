import { UNKNOWN } from "../../../policies/field";
import { fromObjects } from "../../../policies/sources/objects";
import { type Resource } from "../../../policies/sources/resource";
import { aws, join } from "../aws";
import { type Mutant, type RuleCases } from "../case";
import { namespaced } from "../objects";

const group = (scalingConfig: Record<string, unknown>, ignoreChanges = ["scalingConfig.desiredSize"]): Resource =>
  aws("eks/nodeGroup:NodeGroup", { scalingConfig }, { options: { protect: false, ignoreChanges } });
const sized = (minSize: unknown, desiredSize: unknown, maxSize: unknown) => [group({ minSize, desiredSize, maxSize })];
const autoscaler = (...args: unknown[]) =>
  fromObjects([
    namespaced("apps/v1", "Deployment", "cluster-autoscaler", {
      spec: {
        template: {
          spec: {
            containers: [{ name: "app", image: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1", args }],
          },
        },
      },
    }),
  ]);
const discovery = (name: string) =>
  `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${name}`;
const cluster = aws("eks/cluster:Cluster", { name: "beta" });

export const cases: RuleCases = {
  pass: [
    { title: "sizes in order", resources: sized(3, 3, 9) },
    {
      title: "all of the sizes ignored",
      resources: [group({ minSize: 1, desiredSize: 2, maxSize: 3 }, ["scalingConfig"])],
    },
    { title: "the cluster's own tag", resources: [cluster, ...autoscaler(discovery("beta"))] },
  ],
  fail: [
    {
      title: "at least more than at most",
      resources: sized(4, 4, 3),
      says: /has at least 4 and at most 3 nodes/,
      at: "scalingConfig.maxSize",
    },
    {
      title: "starts below",
      resources: sized(3, 1, 9),
      says: /starts with 1 nodes, outside 3 to 9/,
      at: "scalingConfig.desiredSize",
    },
    {
      title: "set again by every update",
      resources: [group({ minSize: 1, desiredSize: 2, maxSize: 3 }, [])],
      says: /NodeGroup beta is set to its first size by every update/,
      at: "scalingConfig.desiredSize",
    },
    {
      title: "the tag of another cluster",
      resources: [cluster, ...autoscaler(discovery("prod"))],
      says: /looks for groups by k8s\.io\/cluster-autoscaler\/enabled, k8s\.io\/cluster-autoscaler\/prod/,
      at: "spec.template.spec.containers",
    },
    {
      title: "no discovery",
      resources: [cluster, ...autoscaler("--cloud-provider=aws")],
      says: /has no --node-group-auto-discovery/,
      at: "spec.template.spec.containers",
    },
  ],
  notApplicable: [
    { title: "no cluster of AWS" },
    { title: "an autoscaler whose cluster is elsewhere", resources: autoscaler(discovery("beta")) },
  ],
  unknown: [{ title: "a size from an output", resources: sized(1, UNKNOWN, 3), because: "scalingConfig.desiredSize" }],
};

export const mutants: readonly Mutant[] = [
  {
    title: "an autoscaler joins that looks for another cluster's groups",
    change: join(cluster, ...autoscaler(discovery("prod"))),
    says: /Deployment altlas\/cluster-autoscaler looks for groups by/,
  },
  {
    title: "a node group joins whose bounds are turned round",
    change: join(...sized(9, 9, 3)),
    says: /at least 9 and at most 3/,
  },
];
