import { type Manifest } from "../../../model/manifest";

/** Key and name by which a pod refers to a value of a ConfigMap or Secret. */
export interface KeyReference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** A variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly configMapKeyRef?: KeyReference;
    readonly secretKeyRef?: KeyReference;
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: {
      readonly resource: string;
      readonly containerName?: string;
      readonly divisor?: string;
    };
  };
}

/** Probe of a container. */
export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: string | number; readonly scheme?: string };
  readonly tcpSocket?: { readonly port: string | number };
  readonly exec?: { readonly command: readonly string[] };
  readonly [key: string]: unknown;
}

/** The parts of a container that a process on this machine can have. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly envFrom?: readonly {
    readonly prefix?: string;
    readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly resources?: Readonly<Record<"requests" | "limits", Readonly<Record<string, string>> | undefined>>;
  readonly securityContext?: UserContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly exec?: { readonly command: readonly string[] } } };
}

/** Who a process runs as. */
export interface UserContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
}

/** Which keys of a ConfigMap or Secret become which files. */
export interface FileSource {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly defaultMode?: number;
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
}

/** A volume of a pod. */
export interface Volume {
  readonly name: string;
  readonly configMap?: FileSource;
  readonly secret?: FileSource;
  readonly emptyDir?: { readonly medium?: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly ephemeral?: object;
  readonly projected?: {
    readonly defaultMode?: number;
    readonly sources: readonly { readonly configMap?: FileSource; readonly secret?: FileSource }[];
  };
}

/** A pod's specification, as far as it is read here. */
export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: UserContext;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
}

/** A Deployment, StatefulSet, DaemonSet or Job; a CronJob by {@link jobOf}. */
export interface Workload extends Manifest {
  readonly spec: {
    /** Claims that a StatefulSet makes for each pod; each is a volume of the same name. */
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
    readonly template: {
      readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: PodSpec;
    };
  };
}

/** The Job that a CronJob makes when it is time. */
export function jobOf(cronJob: Manifest): Workload {
  const { spec, metadata } = cronJob as Manifest & { spec: { jobTemplate: { spec: Workload["spec"] } } };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: spec.jobTemplate.spec };
}

/**
 * Fields that say where and under which rules a pod runs. A process on this machine is not scheduled, pulled or limited,
 * so they change nothing about it; whatever is in no list here is refused.
 */
const withoutEffect = {
  pod: [
    "affinity",
    "dnsPolicy",
    "enableServiceLinks",
    "imagePullSecrets",
    "nodeSelector",
    "priorityClassName",
    "restartPolicy",
    "tolerations",
    "topologySpreadConstraints",
  ],
  container: ["image", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"],
} as const;

/** Fields that the process gets. */
const carried = {
  pod: [
    "serviceAccountName",
    "automountServiceAccountToken",
    "terminationGracePeriodSeconds",
    "securityContext",
    "containers",
    "initContainers",
    "volumes",
  ],
  container: [
    "name",
    "command",
    "args",
    "env",
    "envFrom",
    "ports",
    "resources",
    "securityContext",
    "volumeMounts",
    "startupProbe",
    "livenessProbe",
    "readinessProbe",
    "lifecycle",
  ],
} as const;

/** A sentence for each field that would be dropped without a word. */
export function unknownFields(kind: "pod" | "container", object: object): string[] {
  const known: readonly string[] = [...withoutEffect[kind], ...carried[kind]];
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `the ${kind}'s field ${key} has no stand-in here`);
}
