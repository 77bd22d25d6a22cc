import { assumed, type DaemonRow, type ReservationRow, upstream } from "./reservation-row";

/** The mesh, and what the cluster itself needs. */
export const systemRows: readonly ReservationRow[] = [
  // The mesh: three of each, as its highly available profile has them.
  {
    name: "linkerd-destination",
    concern: "mesh",
    replicas: 3,
    cpu: 400,
    memory: 278,
    source: upstream("Linkerd HA values: three containers of 100m and 50Mi, and a proxy of 100m and 128Mi"),
  },
  {
    name: "linkerd-identity",
    concern: "mesh",
    replicas: 3,
    cpu: 200,
    memory: 138,
    source: upstream("Linkerd HA values: 100m and 10Mi, and a proxy"),
  },
  {
    name: "linkerd-proxy-injector",
    concern: "mesh",
    replicas: 3,
    cpu: 200,
    memory: 178,
    source: upstream("Linkerd HA values: 100m and 50Mi, and a proxy"),
  },
  // What the cluster itself needs.
  {
    name: "coredns",
    concern: "system",
    replicas: 2,
    cpu: 100,
    memory: 70,
    source: upstream("EKS add-on: 100m and 70Mi"),
  },
  {
    name: "ebs-csi-controller",
    concern: "system",
    replicas: 2,
    cpu: 60,
    memory: 240,
    source: upstream("six containers of 10m and 40Mi"),
  },
  {
    name: "efs-csi-controller",
    concern: "system",
    replicas: 2,
    cpu: 30,
    memory: 120,
    source: assumed("three containers, sized as those of the EBS driver"),
  },
  {
    name: "snapshot-controller",
    concern: "system",
    replicas: 2,
    cpu: 10,
    memory: 64,
    source: assumed("idle until a snapshot is taken"),
  },
  {
    name: "keda",
    concern: "system",
    replicas: 4,
    cpu: 100,
    memory: 100,
    source: upstream("KEDA chart: 100m and 100Mi; two operators and two metrics servers"),
  },
  {
    name: "vertical-pod-autoscaler",
    concern: "system",
    replicas: 3,
    cpu: 50,
    memory: 500,
    source: upstream("recommender's 50m and 500Mi, taken for updater and admission as well"),
  },
];

/** What runs on every node. */
export const daemonRows: readonly DaemonRow[] = [
  {
    name: "aws-node",
    concern: "system",
    cpu: 50,
    memory: 0,
    aws: true,
    source: upstream("VPC CNI: 25m for the plugin and for its network-policy agent"),
  },
  { name: "kube-proxy", concern: "system", cpu: 100, memory: 0, aws: true, source: upstream("EKS add-on: 100m") },
  {
    name: "ebs-csi-node",
    concern: "system",
    cpu: 30,
    memory: 120,
    aws: true,
    source: upstream("three containers of 10m and 40Mi"),
  },
  { name: "efs-csi-node", concern: "system", cpu: 30, memory: 120, aws: true, source: assumed("as the EBS driver's") },
  {
    name: "eks-pod-identity-agent",
    concern: "system",
    cpu: 0,
    memory: 0,
    aws: true,
    source: upstream("asks for nothing"),
  },
  { name: "linkerd-cni", concern: "mesh", cpu: 10, memory: 32, source: assumed("sleeps after it wrote its plugin") },
  {
    name: "fluent-bit",
    concern: "observability",
    cpu: 50,
    memory: 64,
    source: assumed("about 50 MB (Fluent Bit's own figure), 50m for a node's logs"),
  },
  { name: "node-exporter", concern: "observability", cpu: 20, memory: 32, source: assumed("one scrape every 30 s") },
];
