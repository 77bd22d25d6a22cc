import { type Field } from "../field";
import { type Workload } from "../graph/workload";
import { type Failure } from "../rule";

/**
 * What the Pod Security Standards refuse besides privileges of the node itself. Tables and names as in
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/, Kubernetes 1.36.
 */

/** How much the standards refuse: `restricted` all that `baseline` does, and more. */
export const securityLevels = ["baseline", "restricted"] as const;
export type SecurityLevel = (typeof securityLevels)[number];

/** What may be excepted, one by one. */
export const securityControls = ["appArmor", "probeHost", "procMount", "seLinux", "sysctls", "volumeTypes"] as const;
export type SecurityControl = (typeof securityControls)[number];

/** Kernel parameters that are separate for each pod, so that setting one touches nobody else. */
const safeSysctls: ReadonlySet<string> = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);
/** SELinux types of ordinary containers; the empty one is the runtime's own choice. */
const containerTypes: readonly string[] = [
  "",
  "container_engine_t",
  "container_init_t",
  "container_kvm_t",
  "container_t",
];
/** Volume types that the restricted level leaves. */
const ownVolumes: ReadonlySet<string> = new Set([
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"],
  "secret",
]);
const appArmorTypes: readonly string[] = ["RuntimeDefault", "Localhost"];
/** Read until Kubernetes 1.34 beside the property, and still refused by the standards. */
const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";
const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const hooks = ["postStart", "preStop"] as const;

/** One control of the standards on a thing. */
export interface ControlCheck<T> {
  readonly control: SecurityControl;
  readonly check: (thing: T, level: SecurityLevel) => Iterable<Failure>;
}

/** What is asked of a pod. */
export const podChecks: readonly ControlCheck<Workload>[] = [
  { control: "sysctls", check: ({ podSpec }) => checkSysctls(podSpec.at("securityContext", "sysctls")) },
  { control: "seLinux", check: ({ podSpec }) => checkSeLinux(podSpec.at("securityContext", "seLinuxOptions")) },
  { control: "appArmor", check: ({ podSpec }) => checkAppArmor(podSpec.at("securityContext", "appArmorProfile")) },
  { control: "appArmor", check: ({ template }) => checkAppArmorAnnotations(template.at("metadata", "annotations")) },
  { control: "volumeTypes", check: ({ podSpec }, level) => checkVolumeTypes(podSpec.at("volumes"), level) },
];

/** What is asked of a container. */
export const containerChecks: readonly ControlCheck<{ readonly field: Field; readonly workload: Workload }>[] = [
  { control: "seLinux", check: ({ field }) => checkSeLinux(field.at("securityContext", "seLinuxOptions")) },
  { control: "appArmor", check: ({ field }) => checkAppArmor(field.at("securityContext", "appArmorProfile")) },
  { control: "procMount", check: checkProcMount },
  { control: "probeHost", check: ({ field }) => checkHosts(field) },
];

function* checkSysctls(list: Field): Generator<Failure> {
  for (const entry of list.items()) {
    const name = entry.at("name").text() ?? "";
    if (safeSysctls.has(name)) continue;
    const problem = `sets the kernel parameter ${name}, which other pods of the node share`;
    yield { problem, path: entry.at("name").path, fix: "remove it, or set it on the node" };
  }
}

function* checkSeLinux(options: Field): Generator<Failure> {
  const type = options.at("type");
  const actual = type.text() ?? "";
  if (!containerTypes.includes(actual)) {
    const problem = `has the SELinux type ${actual}, which is no container's`;
    yield { problem, path: type.path, fix: "remove seLinuxOptions.type" };
  }
  for (const key of ["user", "role"]) {
    const field = options.at(key);
    if ((field.text() ?? "") === "") continue;
    const problem = `has the SELinux ${key} ${field.text() ?? ""}`;
    yield { problem, path: field.path, fix: `remove seLinuxOptions.${key}` };
  }
}

function* checkAppArmor(profile: Field): Generator<Failure> {
  const type = profile.at("type");
  const actual = type.text();
  if (actual === undefined || appArmorTypes.includes(actual)) return;
  const problem = `has the AppArmor profile ${actual}, which confines nothing`;
  yield { problem, path: type.path, fix: "remove appArmorProfile; the runtime's own profile holds then" };
}

function* checkAppArmorAnnotations(annotations: Field): Generator<Failure> {
  for (const [key, value] of annotations.entries()) {
    if (!key.startsWith(appArmorAnnotation)) continue;
    const actual = value.text() ?? "";
    if (actual === "" || actual === "runtime/default" || actual.startsWith("localhost/")) continue;
    const container = key.slice(appArmorAnnotation.length);
    const problem = `has the AppArmor profile ${actual} for container ${container}, which confines nothing`;
    yield { problem, path: value.path, fix: "remove the annotation; the runtime's own profile holds then" };
  }
}

/** Claims have their own names and rights; a volume written into the pod takes those of whoever writes pods. */
function* checkVolumeTypes(volumes: Field, level: SecurityLevel): Generator<Failure> {
  if (level !== "restricted") return;
  for (const volume of volumes.items()) {
    for (const [type, field] of volume.entries()) {
      // Paths of the node are a privilege of their own.
      if (type === "name" || type === "hostPath" || ownVolumes.has(type) || !field.exists) continue;
      const problem = `mounts a volume of type ${type}, ${volume.at("name").text() ?? ""}, past all claims`;
      yield { problem, path: field.path, fix: "make a PersistentVolume of it and mount a claim" };
    }
  }
}

function* checkProcMount(
  { field, workload }: { readonly field: Field; readonly workload: Workload },
  level: SecurityLevel,
): Generator<Failure> {
  const mount = field.at("securityContext", "procMount");
  const actual = mount.text() ?? "Default";
  if (actual === "Default") return;
  // In a user namespace of its own the kernel's files are those of nobody; the restricted level makes no difference.
  if (level === "baseline" && workload.podSpec.at("hostUsers").flag() === false) return;
  const problem = `mounts /proc as ${actual}, with the parts of it that containers may not see`;
  yield { problem, path: mount.path, fix: "remove securityContext.procMount" };
}

function* checkHosts(container: Field): Generator<Failure> {
  const asked = [
    ...probes.map((probe) => container.at(probe)),
    ...hooks.map((hook) => container.at("lifecycle", hook)),
  ];
  for (const handler of asked.flatMap((field) => [field.at("httpGet"), field.at("tcpSocket")])) {
    const host = handler.at("host");
    const actual = host.text() ?? "";
    if (actual === "") continue;
    const problem = `has the kubelet ask ${actual} in place of the pod`;
    yield { problem, path: host.path, fix: "remove host; a name for the request goes into the header Host" };
  }
}
