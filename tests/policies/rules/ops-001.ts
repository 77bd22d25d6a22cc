import { unknownInput } from "../../../model/order/graph";
import { orderedWorld, without } from "../../support/order-world";
import { type Mutant, type RuleCases } from "../case";
import { asResources, untied } from "../order";

const world = orderedWorld();
const cut = (...edges: (readonly [string, string])[]) => asResources(without(world, ...edges));
const changed = (name: string, inputs: Readonly<Record<string, unknown>>) =>
  asResources({ ...world, [name]: { ...world[name]!, inputs: { ...world[name]!.inputs, ...inputs } } });
const at = "dependsOn";

export const cases: RuleCases = {
  pass: [
    { title: "a cluster and all that is in it, in order", resources: asResources(world) },
    {
      title: "a Service that gets no load balancer, beside the controller",
      resources: asResources({
        ...without(world, ["service", "lbDeployment"]),
        service: {
          ...without(world, ["service", "lbDeployment"]).service!,
          inputs: { metadata: { name: "front", namespace: "web" } },
        },
      }),
    },
  ],
  fail: [
    {
      title: "a load balancer that may outlive its controller",
      resources: cut(["service", "lbDeployment"], ["namespace", "lbDeployment"]),
      count: 2,
      says: /(?:Namespace web may be deleted after Deployment kube-system)|Service web\/front may be deleted after Deployment kube-system\/aws-load-balancer-controller: .*controller outlives.*; set dependsOn: \[Deployment kube-system\/aws-load-balancer-controller\] on Service web\/front\./,
      at,
    },
    {
      title: "volumes that may outlive their driver: said of the provider, which holds for all objects",
      resources: cut(["provider", "ebs"]),
      count: 2,
      says: /Namespace web may be deleted after Addon ebs|PersistentVolumeClaim web\/data may be deleted after Addon ebs: .*; set dependsOn: \[Addon ebs\] on provider cluster\./,
      at,
    },
    {
      title: "a deployer who loses access before the objects are gone",
      resources: cut(["provider", "policy"]),
      says: /Provider cluster may be deleted after AccessPolicyAssociation policy, AccessEntry entry: /,
      at,
    },
    {
      title: "an object beside its definition",
      resources: cut(["custom", "definition"]),
      says: /Shop web\/corner may be deleted after CustomResourceDefinition shops\.example\.org: definitions of kinds outlive/,
      at,
    },
    {
      title: "a namespace beside what is in it",
      resources: cut(["service", "namespace"]),
      says: /Service web\/front may be deleted after Namespace web: namespaces outlive/,
      at,
    },
    {
      title: "an API that answers nobody while namespaces go",
      resources: cut(["api", "namespace"]),
      says: /APIService v1beta1\.metrics\.k8s\.io may be deleted after Namespace web/,
      at,
    },
    {
      title: "nodes that outlive the network plugin",
      resources: cut(["group", "cni"]),
      says: /NodeGroup group may be deleted after Addon cni, RolePolicyAttachment cni-rights/,
      at,
    },
    {
      title: "a certain failure beside what is not known",
      resources: asResources({
        ...without(world, ["service", "namespace"]),
        service: {
          ...without(world, ["service", "namespace"]).service!,
          inputs: { metadata: { name: "front", namespace: "web" }, spec: { type: unknownInput } },
        },
      }),
      says: /Service web\/front may be deleted after Namespace web/,
      at,
    },
  ],
  notApplicable: [{ title: "plain manifests, whose files are in no order" }],
  unknown: [
    {
      title: "a Service that may get a load balancer",
      resources: changed("service", { spec: { type: unknownInput } }),
      because: "spec.type",
    },
    {
      title: "a claim of a class from an output",
      resources: changed("claim", { spec: { storageClassName: unknownInput } }),
      because: "spec.storageClassName",
    },
  ],
};

export const mutants: readonly Mutant[] = [
  {
    title: "a quota no longer waits for its namespace",
    change: untied(/ResourceQuota altlas-quota/, /:Namespace /),
    says: /ResourceQuota altlas\/\S+ may be deleted after Namespace altlas: namespaces outlive what is in them/,
  },
  {
    title: "the cluster's provider no longer waits for the drivers of volumes",
    stack: "beta",
    change: untied(/providers:kubernetes cluster/, /Addon addon-aws-e.s-csi-driver/),
    says: /may be deleted after Addon addon-aws-efs-csi-driver, .*: the EFS driver outlives .*; set dependsOn: \[.*\] on provider cluster/,
  },
  {
    title: "the cluster's provider no longer waits for the deployer's access",
    stack: "beta",
    change: untied(/providers:kubernetes cluster/, /AccessPolicyAssociation /),
    says: /Provider cluster may be deleted after AccessPolicyAssociation eks-access-deployer/,
  },
  {
    title: "nodes no longer wait for the network plugin",
    stack: "beta",
    change: untied(/NodeGroup /, /Addon addon-vpc-cni/),
    says: /NodeGroup nodes-cpu-group may be deleted after Addon addon-vpc-cni/,
  },
  {
    title: "nodes no longer wait for the ways out of their subnets",
    stack: "beta",
    change: untied(/NodeGroup /, /ec2\/route:Route |NatGateway |RouteTableAssociation |InternetGateway /),
    says: /NodeGroup nodes-cpu-group may be deleted after InternetGateway network-internet, .* and \d+ more: routes/,
  },
  {
    title: "the control plane no longer waits for its log group",
    stack: "beta",
    change: untied(/eks\/cluster:Cluster /, /LogGroup eks-logs/),
    says: /Cluster eks-control-plane may be deleted after LogGroup eks-logs/,
  },
  {
    title: "the metrics API no longer waits for the namespaces",
    stack: "beta",
    change: untied(/MetricsServer /, /:(?:Namespace|ResourceQuota|LimitRange|NetworkPolicy) /),
    says: /APIService v1beta1\.metrics\.k8s\.io may be deleted after Namespace/,
  },
];
