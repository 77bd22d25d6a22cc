import { type Field, UnknownValue } from "../field";
import { type Graph } from "./graph";
import { type Workload } from "./workload";

/** Storage of a workload's pods that may be mountable on one node at a time only. */
export interface PersistentVolume {
  /** Where the workload asks for it. */
  readonly field: Field;
  /**
   * What it is, when only one node at a time can write it: `claim data (ReadWriteOnce)`.
   *
   * @throws UnknownValue when that cannot be told.
   */
  readonly exclusive: () => string | undefined;
}

/** Disks of clouds and storage networks that pods name without a claim; nodes attach them one at a time. */
const disks = [
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "fc",
  "gcePersistentDisk",
  "iscsi",
  "photonPersistentDisk",
  "portworxVolume",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
] as const;

/**
 * Storage of a workload that outlives its pods: claims, a StatefulSet's templates of claims, disks. Volumes that come and
 * go with a pod (emptyDir, generic ephemeral volumes) are none.
 *
 * @throws UnknownValue when the list of volumes is not known.
 */
export function persistentVolumes(workload: Workload, graph: Graph): PersistentVolume[] {
  const templates = workload.kind === "StatefulSet" ? workload.object.spec.at("volumeClaimTemplates").items() : [];
  return [
    ...templates.map((template) => ({
      field: template,
      exclusive: () => {
        const modes = exclusiveModes(template.at("spec"));
        return modes && `a volume ${template.at("metadata", "name").text() ?? ""} for each pod (${modes})`;
      },
    })),
    ...workload.podSpec
      .at("volumes")
      .items()
      .map((volume) => ({ field: volume, exclusive: () => exclusiveVolume(volume, workload, graph) })),
  ];
}

/** The storage of a workload that certainly only one node at a time can write; what is not known is left out. */
export function certainlyExclusive(workload: Workload, graph: Graph): string | undefined {
  for (const { exclusive } of persistentVolumes(workload, graph)) {
    try {
      const what = exclusive();
      if (what !== undefined) return what;
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
    }
  }
  return undefined;
}

function exclusiveVolume(volume: Field, workload: Workload, graph: Graph): string | undefined {
  const reference = volume.at("persistentVolumeClaim");
  if (reference.exists) {
    const name = reference.at("claimName").text() ?? "";
    const claim = graph.claim(workload.object.namespace, name);
    if (claim === undefined) return undefined;
    const modes = exclusiveModes(claim.spec, reference.at("readOnly").flag() === true);
    return modes && `claim ${name} (${modes})`;
  }
  const disk = disks.find((kind) => volume.at(kind).exists);
  if (disk === undefined || volume.at(disk, "readOnly").flag() === true) return undefined;
  return `${disk} ${volume.at("name").text() ?? ""}`;
}

/** The access modes of a claim, when none of them lets several nodes use it. */
function exclusiveModes(claim: Field, readOnly = false): string | undefined {
  const modes = claim
    .at("accessModes")
    .items()
    .map((mode) => mode.text() ?? "");
  const shared = modes.includes("ReadWriteMany") || (readOnly && modes.includes("ReadOnlyMany"));
  return shared ? undefined : modes.join(", ") || "no access mode";
}
