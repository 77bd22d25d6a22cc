import { type Requirement } from "./requirements";

/** A kind of object, and when it concerns somebody. */
export interface Concern {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Only objects with one of these values there; `undefined` among them: or with none. */
  readonly when?: { readonly path: readonly string[]; readonly values: readonly (string | undefined)[] };
}

/** A controller that must be there when its objects are deleted, because only it removes what it made for them. */
export interface Controller extends Requirement {
  readonly name: string;
  /** How it is recognised: as an add-on of EKS, as a chart, or as a Deployment of that name. */
  readonly addon?: string;
  readonly chart?: string;
  readonly deployment?: string;
  /** Service account that it acts as, by which its rights on AWS are found. */
  readonly serviceAccount: string;
  /** Objects whose deletion waits for it, besides claims of its {@link provisioner}. */
  readonly finalises: readonly Concern[];
  /** Whether what it finalises lies in namespaces, and so may go with one. */
  readonly inNamespaces: boolean;
  /** Of a driver of volumes: the provisioner that storage classes name, and what claims of them stand on besides. */
  readonly provisioner?: string;
  readonly standsOn?: readonly string[];
  /** API groups whose definitions come and go with it. */
  readonly defines?: readonly string[];
}

const github = (thread: string) => `https://github.com/${thread}`;

