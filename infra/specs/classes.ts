import { type Manifest } from "../../model/manifest";
import { priorities } from "../../model/priorities";

/** Drivers that make volumes; which they are depends on the cluster. */
export interface StorageDrivers {
  /** Makes ReadWriteOnce volumes, bound to a zone. */
  readonly block: string;
  /** Makes ReadWriteMany volumes. */
  readonly shared: string;
  /** What the driver of each is told; absent: nothing. */
  readonly parameters?: Readonly<Partial<Record<"block" | "shared", Readonly<Record<string, string>>>>>;
  /** How the shared file system is mounted, beyond what its driver does by itself. */
  readonly sharedMountOptions?: readonly string[];
  /** Whether the cluster is the program's own: it then has the default classes, and takes snapshots of block volumes. */
  readonly ownCluster?: true;
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
  // The file system lets in only whom IAM knows: the driver's node pods, by their role.
  sharedMountOptions: ["tls", "iam"],
  ownCluster: true,
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

/** Last part of the annotations by which Kubernetes knows the default of a kind of class. */
const isDefault = "kubernetes.io/is-default-class";

/** A class of snapshots (`snapshot.storage.k8s.io/v1`), as its definition has it. */
export interface VolumeSnapshotClass {
  readonly metadata: Manifest["metadata"];
  readonly driver: string;
  readonly deletionPolicy: "Delete" | "Retain";
}

/** Type of {@link VolumeSnapshotClass}; the snapshot controller brings its definition. */
export const volumeSnapshotClass = { apiVersion: "snapshot.storage.k8s.io/v1", kind: "VolumeSnapshotClass" } as const;

/** The classes of snapshots: one where the cluster is the program's own, none elsewhere. */
export function snapshotClassSpecs(
  drivers: StorageDrivers,
  labels: Readonly<Record<string, string>>,
): VolumeSnapshotClass[] {
  if (!drivers.ownCluster) return [];
  return [
    {
      metadata: {
        name: storageClasses.retained.name,
        labels,
        annotations: {
          "altlas.io/purpose": "Snapshots under the key of their volume; they outlive an object deleted by mistake.",
          [`snapshot.storage.${isDefault}`]: "true",
        },
      },
      driver: drivers.block,
      deletionPolicy: "Retain",
    },
  ];
}

/** The storage classes. */
export function storageClassSpecs(drivers: StorageDrivers, labels: Readonly<Record<string, string>>) {
  return Object.values(storageClasses).map(({ name, driver, reclaimPolicy, volumeBindingMode, purpose }) => ({
    metadata: {
      name,
      labels,
      annotations: {
        "altlas.io/purpose": purpose,
        // EKS makes none any more; a claim of somebody else's chart without a class would wait for ever.
        ...(drivers.ownCluster && name === storageClasses.block.name ? { [`storageclass.${isDefault}`]: "true" } : {}),
      },
    },
    provisioner: drivers[driver],
    ...(drivers.parameters?.[driver] ? { parameters: drivers.parameters[driver] } : {}),
    ...(driver === "shared" && drivers.sharedMountOptions ? { mountOptions: [...drivers.sharedMountOptions] } : {}),
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
