import { type RegisteredNode } from "../../model/order/graph";

/** A node with its edges; what is not said is empty. */
export function node(type: string, name: string, more: Partial<RegisteredNode> = {}): RegisteredNode {
  return { urn: `${type}::${name}`, type, name, custom: true, inputs: {}, dependencies: [], ...more };
}

/** URNs of nodes. */
export const urns = (...nodes: readonly RegisteredNode[]): string[] => nodes.map(({ urn }) => urn);

const onAws = (type: string, name: string, inputs: object, after: readonly RegisteredNode[], properties = {}) =>
  node(`aws:${type}`, name, {
    inputs: inputs as Record<string, unknown>,
    dependencies: urns(...after),
    propertyDependencies: properties,
  });

/** An EKS cluster with everything in the right order: what known-bad orders are made from by taking edges away. */
export function orderedWorld(): Record<string, RegisteredNode> {
  const vpc = onAws("ec2/vpc:Vpc", "vpc", {}, []);
  const subnet = onAws("ec2/subnet:Subnet", "private", {}, [vpc]);
  const nat = onAws("ec2/natGateway:NatGateway", "nat", {}, [subnet]);
  const logs = onAws("cloudwatch/logGroup:LogGroup", "logs", { name: "/aws/eks/shop/cluster" }, []);
  const clusterRole = onAws("iam/role:Role", "cluster-role", { name: "cluster" }, []);
  const clusterRights = onAws(
    "iam/rolePolicyAttachment:RolePolicyAttachment",
    "cluster-rights",
    { role: "cluster" },
    [clusterRole],
    { role: urns(clusterRole) },
  );
  const cluster = onAws("eks/cluster:Cluster", "eks", { name: "shop" }, [subnet, logs, clusterRole, clusterRights], {
    roleArn: urns(clusterRole),
  });
  const entry = onAws("eks/accessEntry:AccessEntry", "entry", { clusterName: "shop", principalArn: "deployer" }, [
    cluster,
  ]);
  const policy = onAws(
    "eks/accessPolicyAssociation:AccessPolicyAssociation",
    "policy",
    {
      clusterName: "shop",
      principalArn: "deployer",
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    },
    [cluster, entry],
  );
  const cniRole = onAws("iam/role:Role", "cni-role", { name: "cni" }, []);
  const cniRights = onAws("iam/rolePolicyAttachment:RolePolicyAttachment", "cni-rights", {}, [cniRole], {
    role: urns(cniRole),
  });
  const cni = onAws(
    "eks/addon:Addon",
    "cni",
    { addonName: "vpc-cni", clusterName: "shop" },
    [cluster, cniRole, cniRights],
    {
      podIdentityAssociations: urns(cniRole),
    },
  );
  const nodeRole = onAws("iam/role:Role", "node-role", { name: "nodes" }, []);
  const nodeRights = onAws("iam/rolePolicyAttachment:RolePolicyAttachment", "node-rights", {}, [nodeRole], {
    role: urns(nodeRole),
  });
  const group = onAws(
    "eks/nodeGroup:NodeGroup",
    "group",
    { clusterName: "shop" },
    [cluster, cni, nat, subnet, nodeRole, nodeRights],
    { nodeRoleArn: urns(nodeRole) },
  );
  const addon = (name: string, addonName: string) =>
    onAws("eks/addon:Addon", name, { addonName, clusterName: "shop" }, [cluster, group]);
  const ebs = addon("ebs", "aws-ebs-csi-driver");
  const snapshots = addon("snapshots", "snapshot-controller");
  const lbRole = onAws("iam/role:Role", "lb-role", { name: "lb" }, []);
  const lbRights = onAws("iam/rolePolicy:RolePolicy", "lb-rights", {}, [lbRole], { role: urns(lbRole) });
  const lbIdentity = onAws(
    "eks/podIdentityAssociation:PodIdentityAssociation",
    "lb-identity",
    { clusterName: "shop", serviceAccount: "aws-load-balancer-controller" },
    [cluster, lbRole, lbRights],
    { roleArn: urns(lbRole) },
  );
  const provider = node("pulumi:providers:kubernetes", "cluster", {
    dependencies: urns(cluster, policy, group, ebs, snapshots, lbIdentity),
    propertyDependencies: { kubeconfig: urns(cluster) },
  });
  const object = (
    version: string,
    kind: string,
    name: string,
    more: Readonly<Record<string, unknown>> = {},
    after: readonly RegisteredNode[] = [],
    namespace?: string,
  ) =>
    node(`kubernetes:${version}:${kind}`, `${kind}-${name}`, {
      provider: provider.urn,
      inputs: { metadata: { name, ...(namespace === undefined ? {} : { namespace }) }, ...more },
      dependencies: urns(...after),
    });
  const lbDeployment = object("apps/v1", "Deployment", "aws-load-balancer-controller", {}, [], "kube-system");
  const operator = object("apps/v1", "Deployment", "cloudnative-pg", {}, [], "kube-system");
  const plugin = object("apps/v1", "Deployment", "plugin-barman-cloud", {}, [operator], "kube-system");
  const issuer = object("apps/v1", "Deployment", "cert-manager", {}, [], "kube-system");
  const namespace = object("core/v1", "Namespace", "web", {}, [lbDeployment, operator, plugin, issuer]);
  const storageClass = object("storage.k8s.io/v1", "StorageClass", "disk", { provisioner: "ebs.csi.aws.com" });
  const claim = object(
    "core/v1",
    "PersistentVolumeClaim",
    "data",
    { spec: { storageClassName: "disk" } },
    [namespace, storageClass],
    "web",
  );
  const service = object(
    "core/v1",
    "Service",
    "front",
    { spec: { type: "LoadBalancer" } },
    [namespace, lbDeployment],
    "web",
  );
  const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "shops.example.org", {
    spec: { group: "example.org", names: { kind: "Shop" } },
  });
  const custom = object("example.org/v1", "Shop", "corner", {}, [definition, namespace], "web");
  const snapshot = object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "daily", {}, [claim], "web");
  const store = object("barmancloud.cnpg.io/v1", "ObjectStore", "backups", {}, [namespace, plugin], "web");
  const database = object("postgresql.cnpg.io/v1", "Cluster", "sales", {}, [namespace, operator, store], "web");
  const certificate = object("cert-manager.io/v1", "Certificate", "front", {}, [namespace, issuer], "web");
  const labels = { app: "metrics" };
  const server = object(
    "apps/v1",
    "Deployment",
    "metrics",
    { spec: { template: { metadata: { labels } } } },
    [],
    "kube-system",
  );
  const front = object("core/v1", "Service", "metrics", { spec: { selector: labels } }, [server], "kube-system");
  const api = object(
    "apiregistration.k8s.io/v1",
    "APIService",
    "v1beta1.metrics.k8s.io",
    { spec: { service: { namespace: "kube-system", name: "metrics" } } },
    [front, namespace],
  );
  const webhook = object(
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
    "checks",
    { webhooks: [{ clientConfig: { service: { namespace: "kube-system", name: "metrics" } } }] },
    [front],
  );
  return {
    vpc,
    subnet,
    nat,
    logs,
    clusterRole,
    clusterRights,
    cluster,
    entry,
    policy,
    cniRole,
    cniRights,
    cni,
    nodeRole,
    nodeRights,
    group,
    ebs,
    snapshots,
    lbRole,
    lbRights,
    lbIdentity,
    provider,
    namespace,
    storageClass,
    claim,
    lbDeployment,
    service,
    definition,
    custom,
    snapshot,
    server,
    front,
    api,
    webhook,
    operator,
    plugin,
    issuer,
    store,
    database,
    certificate,
  };
}

/** The world without edges: what each `from` no longer stands on. */
export function without(
  world: Record<string, RegisteredNode>,
  ...edges: readonly (readonly [from: string, to: string])[]
): Record<string, RegisteredNode> {
  const changed = { ...world };
  for (const [from, to] of edges) {
    const [own, lost] = [changed[from]!, world[to]!.urn];
    const { propertyDependencies = {} } = own;
    const found = own.dependencies.includes(lost) || Object.values(propertyDependencies).flat().includes(lost);
    if (!found) throw new Error(`${from} does not stand on ${to}`);
    changed[from] = {
      ...own,
      dependencies: own.dependencies.filter((urn) => urn !== lost),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, list]) => [key, list.filter((urn) => urn !== lost)]),
      ),
    };
  }
  return changed;
}
