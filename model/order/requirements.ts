/** Why one resource must outlive another, whatever controllers there are. */
export interface Requirement {
  /** Name in reports: what outlives what. */
  readonly title: string;
  /** What happens when it does not. */
  readonly why: string;
  /** Public threads and pages that say so. */
  readonly sources: readonly string[];
}

const github = (thread: string) => `https://github.com/${thread}`;

/** The orders that hold in every cluster, by name. */
export const requirements = {
  access: {
    title: "Cluster and the deployer's access outlive every object in the cluster",
    why:
      "Whoever loses access first cannot delete what is left: each object ends with Unauthorized, and the state keeps " +
      "what nobody can reach.",
    sources: [
      github("terraform-aws-modules/terraform-aws-eks/issues/2923"),
      github("terraform-aws-modules/terraform-aws-eks/issues/3005"),
      github("aws-ia/terraform-aws-eks-blueprints/issues/1445"),
    ],
  },
  nodes: {
    title: "Node groups outlive pods, and whatever a controller has to remove",
    why:
      "A pod on a node that is gone stays Terminating, and so does its namespace; controllers without a node remove " +
      "nothing any more.",
    sources: [github("aws-ia/terraform-aws-eks-blueprints/issues/353"), github("hashicorp/terraform/issues/20855")],
  },
  podNetwork: {
    title: "The network plugin, with its rights, outlives the nodes",
    why:
      "The plugin gives the nodes network interfaces and takes them away again. Removed before the nodes it leaves them " +
      "behind, and their security group, subnets and VPC cannot be deleted.",
    sources: [
      github("terraform-aws-modules/terraform-aws-eks/pull/2743"),
      github("aws/amazon-vpc-cni-k8s/issues/1447"),
      github("pulumi/pulumi-eks/issues/779"),
    ],
  },
  awsRights: {
    title: "Rights of the roles of cluster and nodes outlive cluster and nodes",
    why: "EKS acts by these roles when it removes machines, interfaces and security groups; without rights it leaves them.",
    sources: ["https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group"],
  },
  waysOut: {
    title: "Routes, NAT gateways and endpoints outlive the nodes",
    why:
      "Only subnets are named by the cluster; routes go at once. Nodes then reach neither the control plane nor AWS, so that " +
      "nothing on them can end properly.",
    sources: [github("aws-samples/appmod-blueprints/pull/582"), github("hashicorp/terraform-provider-aws/issues/9101")],
  },
  controlPlaneLogs: {
    title: "The control plane's log group outlives the control plane",
    why: "A control plane that still writes makes the group anew, in no state and without an end; the next cluster of that name fails.",
    sources: [
      github("terraform-aws-modules/terraform-aws-eks/issues/920"),
      github("cloudposse/terraform-aws-eks-cluster/issues/67"),
    ],
  },
  namespaces: {
    title: "Namespaces outlive what is in them",
    why:
      "A namespace that goes first takes everything in it with it, in no order; what waits for a controller keeps it " +
      "Terminating until the deletion times out.",
    sources: [github("pulumi/pulumi-kubernetes/issues/1920"), github("aws-ia/terraform-aws-eks-blueprints/issues/524")],
  },
  namespacesAndControllers: {
    title: "Controllers outlive the namespaces of the objects that they finalise",
    why:
      "What no stack registers, such as a gateway's Service or a set's claims, goes with its namespace; the namespace hangs " +
      "and the load balancer or volume stays when the controller has gone.",
    sources: [
      github("aws-ia/terraform-aws-eks-blueprints/issues/1843"),
      github("pulumi/pulumi-kubernetes/issues/1920"),
    ],
  },
  definitions: {
    title: "Definitions of kinds outlive the objects of these kinds",
    why:
      "An object before its definition is refused; a definition before its objects deletes them all at once, beyond the " +
      "state, or hangs on their finalisers.",
    sources: [
      github("pulumi/pulumi-kubernetes/issues/1735"),
      github("pulumi/pulumi-kubernetes/pull/532"),
      github("kubernetes-sigs/azuredisk-csi-driver/issues/294"),
    ],
  },
  storageClasses: {
    title: "Storage classes come before the claims that name them",
    why: "A claim of a class that is not there stays Pending, and the update waits for it.",
    sources: ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1"],
  },
  aggregatedApis: {
    title: "Whoever answers an aggregated API outlives its registration, and so do all namespaces",
    why:
      "While an API is registered and nobody answers, the deletion of every namespace of the cluster stands still, whatever " +
      "is in it.",
    sources: [github("kubernetes/kubernetes/issues/75788"), github("kubernetes/kubernetes/issues/60807")],
  },
  webhooks: {
    title: "Whoever answers a webhook outlives its registration",
    why: "A webhook that nobody answers refuses what it is asked about, deletions included.",
    sources: [github("spidernet-io/egressgateway/issues/748"), github("kubernetes-retired/multi-tenancy/issues/1276")],
  },
} as const satisfies Readonly<Record<string, Requirement>>;
