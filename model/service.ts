import { type Bytes, type Cpu } from "./quantity";

/** CPU and memory of one container. */
export interface Amounts {
  readonly cpu: Cpu;
  readonly memory: Bytes;
}

/** What a container asks for and may use at most. */
export interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Bounds of a horizontal autoscaler; equal bounds mean a fixed number without an autoscaler. */
export interface ReplicaBounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** The runtime decides which settings are derived from the container's limits. */
export type Runtime = "node" | "python" | "rust" | "go";

/** What drives a service's horizontal autoscaler. */
export type ScalingSignal =
  | {
      readonly kind: "cpu";
      /** Average use of the application container's CPU request, in percent. */
      readonly utilisationPercent: number;
    }
  | {
      readonly kind: "requestsPerSecond";
      /** Name of the pod metric in the custom-metrics API. */
      readonly metric: string;
      /** Requests per second that one pod should serve. */
      readonly perPod: number;
    }
  | {
      readonly kind: "queueDepth";
      /** The work queue whose backlog counts. */
      readonly queue: string;
      /** Waiting messages that one pod should face. */
      readonly perPod: number;
    };

/** How the kubelet asks a container about itself. */
export type ProbeHandler = { readonly kind: "http"; readonly path: string } | { readonly kind: "tcp" };

/** One probe; all durations in seconds, all counts as Kubernetes understands them. */
export interface Probe {
  readonly handler: ProbeHandler;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  /** Where the numbers come from. */
  readonly why: string;
}

/** The three questions a kubelet asks; liveness and readiness must differ. */
export interface Probes {
  /** Absent where a start is always fast; until it succeeds the other two are not asked. */
  readonly startup?: Probe;
  readonly liveness: Probe;
  readonly readiness: Probe;
}

/** A variable in a service's environment. */
export type EnvironmentVariable = {
  readonly name: string;
  readonly why: string;
  /** Setting of the stack without which the variable is left out. */
  readonly needs?: "mail";
} & (
  | { readonly kind: "value"; readonly value: string }
  /** The address of another endpoint of the platform, written by the program; it needs an edge to it. */
  | { readonly kind: "endpoint"; readonly endpoint: string; readonly scheme: string }
  /** A secret of the platform's secret catalogue, read by reference. */
  | { readonly kind: "secret"; readonly secret: string }
  /** A value of the stack's settings, by its name in `SettingValues`. */
  | { readonly kind: "setting"; readonly setting: SettingName }
);

/** Values that a stack's settings hand to services. */
export type SettingName = "corsOrigins" | "logLevel" | "mailHost" | "mailPort" | "mailFrom" | "frontendUrl";

/** A file system that a service writes to or shares. */
export type Volume = { readonly name: string; readonly mountPath: string; readonly why: string } &
  /** Lost with the pod. */
  (
    | { readonly kind: "scratch"; readonly sizeLimit: Bytes }
    /** A volume of its own for each pod, made and deleted with it; for more than a node's disk should carry. */
    | { readonly kind: "ephemeral"; readonly size: Bytes }
    /** A claim of the platform's claim catalogue, shared by pods. */
    | { readonly kind: "claim"; readonly claim: string; readonly subPath?: string; readonly readOnly?: boolean }
  );

/** A persistent volume claim that several pods share. */
export interface SharedClaim {
  readonly name: string;
  readonly size: Bytes;
  /** Every pod on any node mounts it, so the class must offer ReadWriteMany. */
  readonly accessMode: "ReadWriteMany";
  readonly why: string;
}

/** How a service ends. */
export interface Shutdown {
  /** Seconds the pod keeps serving after its end was announced, until no load balancer sends to it. */
  readonly preStopSeconds: number;
  /** Seconds the service needs after SIGTERM to finish what it has begun. */
  readonly drainSeconds: number;
  readonly why: string;
}

/** Where a service tells its metrics. */
export interface MetricsEndpoint {
  readonly path: string;
  /** The secret that holds the key, where the endpoint asks for one. */
  readonly keySecret?: string;
}

/** What a service really does (`current`), or must do according to the plan (`target`). */
export interface Contract {
  readonly port: number;
  /** Application protocol of the port, as `appProtocol` of a Kubernetes Service port names it. */
  readonly protocol: "http" | "kubernetes.io/h2c" | "grpc";
  readonly probes: Probes;
  /** Absent where the service exports none. */
  readonly metrics?: MetricsEndpoint;
  readonly environment: readonly EnvironmentVariable[];
  readonly volumes: readonly Volume[];
  readonly shutdown: Shutdown;
  /** Seconds an idle connection is kept open, where it is known; a proxy in front must close its own end sooner. */
  readonly keepAliveSeconds?: number;
  /** Working directory, where the image's own would not be writable. */
  readonly workingDirectory?: string;
}

export type ContractName = "current" | "target";

/** Something wrong with a service that this project cannot mend, only tell and work around. */
export interface Defect {
  /** The finding in the project's fact sheet, such as `D09`. */
  readonly id: string;
  readonly severity: "critical" | "high" | "medium" | "low";
  readonly what: string;
  /** How the platform works around it, or `none`. */
  readonly workaround: string;
  /** What the service's owners must change. */
  readonly remedy: string;
}

/** Objective of a service, from the plan's table. */
export interface Objective {
  readonly p95Milliseconds: number;
  readonly requestsPerSecond: number;
  /** Share of requests that may fail, 0 to 1. */
  readonly errorRatio: number;
  readonly why?: string;
}

/** State that a service holds in memory and loses with a pod, or that differs between its pods. */
export interface InMemoryState {
  readonly what: readonly string[];
  readonly consequence: string;
}

/** One service of the catalogue, as the plan sizes it. */
export interface Service {
  readonly name: string;
  readonly description: string;
  readonly runtime: Runtime;
  /** Team that owns the service. */
  readonly owner: string;
  readonly contracts: Readonly<Record<ContractName, Contract>>;
  readonly resources: Resources;
  /** Memory below which the service does not even idle; scaling down a stack never asks for less. */
  readonly memoryFloor: Bytes;
  readonly replicas: ReplicaBounds;
  /** Node pool it runs on. */
  readonly pool: string;
  readonly scaling: readonly ScalingSignal[];
  readonly objective: Objective;
  readonly stateInMemory?: InMemoryState;
  readonly defects: readonly Defect[];
}
