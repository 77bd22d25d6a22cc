import { type SandboxNode } from "../nodes";
import { type Progress } from "../progress";

/** The processes of the control plane, in the order in which they start. */
export const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "agent",
] as const;

/** The name of one process of the control plane. */
export type ComponentName = (typeof COMPONENTS)[number];

/** The context in every kubeconfig of the sandbox, so that no command can hit a real cluster by mistake. */
export const CONTEXT_NAME = "altlas-sandbox";

/** What `startControlPlane` is to do. */
export interface StartOptions {
  /** Where its data, certificates and logs live; default the user's one (`controlPlaneFolder()`). */
  folder?: string;
  /** The nodes there shall be; missing ones are added, changed ones updated, others removed. */
  nodes: readonly SandboxNode[];
  /**
   * Whether simulated kubelets tell what pods use, by the pods' annotations (`usage.ts`), and horizontal autoscalers look
   * each second. Default no: kwok then listens on a port and answers whoever can reach it. Nodes share its address.
   */
  usage?: boolean;
  /** Reports what is being waited for; default silence. */
  progress?: Progress;
}

/** A control plane that answers. */
export interface ControlPlane {
  /** The folder with its data. */
  folder: string;
  /** Absolute path of a kubeconfig with one context, for an administrator. */
  kubeconfig: string;
  /** The name of that context. */
  context: typeof CONTEXT_NAME;
  /** The API server's address, always on the loopback interface. */
  server: string;
}

/** One process as `status` sees it. */
export interface ComponentStatus {
  name: ComponentName;
  running: boolean;
  /** Process id when running. */
  pid?: number;
  /** The log file, whether or not the process runs. */
  log: string;
}

/** What `status` found. */
export interface ControlPlaneStatus {
  folder: string;
  /** "running": every process runs and the API server says it is ready. "partial": some do. */
  state: "absent" | "stopped" | "partial" | "running";
  kubeconfig: string;
  server?: string;
  components: readonly ComponentStatus[];
  /** Nodes and how many of them are ready; only when the API server answers. */
  nodes?: { total: number; ready: number };
}