/** Every controller that the proof knows, one row each. */
export const controllers: readonly Controller[] = [
  {
    name: "load-balancer controller",
    title: "The load-balancer controller outlives what it makes load balancers and network interfaces for",
    why:
      "A Service, Ingress or binding keeps its finaliser until the controller has removed the load balancer. Without the " +
      "controller the object never goes, its namespace hangs, and the interfaces keep subnets and VPC from being deleted.",
    sources: [
      github("aws-ia/terraform-aws-eks-blueprints/issues/1843"),
      github("aws-ia/terraform-aws-eks-blueprints/issues/1030"),
      github("aws-ia/terraform-aws-eks-blueprints/issues/524"),
      github("aws-ia/terraform-aws-eks-blueprints-addons/issues/462"),
    ],
    chart: "aws-load-balancer-controller",
    deployment: "aws-load-balancer-controller",
    serviceAccount: "aws-load-balancer-controller",
    finalises: [
      { group: "", kind: "Service", when: { path: ["spec", "type"], values: ["LoadBalancer"] } },
      {
        group: "networking.k8s.io",
        kind: "Ingress",
        // Another class is another controller's.
        when: { path: ["spec", "ingressClassName"], values: ["alb", undefined] },
      },
      // Whoever serves a gateway makes a Service of type LoadBalancer for it, which is in no stack.
      { group: "gateway.networking.k8s.io", kind: "Gateway" },
      { group: "elbv2.k8s.aws", kind: "TargetGroupBinding" },
    ],
    inNamespaces: true,
    defines: ["elbv2.k8s.aws"],
  },
  {
    name: "EBS driver",
    title: "The EBS driver outlives the claims that it makes volumes for",
    why:
      "A claim that is deleted takes its volume with it only while the driver runs. After that the volume stays in the " +
      "account, is paid for, and belongs to nobody.",
    sources: [
      github("aws-solutions-library-samples/global-capacity-orchestrator-on-aws/pull/297"),
      github("Smana/cloud-native-ref/pull/1669"),
    ],
    addon: "aws-ebs-csi-driver",
    chart: "aws-ebs-csi-driver",
    deployment: "ebs-csi-controller",
    serviceAccount: "ebs-csi-controller-sa",
    finalises: [],
    inNamespaces: true,
    provisioner: "ebs.csi.aws.com",
  },
  {
    name: "EFS driver",
    title: "The EFS driver outlives the claims that it makes access points for",
    why:
      "A claim's access point is removed by the driver, in a file system that is still there. Without either, the volume " +
      "stays Terminating.",
    sources: [github("kubernetes-sigs/aws-efs-csi-driver/issues/1483")],
    addon: "aws-efs-csi-driver",
    chart: "aws-efs-csi-driver",
    deployment: "efs-csi-controller",
    serviceAccount: "efs-csi-controller-sa",
    finalises: [],
    inNamespaces: true,
    provisioner: "efs.csi.aws.com",
    standsOn: ["aws:efs/fileSystem:FileSystem", "aws:efs/mountTarget:MountTarget"],
  },
  {
    name: "snapshot controller",
    title: "The snapshot controller outlives the snapshots",
    why:
      "A snapshot keeps its finaliser until the controller has removed what it stands for; and the definition of its kind " +
      "comes and goes with the add-on.",
    sources: [
      github("kubernetes-sigs/azuredisk-csi-driver/issues/294"),
      "https://docs.aws.amazon.com/eks/latest/userguide/csi-snapshot-controller.html",
    ],
    addon: "snapshot-controller",
    chart: "snapshot-controller",
    deployment: "snapshot-controller",
    serviceAccount: "snapshot-controller",
    finalises: [
      { group: "snapshot.storage.k8s.io", kind: "VolumeSnapshot" },
      { group: "snapshot.storage.k8s.io", kind: "VolumeSnapshotContent" },
    ],
    inNamespaces: true,
    defines: ["snapshot.storage.k8s.io", "groupsnapshot.storage.k8s.io"],
  },
  {
    name: "Karpenter",
    title: "Karpenter outlives the pools that it makes machines for",
    why:
      "Node claims keep their finaliser until Karpenter has ended their machines. Without it the machines run on, outside " +
      "every node group.",
    sources: [github("aws/karpenter-provider-aws/issues/6870"), github("aws/karpenter-provider-aws/issues/3179")],
    chart: "karpenter",
    deployment: "karpenter",
    serviceAccount: "karpenter",
    finalises: [
      { group: "karpenter.sh", kind: "NodePool" },
      { group: "karpenter.sh", kind: "NodeClaim" },
      { group: "karpenter.k8s.aws", kind: "EC2NodeClass" },
    ],
    inNamespaces: false,
    defines: ["karpenter.sh", "karpenter.k8s.aws"],
  },
  {
    name: "CloudNativePG",
    title: "The PostgreSQL operator outlives its Clusters, and all that it makes roles and databases for",
    why:
      "Roles, databases and subscriptions keep their finaliser until the operator has removed them from the server. Without " +
      "it they never go, their namespace hangs, and its definitions take every Cluster that is left at once.",
    sources: [
      github("cloudnative-pg/cloudnative-pg/blob/v1.30.0/internal/controller/finalizers_delete.go"),
      github("cloudnative-pg/cloudnative-pg/blob/v1.30.0/docs/src/installation_upgrade.md"),
    ],
    chart: "cloudnative-pg",
    deployment: "cloudnative-pg",
    serviceAccount: "cloudnative-pg",
    finalises: [
      { group: "postgresql.cnpg.io", kind: "Cluster" },
      { group: "postgresql.cnpg.io", kind: "Pooler" },
      { group: "postgresql.cnpg.io", kind: "ScheduledBackup" },
      { group: "postgresql.cnpg.io", kind: "Database" },
      { group: "postgresql.cnpg.io", kind: "DatabaseRole" },
      { group: "postgresql.cnpg.io", kind: "Publication" },
      { group: "postgresql.cnpg.io", kind: "Subscription" },
    ],
    inNamespaces: true,
    defines: ["postgresql.cnpg.io"],
  },
  {
    name: "Barman Cloud plugin",
    title: "The backup plugin outlives the Clusters' stores",
    why:
      "The operator changes nothing of a Cluster whose plugin does not answer, and the plugin's definition takes every store " +
      "with it.",
    sources: [github("cloudnative-pg/plugin-barman-cloud/blob/main/web/docs/installation.mdx")],
    chart: "plugin-barman-cloud",
    deployment: "plugin-barman-cloud",
    serviceAccount: "plugin-barman-cloud",
    finalises: [{ group: "barmancloud.cnpg.io", kind: "ObjectStore" }],
    inNamespaces: true,
    defines: ["barmancloud.cnpg.io"],
  },
  {
    name: "cert-manager",
    title: "cert-manager outlives its certificates",
    why:
      "A challenge keeps its finaliser until cert-manager has cleaned up after it, and its definitions take every " +
      "certificate that is left at once.",
    sources: ["https://cert-manager.io/docs/installation/helm/#uninstalling"],
    chart: "cert-manager",
    deployment: "cert-manager",
    serviceAccount: "cert-manager",
    finalises: [
      { group: "acme.cert-manager.io", kind: "Challenge" },
      { group: "cert-manager.io", kind: "Certificate" },
      { group: "cert-manager.io", kind: "Issuer" },
      { group: "cert-manager.io", kind: "ClusterIssuer" },
    ],
    inNamespaces: true,
    defines: ["cert-manager.io", "acme.cert-manager.io"],
  },
];
