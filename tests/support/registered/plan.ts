import { existsSync } from "node:fs";
import path from "node:path";
import { type Manifest } from "../../../model/manifest";
import { dataAmong } from "./data";
import { expand, resolveEnvironment } from "./environment";
import { substitution } from "./substitute";
import { layOutVolumes, type VolumeFile } from "./volumes";
import { type Container, type Probe, unknownFields, type Workload } from "./workload";

/** What a program in a pod finds by itself, and is told here. */
export interface Told {
  /** Where a mount path of the container is here. */
  readonly path: (mountPath: string) => string;
  /** A kubeconfig of the pod's service account: what a pod has at fixed places (`/var/run/secrets`, `KUBERNETES_*`). */
  readonly kubeconfig: string;
}

/** A registered container, and what stands in for what a machine without containers lacks. */
export interface Registered {
  readonly workload: Workload;
  readonly container: string;
  /** What was registered with it: its ConfigMaps, Secrets and ServiceAccount are looked up here. */
  readonly objects: readonly Manifest[];
  /** Everything that the process finds and writes is below; one for a pod, so that containers share their volumes. */
  readonly folder: string;
  /** The image: its entry point, and by name the programs that a registered `command` may start with. */
  readonly image: {
    readonly entrypoint?: readonly string[];
    readonly programs?: Readonly<Record<string, string>>;
    /** Folders with further programs of the image, which other users can enter; found before the machine's own. */
    readonly path?: readonly string[];
    /** What the image calls the registered user, for programs that ask; only root can give a user a name. */
    readonly account?: string;
    /** Signal by which the image wants to be stopped (`STOPSIGNAL`); default SIGTERM. */
    readonly stopSignal?: NodeJS.Signals;
  };
  /** Which pod of a StatefulSet it is; default 0. */
  readonly ordinal?: number;
  /**
   * Whom the container calls, as its command, environment or files write it (`db:5432`, `host=db port=5432`), and what is
   * to stand there here.
   */
  readonly addresses?: Readonly<Record<string, string>>;
  /** For each declared port, by name or number, the one to listen on here. */
  readonly ports: Readonly<Record<string, number>>;
  /** The API server, when the pod has a service account's token. */
  readonly serviceAccount?: { readonly server: string; readonly authority: string; readonly token: string };
  /** Arguments for what the program finds by itself in a pod: the address to listen on, the API server, a data folder. */
  readonly tell?: (told: Told) => readonly string[];
  /** Init containers that need not run before, by name; all others do, of the same image. */
  readonly leaveOut?: readonly string[];
  /** Folders of claims that outlive the pod or that others mount as well, by the claim's name; default empty ones. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** What is written and started. */
export interface Plan {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly writable: readonly string[];
  readonly files: readonly VolumeFile[];
  /** User and group by number; absent where the object names none. */
  readonly user?: { readonly uid: number; readonly gid: number; readonly fsGid: number };
  readonly graceSeconds: number;
  readonly probes: Readonly<Record<"startupProbe" | "livenessProbe" | "readinessProbe", Probe | undefined>>;
  /** Command that runs before the process is asked to end. */
  readonly preStop?: readonly string[];
  /** Init containers that run before, in their order. */
  readonly before: readonly string[];
  /** The local port of a container's port, by name or number. */
  readonly portOf: (port: string | number) => number | undefined;
}

/**
 * How the container runs here: its command, arguments, environment, files and user as they are registered. Only image,
 * mount root and listening address differ.
 *
 * @returns every reason why it cannot, when there is one: what has no stand-in, a reference to nothing, a substitution
 * that met nothing or more than one place.
 */
export function planRegistered(registered: Registered): Plan | { readonly problems: readonly string[] } {
  const { workload, objects, folder } = registered;
  const { spec } = workload.spec.template;
  const container = spec.containers.concat(spec.initContainers ?? []).find(({ name }) => name === registered.container);
  if (container === undefined) return { problems: [`there is no container ${registered.container}`] };
  const problems = [...unknownFields("pod", spec), ...unknownFields("container", container)];
  problems.push(...unheeded(registered));
  const dataOf = dataAmong(objects, workload.metadata.namespace);
  const places = { folder, claims: registered.claims ?? {}, ordinal: registered.ordinal ?? 0, dataOf };
  const mounts = layOutVolumes(workload, container, places, problems);
  const declared = localPorts(container.ports ?? [], registered.ports, problems);
  const variables = resolveEnvironment(workload, container, dataOf, problems, registered.ordinal);

  const addresses = new Map(Object.entries(registered.addresses ?? {}));
  const here = substitution(mounts.paths, declared.local, addresses);
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, here(value)]));
  const line = (texts: readonly string[] = []) => texts.map((text) => here(expand(text, variables)));
  const command = [...program(container, registered.image, line, problems), ...line(container.args)];
  const files = mounts.files.map((file) => ({ ...file, content: inText(file.content, here) }));

  const { lifecycle } = container;
  const hooks = Object.keys(lifecycle ?? {}).concat(Object.keys(lifecycle?.preStop ?? {}));
  for (const hook of hooks.filter((each) => !["preStop", "exec"].includes(each))) {
    problems.push(`the hook ${hook} has no stand-in here`);
  }
  const told = tell(registered, mounts.paths);
  for (const [text, count] of here.met) {
    const wasTold =
      told.paths.has(text) || told.args.some((arg) => arg.includes(String(declared.local.get(Number(text)))));
    const where = "command, environment or files";
    if (count === 0 && !wasTold)
      problems.push(`nothing in ${where} names ${text}; say by tell how the program knows it`);
    if (declared.local.has(Number(text)) && count > 1) problems.push(`${text} is in ${count} places of ${where}`);
  }
  if (registered.serviceAccount && !told.kubeconfig) problems.push("the service account was given and not told");
  if (problems.length > 0) return { problems };

  const { runAsUser, runAsGroup, fsGroup } = { ...spec.securityContext, ...container.securityContext };
  return {
    command: [...command, ...told.args],
    environment,
    writable: mounts.writable,
    files,
    ...(runAsUser === undefined
      ? {}
      : { user: { uid: runAsUser, gid: runAsGroup ?? 0, fsGid: fsGroup ?? runAsGroup ?? 0 } }),
    graceSeconds: spec.terminationGracePeriodSeconds ?? 30,
    probes: {
      startupProbe: probeHere(container.startupProbe, line),
      livenessProbe: probeHere(container.livenessProbe, line),
      readinessProbe: probeHere(container.readinessProbe, line),
    },
    ...(lifecycle?.preStop?.exec ? { preStop: line(lifecycle.preStop.exec.command) } : {}),
    before: initsBefore(registered).map(({ name }) => name),
    portOf: (port) => declared.byName.get(String(port)),
  };
}

