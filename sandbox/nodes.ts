/** A taint of a node, as Kubernetes writes it. */
export interface SandboxTaint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A simulated node of the local control plane. */
export interface SandboxNode {
  /** Unique name, such as "general-1". */
  name: string;
  labels: Readonly<Record<string, string>>;
  taints: readonly SandboxTaint[];
  /** Kubernetes quantities by resource name (cpu, memory, pods, ephemeral-storage); capacity is the same. */
  allocatable: Readonly<Record<string, string>>;
}
