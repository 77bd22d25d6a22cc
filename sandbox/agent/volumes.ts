/** What a StorageClass names to get simulated volumes. */
export const SIMULATED_PROVISIONER = "altlas.io/simulated";
/** The driver's name in the volumes; unlike a provisioner's it may hold no slash. */
export const SIMULATED_DRIVER = "simulated.altlas.io";

/** Metadata that is read here. */
interface Metadata {
  name: string;
  uid: string;
  namespace?: string;
  annotations?: Record<string, string>;
  deletionTimestamp?: string;
}

/** A PersistentVolumeClaim, as far as it is read here. */
export interface Claim {
  metadata: Metadata & { namespace: string };
  spec: {
    accessModes?: string[];
    resources?: { requests?: { storage?: string } };
    storageClassName?: string;
    volumeMode?: string;
    volumeName?: string;
  };
  status?: { phase?: string; capacity?: { storage?: string } };
}

/** A PersistentVolume, as far as it is read here. */
export interface Volume {
  metadata: Metadata;
  spec: {
    capacity?: { storage?: string };
    persistentVolumeReclaimPolicy?: string;
    claimRef?: { uid?: string };
  };
  status?: { phase?: string };
}

/** A StorageClass, as far as it is read here. */
export interface StorageClass {
  metadata: Metadata;
  provisioner: string;
  reclaimPolicy?: string;
  volumeBindingMode?: string;
  mountOptions?: string[];
  allowedTopologies?: { matchLabelExpressions?: { key: string; values: string[] }[] }[];
}

/** One thing to do so that the volumes are what the claims ask for. */
export type VolumeAction =
  | { kind: "provision"; claim: Claim; storageClass: StorageClass; node?: string }
  | { kind: "delete"; volume: Volume }
  | { kind: "resize"; claim: Claim; volume: Volume; storage: string };

const PROVISIONER = ["volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner"];
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes of a Kubernetes quantity; NaN when it is none. */
export function bytesOf(quantity: string | undefined): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(quantity ?? "");
  return match === null ? Number.NaN : Number(match[1]) * (FACTORS[match[2] ?? ""] ?? Number.NaN);
}

/** What a storage driver of the simulated kind has to do now. Doing it makes the next plan empty. */
export function planVolumes(
  claims: readonly Claim[],
  volumes: readonly Volume[],
  classes: readonly StorageClass[],
): VolumeAction[] {
  const classesByName = new Map(classes.map((storageClass) => [storageClass.metadata.name, storageClass]));
  const ours = volumes.filter(({ metadata }) => metadata.annotations?.[PROVISIONED_BY] === SIMULATED_PROVISIONER);
  const volumesByName = new Map(ours.map((volume) => [volume.metadata.name, volume]));
  const forClaims = claims.flatMap((claim): VolumeAction[] => {
    const volume = volumesByName.get(claim.spec.volumeName ?? "");
    if (volume !== undefined) {
      return resize(claim, volume);
    }
    return volumesByName.has(volumeName(claim)) ? [] : provision(claim, classesByName);
  });
  const released = ours.filter(
    ({ metadata, spec, status }) =>
      status?.phase === "Released" &&
      spec.persistentVolumeReclaimPolicy === "Delete" &&
      metadata.deletionTimestamp === undefined,
  );
  return [...forClaims, ...released.map((volume): VolumeAction => ({ kind: "delete", volume }))];
}

function provision(claim: Claim, classes: ReadonlyMap<string, StorageClass>): VolumeAction[] {
  const { annotations = {}, deletionTimestamp } = claim.metadata;
  const storageClass = classes.get(claim.spec.storageClassName ?? "");
  // The annotation is the controller manager's word that the claim is to be provisioned, and by whom.
  const asked = PROVISIONER.some((name) => annotations[name] === SIMULATED_PROVISIONER);
  if (!asked || storageClass?.provisioner !== SIMULATED_PROVISIONER || deletionTimestamp !== undefined) {
    return [];
  }
  if ((claim.spec.volumeName ?? "") !== "") {
    return [];
  }
  const node = annotations[SELECTED_NODE];
  if (storageClass.volumeBindingMode === "WaitForFirstConsumer" && node === undefined) {
    return [];
  }
  return [{ kind: "provision", claim, storageClass, ...(node === undefined ? {} : { node }) }];
}

function resize(claim: Claim, volume: Volume): VolumeAction[] {
  const storage = claim.spec.resources?.requests?.storage;
  const wanted = bytesOf(storage);
  const present = Math.min(bytesOf(volume.spec.capacity?.storage), bytesOf(claim.status?.capacity?.storage));
  // An unbound claim has no capacity yet, which is NaN here: nothing to compare.
  return storage !== undefined && claim.status?.phase === "Bound" && wanted > present
    ? [{ kind: "resize", claim, volume, storage }]
    : [];
}

/** The name that external provisioners give. */
export function volumeName(claim: Claim): string {
  return `pvc-${claim.metadata.uid}`;
}

interface TopologyTerm {
  matchExpressions: { key: string; operator: "In"; values: string[] }[];
}

/**
 * Where pods that use the volume may run. A volume that was made for the node of its first consumer
 * stays in that node's zone, as a cloud disk does; one that many nodes may write is regional.
 */
function topologyOf(claim: Claim, storageClass: StorageClass, zone: string | undefined): TopologyTerm[] {
  const regional = claim.spec.accessModes?.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany") === true;
  if (zone !== undefined && !regional) {
    return [{ matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: [zone] }] }];
  }
  return (storageClass.allowedTopologies ?? []).map(({ matchLabelExpressions = [] }) => ({
    matchExpressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: "In", values })),
  }));
}

/** The PersistentVolume for a claim. */
export function volumeFor(claim: Claim, storageClass: StorageClass, zone: string | undefined): object {
  const topology = topologyOf(claim, storageClass, zone);
  const name = volumeName(claim);
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { [PROVISIONED_BY]: SIMULATED_PROVISIONER } },
    spec: {
      accessModes: claim.spec.accessModes,
      capacity: { storage: claim.spec.resources?.requests?.storage },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: claim.metadata.name,
        namespace: claim.metadata.namespace,
        uid: claim.metadata.uid,
      },
      csi: { driver: SIMULATED_DRIVER, volumeHandle: name },
      ...(storageClass.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
      ...(topology.length === 0 ? {} : { nodeAffinity: { required: { nodeSelectorTerms: topology } } }),
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec.volumeMode ?? "Filesystem",
    },
  };
}