function probeHere(probe: Probe | undefined, line: (texts?: readonly string[]) => string[]): Probe | undefined {
  return probe?.exec ? { ...probe, exec: { command: line(probe.exec.command) } } : probe;
}

/** Where the service account's kubeconfig lies. */
export function kubeconfigPath(folder: string): string {
  return path.join(folder, "serviceaccount", "kubeconfig");
}

/** Init containers that must run before this container. */
function initsBefore({ workload, container, leaveOut = [] }: Registered): readonly Container[] {
  const inits = workload.spec.template.spec.initContainers ?? [];
  return inits.some(({ name }) => name === container) ? [] : inits.filter(({ name }) => !leaveOut.includes(name));
}

function unheeded(registered: Registered): string[] {
  const { workload, container, objects, leaveOut = [], serviceAccount } = registered;
  const { spec } = workload.spec.template;
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const image = spec.containers.find(({ name }) => name === container)?.image;
  const foreign = initsBefore(registered).filter((init) => init.image !== image);
  const account = objects.find(
    ({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === spec.serviceAccountName,
  );
  const mounted = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  return [
    ...foreign.map(
      ({ name }) => `init container ${name} has another image; run it in the same folder, and leave it out`,
    ),
    ...leaveOut.filter((name) => !inits.includes(name)).map((name) => `there is no init container ${name}`),
    ...(serviceAccount && account === undefined
      ? [`service account ${spec.serviceAccountName ?? "default"} is not among the objects`]
      : []),
    ...(serviceAccount && mounted !== true ? ["the pod does not get its service account's token"] : []),
  ];
}

/** The port to listen on here for each declared port, by number and by whatever a Service or probe calls it. */
export function localPorts(
  declared: NonNullable<Container["ports"]>,
  given: Readonly<Record<string, number>>,
  problems: string[],
) {
  const local = new Map<number, number>();
  const byName = new Map<string, number>();
  const used = new Set<string>();
  for (const { name, containerPort } of declared) {
    const key = name !== undefined && name in given ? name : String(containerPort);
    const port = given[key];
    if (port === undefined) {
      problems.push(`port ${name ?? containerPort} is declared, and no port to listen on here was given`);
      continue;
    }
    used.add(key);
    local.set(containerPort, port);
    byName.set(String(containerPort), port);
    if (name !== undefined) byName.set(name, port);
  }
  for (const key of Object.keys(given).filter((each) => !used.has(each))) {
    problems.push(`the container declares no port ${key}`);
  }
  return { local, byName };
}

function program(
  { command }: Container,
  { entrypoint, programs = {}, path: folders = [] }: Registered["image"],
  line: (texts?: readonly string[]) => string[],
  problems: string[],
): string[] {
  if (command === undefined) {
    if (entrypoint === undefined) problems.push("the object has no command, and no entry point was given");
    return [...(entrypoint ?? [])];
  }
  if (entrypoint !== undefined) problems.push("an entry point was given, and the object has a command of its own");
  const [name = "", ...rest] = line(command);
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  const file = Object.hasOwn(programs, name) ? programs[name] : found;
  if (file === undefined) problems.push(`no program was given for ${name}`);
  return [file ?? name, ...rest];
}

function tell({ tell: ask, folder, serviceAccount }: Registered, mounts: ReadonlyMap<string, string>) {
  const paths = new Set<string>();
  let kubeconfig = false;
  const args =
    ask?.({
      path: (mountPath) => {
        paths.add(mountPath);
        const place = mounts.get(mountPath);
        if (place === undefined) throw new Error(`The container mounts nothing at ${mountPath}.`);
        return place;
      },
      get kubeconfig() {
        if (serviceAccount === undefined) throw new Error("No service account was given.");
        kubeconfig = true;
        return kubeconfigPath(folder);
      },
    }) ?? [];
  return { args, paths, kubeconfig };
}

/** Substitutes in text files; a zero byte makes a file binary. */
function inText(content: Buffer, here: (text: string) => string): Buffer {
  return content.includes(0) ? content : Buffer.from(here(content.toString("utf8")), "utf8");
}
