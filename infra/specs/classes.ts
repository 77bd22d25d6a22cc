import { priorities } from "../../model/priorities";

/** Drivers that make volumes; which they are depends on the cluster. */
export interface StorageDrivers {
  /** Makes ReadWriteOnce volumes, bound to a zone. */
  readonly block: string;
  /** Makes ReadWriteMany volumes. */
  readonly shared: string;
  /** What the driver of each is told; absent: nothing. */
  readonly parameters?: Readonly<Partial<Record<"block" | "shared", Readonly<Record<string, string>>>>>;
}

/** The sandbox's simulated driver, which binds a claim to a volume that no one ever writes to. */
export const sandboxDrivers: StorageDrivers = { block: "altlas.io/simulated", shared: "altlas.io/simulated" };

/**
 * EKS' drivers. The ids of key and file system, which only the AWS layer knows, are added where the classes are registered.
 */
export const eksDrivers: StorageDrivers = {
  block: "ebs.csi.aws.com",
  shared: "efs.csi.aws.com",
  parameters: {
    block: { type: "gp3", encrypted: "true", "csi.storage.k8s.io/fstype": "ext4" },
    // Each volume is a folder with an access point, which no other volume's pods can leave their own for.
    shared: { provisioningMode: "efs-ap", directoryPerms: "0770" },
  },
};

/** Every storage class; workloads name these and never a cluster's own. */
export const storageClasses = {
  block: {
    name: "altlas-block",
    driver: "block",
    reclaimPolicy: "Delete",
    // A volume bound before its pod is placed can be in a zone where the pod has no room.
    volumeBindingMode: "WaitForFirstConsumer",
    purpose: "Working space that may be lost with its claim.",
  },
  retained: {
    name: "altlas-block-retained",
    driver: "block",
    reclaimPolicy: "Retain",
    volumeBindingMode: "WaitForFirstConsumer",
    purpose: "Data of record: the volume outlives a claim deleted by mistake.",
  },
  shared: {
    name: "altlas-shared",
    driver: "shared",
    reclaimPolicy: "Retain",
    // A network file system is reached from every zone, so there is nothing to wait for.
    volumeBindingMode: "Immediate",
    purpose: "Files that several pods read and write; kept when a claim is deleted.",
  },
} as const satisfies Record<
  string,
  {
    name: string;
    driver: "block" | "shared";
    reclaimPolicy: "Delete" | "Retain";
    volumeBindingMode: "Immediate" | "WaitForFirstConsumer";
    purpose: string;
  }
>;

/** The storage classes. */
export function storageClassSpecs(drivers: StorageDrivers, labels: Readonly<Record<string, string>>) {
  return Object.values(storageClasses).map(({ name, driver, reclaimPolicy, volumeBindingMode, purpose }) => ({
    metadata: { name, labels, annotations: { "altlas.io/purpose": purpose } },
    provisioner: drivers[driver],
    ...(drivers.parameters?.[driver] ? { parameters: drivers.parameters[driver] } : {}),
    reclaimPolicy,
    volumeBindingMode,
    allowVolumeExpansion: true,
  }));
}

/** The priority classes. */
export function priorityClassSpecs(labels: Readonly<Record<string, string>>) {
  return Object.values(priorities).map(({ name, value, description }) => ({
    metadata: { name, labels },
    value,
    description,
    globalDefault: false,
    preemptionPolicy: "PreemptLowerPriority",
  }));
}
