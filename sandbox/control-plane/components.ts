import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeIfChanged } from "../files";
import { projectRoot } from "../paths";
import { type ToolName } from "../toolchain";
import { AUDIT_POLICY, kwokConfiguration } from "./configuration";
import { type Layout } from "./layout";
import { pkiFile } from "./pki";
import { type Ports } from "./ports";
import { type Launch } from "./processes";
import { type ComponentName, type StartOptions } from "./types";

/** The programs of the control plane; the agent is our own and runs on this Node. */
export const CONTROL_PLANE_TOOLS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "etcd",
] as const satisfies readonly ToolName[];

/** Paths of these programs. */
export type Binaries = Readonly<Record<(typeof CONTROL_PLANE_TOOLS)[number], string>>;

/** Addresses of Services; 65,000 of them, apart from the pods' below. */
const SERVICE_RANGE = "10.96.0.0/16";
/** Addresses that kwok gives to pods; its default of 254 is fewer than the pods of one stack. */
const POD_RANGE = "10.244.0.0/16";
/**
 * What the `kubernetes` Service points at. The API refuses a loopback address there, and nothing
 * runs in the pods that could call it: an address reserved for documentation (RFC 5737).
 */
const ADVERTISED_ADDRESS = "192.0.2.1";
/** Seconds a simulated node's lease lasts: the kubelet's default. */
const LEASE_SECONDS = 40;

/** Seconds between two looks of the horizontal autoscaler; its default of 15 spares API servers that others share. */
const AUTOSCALER_SECONDS = 1;

/** Requests per second of the controllers; their defaults (20 and 50) are for servers that others share. */
const CLIENT_RATE = ["--kube-api-qps=200", "--kube-api-burst=400"];

/** Nothing of the sandbox listens anywhere else. */
export const LOOPBACK = "127.0.0.1";

/** What differs between control planes. */
export type Features = Required<Pick<StartOptions, "usage">>;

/** Writes the configuration files that the components read. */
export function writeConfiguration(layout: Layout, { usage }: Features): void {
  writeIfChanged(path.join(layout.config, "audit-policy.yaml"), AUDIT_POLICY);
  writeIfChanged(path.join(layout.config, "kwok.yaml"), kwokConfiguration(usage));
}

function serving(layout: Layout, name: "apiserver" | "component-server"): string[] {
  return [
    `--tls-cert-file=${pkiFile(layout, `${name}.crt`)}`,
    `--tls-private-key-file=${pkiFile(layout, `${name}.key`)}`,
  ];
}

function etcdArguments(layout: Layout, ports: Ports): string[] {
  const client = `https://${LOOPBACK}:${ports.etcd}`;
  const peer = `https://${LOOPBACK}:${ports.etcdPeer}`;
  const [certificate, key, authority] = [
    pkiFile(layout, "etcd.crt"),
    pkiFile(layout, "etcd.key"),
    pkiFile(layout, "etcd-ca.crt"),
  ];
  return [
    "--name=sandbox",
    `--data-dir=${layout.etcdData}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=sandbox=${peer}`,
    `--cert-file=${certificate}`,
    `--key-file=${key}`,
    "--client-cert-auth=true",
    `--trusted-ca-file=${authority}`,
    `--peer-cert-file=${certificate}`,
    `--peer-key-file=${key}`,
    "--peer-client-cert-auth=true",
    `--peer-trusted-ca-file=${authority}`,
    // Data of a sandbox need not survive a power cut, and each write would wait for the disk. A
    // killed process loses nothing: what it has written stays in the system's cache.
    "--unsafe-no-fsync=true",
    // Old revisions would fill the default quota of 2 GiB in a long session.
    "--auto-compaction-mode=periodic",
    "--auto-compaction-retention=10m",
    "--log-level=warn",
  ];
}

function apiserverArguments(layout: Layout, ports: Ports): string[] {
  return [
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${ports.apiserver}`,
    `--advertise-address=${ADVERTISED_ADDRESS}`,
    ...serving(layout, "apiserver"),
    `--client-ca-file=${pkiFile(layout, "ca.crt")}`,
    `--etcd-servers=https://${LOOPBACK}:${ports.etcd}`,
    `--etcd-cafile=${pkiFile(layout, "etcd-ca.crt")}`,
    `--etcd-certfile=${pkiFile(layout, "apiserver-etcd-client.crt")}`,
    `--etcd-keyfile=${pkiFile(layout, "apiserver-etcd-client.key")}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-signing-key-file=${pkiFile(layout, "service-account.key")}`,
    `--service-account-key-file=${pkiFile(layout, "service-account.pub")}`,
    "--authorization-mode=Node,RBAC",
    "--anonymous-auth=false",
    // Beyond the defaults, which include PodSecurity, ResourceQuota, LimitRanger and Priority.
    "--enable-admission-plugins=NodeRestriction",
    // Node agents (log collectors, mesh) need it; the namespaces' pod security level says where.
    "--allow-privileged=true",
    // Aggregated APIs (metrics, custom metrics) trust this certificate in front of them.
    `--requestheader-client-ca-file=${pkiFile(layout, "front-proxy-ca.crt")}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${pkiFile(layout, "front-proxy-client.crt")}`,
    `--proxy-client-key-file=${pkiFile(layout, "front-proxy-client.key")}`,
    `--audit-policy-file=${path.join(layout.config, "audit-policy.yaml")}`,
    `--audit-log-path=${layout.auditLog}`,
    "--audit-log-mode=batch",
    // Megabytes and files: at most 48 MB.
    "--audit-log-maxsize=16",
    "--audit-log-maxbackup=2",
    "--profiling=false",
  ];
}

