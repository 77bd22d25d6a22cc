import type * as types from "@pulumi/kubernetes/types";
import { mebibytes } from "../../../model/quantity";
import { type Volume } from "../../../model/service";
import { type Plain } from "../../shared/plain";
import { type MicroserviceArgs } from "../args";
import { logMebibytes, proxyVolumes, temporaryFolder } from "../defaults";
import { objectLabels } from "../../shared/labels";

/** The contract's volumes, with one for temporary files where the contract has none. */
export function allVolumes({ contract }: MicroserviceArgs): readonly Volume[] {
  const { name, mountPath, sizeLimit } = temporaryFolder;
  if (contract.volumes.some((volume) => volume.mountPath === mountPath)) return contract.volumes;
  return [
    ...contract.volumes,
    { kind: "scratch", name, mountPath, sizeLimit, why: "The root file system is read-only." },
  ];
}

/** Volumes of the pod. Several mounts of one claim share one: the kubelet mounts a claim only once for each pod. */
export function podVolumes(name: string, args: MicroserviceArgs): Plain<types.input.core.v1.Volume>[] {
  const volumes = allVolumes(args);
  return volumes
    .filter((volume) => podVolumeName(volume, volumes) === volume.name)
    .map((volume): Plain<types.input.core.v1.Volume> => {
      switch (volume.kind) {
        case "scratch":
          return { name: volume.name, emptyDir: { sizeLimit: volume.sizeLimit } };
        case "ephemeral":
          return {
            name: volume.name,
            ephemeral: {
              volumeClaimTemplate: {
                metadata: { labels: objectLabels(name, args) },
                spec: {
                  accessModes: ["ReadWriteOnce"],
                  storageClassName: args.ephemeralStorageClass,
                  resources: { requests: { storage: volume.size } },
                },
              },
            },
          };
        case "claim":
          return {
            name: volume.name,
            persistentVolumeClaim: { claimName: args.claims?.[volume.claim] ?? volume.claim },
          };
      }
    });
}

/** Mounts of the application container, in the contract's order. */
export function volumeMounts(args: MicroserviceArgs): Plain<types.input.core.v1.VolumeMount>[] {
  const volumes = allVolumes(args);
  return volumes.map((volume) => ({
    name: podVolumeName(volume, volumes),
    mountPath: volume.mountPath,
    ...(volume.kind === "claim" && volume.subPath !== undefined ? { subPath: volume.subPath } : {}),
    ...(volume.kind === "claim" && volume.readOnly === true ? { readOnly: true } : {}),
  }));
}

/** Name of the pod's volume behind a mount: that of the first mount of the same claim. */
function podVolumeName(volume: Volume, volumes: readonly Volume[]): string {
  if (volume.kind !== "claim") return volume.name;
  return volumes.find((other) => other.kind === "claim" && other.claim === volume.claim)?.name ?? volume.name;
}

/** MiB of the node's disk that the container may use; a pod above it is evicted before it fills the node. */
export function ephemeralLimitMebibytes(args: MicroserviceArgs): number {
  return allVolumes(args).reduce(
    (sum, volume) => sum + (volume.kind === "scratch" ? mebibytes(volume.sizeLimit) : 0),
    logMebibytes,
  );
}

/** MiB of the node's disk to reserve: half the limit, the ratio that ALT-K8S-004 allows, since scratch is rarely full. */
export function ephemeralRequestMebibytes(args: MicroserviceArgs): number {
  return Math.ceil(ephemeralLimitMebibytes(args) / 2);
}

/** Volumes on the node's disk that the autoscaler may lose when it removes the node; all scratch is made to be lost. */
export function evictableVolumes(args: MicroserviceArgs): string[] {
  const scratch = allVolumes(args).flatMap(({ kind, name }) => (kind === "scratch" ? [name] : []));
  return [...scratch, ...(args.meshed ? proxyVolumes : [])].sort();
}