function controllerManagerArguments(layout: Layout, ports: Ports, { usage }: Features): string[] {
  const kubeconfig = layout.componentKubeconfig("controller-manager");
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${ports.controllerManager}`,
    ...serving(layout, "component-server"),
    `--service-account-private-key-file=${pkiFile(layout, "service-account.key")}`,
    `--root-ca-file=${pkiFile(layout, "ca.crt")}`,
    `--cluster-signing-cert-file=${pkiFile(layout, "ca.crt")}`,
    `--cluster-signing-key-file=${pkiFile(layout, "ca.key")}`,
    "--use-service-account-credentials=true",
    // There is one of each; an election would add 15 seconds after every kill.
    "--leader-elect=false",
    ...(usage ? [`--horizontal-pod-autoscaler-sync-period=${AUTOSCALER_SECONDS}s`] : []),
    ...CLIENT_RATE,
    "--profiling=false",
  ];
}

function schedulerArguments(layout: Layout, ports: Ports): string[] {
  const kubeconfig = layout.componentKubeconfig("scheduler");
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${ports.scheduler}`,
    ...serving(layout, "component-server"),
    "--leader-elect=false",
    ...CLIENT_RATE,
    "--profiling=false",
  ];
}

function kwokArguments(layout: Layout, ports: Ports, { usage }: Features): string[] {
  return [
    `--config=${path.join(layout.config, "kwok.yaml")}`,
    `--kubeconfig=${layout.componentKubeconfig("kwok")}`,
    "--manage-all-nodes=true",
    `--cidr=${POD_RANGE}`,
    `--node-lease-duration-seconds=${LEASE_SECONDS}`,
    // With the cluster's own certificate, so that who reads the figures can verify it as on a real node.
    ...(usage ? [`--server-address=${LOOPBACK}:${ports.kubelets}`, ...serving(layout, "component-server")] : []),
    "--v=WARN",
  ];
}

/** The command of a component. */
function commandOf(
  name: ComponentName,
  layout: Layout,
  ports: Ports,
  binaries: Binaries,
  features: Features,
): [string, string[]] {
  switch (name) {
    case "etcd":
      return [binaries.etcd, etcdArguments(layout, ports)];
    case "kube-apiserver":
      return [binaries["kube-apiserver"], apiserverArguments(layout, ports)];
    case "kube-controller-manager":
      return [binaries["kube-controller-manager"], controllerManagerArguments(layout, ports, features)];
    case "kube-scheduler":
      return [binaries["kube-scheduler"], schedulerArguments(layout, ports)];
    case "kwok":
      return [binaries.kwok, kwokArguments(layout, ports, features)];
    case "agent": {
      const root = projectRoot();
      const script = [path.join(root, "bin", "ts.cjs"), path.join(root, "sandbox", "agent", "main.ts")];
      return [process.execPath, [...script, `--folder=${layout.folder}`, `--port=${ports.apiserver}`]];
    }
  }
}

/** Files besides the arguments whose change means that a running component must be started again. */
function readFilesOf(name: ComponentName, layout: Layout): string[] {
  const certificates = [pkiFile(layout, "ca.crt"), pkiFile(layout, "etcd-ca.crt")];
  switch (name) {
    case "etcd":
      return certificates;
    case "kube-apiserver":
      return [...certificates, path.join(layout.config, "audit-policy.yaml")];
    case "kube-controller-manager":
      return [...certificates, layout.componentKubeconfig("controller-manager")];
    case "kube-scheduler":
      return [...certificates, layout.componentKubeconfig("scheduler")];
    case "kwok":
      return [...certificates, layout.componentKubeconfig("kwok"), path.join(layout.config, "kwok.yaml")];
    case "agent":
      // Its own source: after a pull the old one would go on for ever.
      return [...certificates, ...sourcesOf(path.join(projectRoot(), "sandbox", "agent"))];
  }
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => path.join(folder, name));
}

/** Everything to start the component; the kubeconfigs, certificates and configuration must exist. */
export function launchOf(
  name: ComponentName,
  layout: Layout,
  ports: Ports,
  binaries: Binaries,
  features: Features,
): Launch {
  const [command, args] = commandOf(name, layout, ports, binaries, features);
  const hash = createHash("sha256").update(JSON.stringify([command, args]));
  readFilesOf(name, layout).forEach((file) => hash.update(readFileSync(file)));
  return {
    command,
    args,
    environment: daemonEnvironment(),
    log: layout.log(name),
    record: layout.record(name),
    fingerprint: hash.digest("hex"),
  };
}

/**
 * A daemon outlives the shell it was started from, so it gets none of its settings but those every
 * program needs. Proxies in particular must not come between two processes on the loopback interface.
 */
function daemonEnvironment(): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"] as const;
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Whether the command line is that of a daemon of this folder. */
export function isDaemonOf(layout: Layout): (words: readonly string[]) => boolean {
  const names = new Set<string>(CONTROL_PLANE_TOOLS);
  const agent = path.join("sandbox", "agent", "main.ts");
  const below = `${layout.folder}${path.sep}`;
  return (words) => {
    const [command = ""] = words;
    return names.has(path.basename(command))
      ? words.some((word) => word.includes(`=${below}`))
      : words.some((word) => word.endsWith(agent)) && words.includes(`--folder=${layout.folder}`);
  };
}
