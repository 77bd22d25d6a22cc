import { describe, expect, it } from "vitest";
import {
  bytesOf,
  type Claim,
  planVolumes,
  type StorageClass,
  type Volume,
  volumeFor,
} from "../../../sandbox/agent/volumes";

const immediate: StorageClass = { metadata: { name: "now", uid: "c1" }, provisioner: "altlas.io/simulated" };
const waiting: StorageClass = {
  metadata: { name: "later", uid: "c2" },
  provisioner: "altlas.io/simulated",
  volumeBindingMode: "WaitForFirstConsumer",
};
const classes = [immediate, waiting];

function claim(changes: { class?: string; annotations?: Record<string, string>; deleted?: boolean } = {}): Claim {
  return {
    metadata: {
      name: "data",
      namespace: "default",
      uid: "u1",
      annotations: { "volume.kubernetes.io/storage-provisioner": "altlas.io/simulated", ...changes.annotations },
      ...(changes.deleted === true ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: changes.class ?? "now",
    },
    status: { phase: "Pending" },
  };
}

function volume(phase: string, changes: Partial<Volume["spec"]> = {}): Volume {
  return {
    metadata: { name: "pvc-u1", uid: "v1", annotations: { "pv.kubernetes.io/provisioned-by": "altlas.io/simulated" } },
    spec: { capacity: { storage: "1Gi" }, persistentVolumeReclaimPolicy: "Delete", ...changes },
    status: { phase },
  };
}

describe("what the simulated storage driver does", () => {
  it("provisions a claim of an immediate class", () => {
    expect(planVolumes([claim()], [], classes)).toEqual([
      { kind: "provision", claim: claim(), storageClass: immediate },
    ]);
  });

  it("waits with a class of first consumers until the scheduler has chosen a node", () => {
    expect(planVolumes([claim({ class: "later" })], [], classes)).toEqual([]);
    const chosen = claim({ class: "later", annotations: { "volume.kubernetes.io/selected-node": "general-2" } });
    expect(planVolumes([chosen], [], classes)).toEqual([
      { kind: "provision", claim: chosen, storageClass: waiting, node: "general-2" },
    ]);
  });

  it.each([
    [
      "of another provisioner",
      claim({ annotations: { "volume.kubernetes.io/storage-provisioner": "ebs.csi.aws.com" } }),
    ],
    ["of no known class", claim({ class: "gone" })],
    ["that is being deleted", claim({ deleted: true })],
  ])("leaves alone a claim %s", (_, given) => {
    expect(planVolumes([given], [], classes)).toEqual([]);
  });

  it("does not provision a second time when the volume is there but not bound yet", () => {
    expect(planVolumes([claim()], [volume("Pending")], classes)).toEqual([]);
  });

  it("deletes a released volume with policy Delete, once, and keeps one with Retain", () => {
    expect(planVolumes([], [volume("Released")], classes)).toEqual([{ kind: "delete", volume: volume("Released") }]);
    expect(planVolumes([], [volume("Released", { persistentVolumeReclaimPolicy: "Retain" })], classes)).toEqual([]);
    expect(planVolumes([], [volume("Bound")], classes)).toEqual([]);
    const going = volume("Released");
    going.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
    expect(planVolumes([], [going], classes)).toEqual([]);
  });

  it("never touches a volume that somebody else made", () => {
    const foreign = { ...volume("Released"), metadata: { name: "pvc-u1", uid: "v1" } };
    expect(planVolumes([], [foreign], classes)).toEqual([]);
  });

  it("grows a bound claim and its volume, and never shrinks", () => {
    const bound = (storage: string): Claim => ({
      ...claim(),
      spec: { ...claim().spec, volumeName: "pvc-u1", resources: { requests: { storage } } },
      status: { phase: "Bound", capacity: { storage: "1Gi" } },
    });
    expect(planVolumes([bound("2Gi")], [volume("Bound")], classes)).toEqual([
      { kind: "resize", claim: bound("2Gi"), volume: volume("Bound"), storage: "2Gi" },
    ]);
    expect(planVolumes([bound("1024Mi")], [volume("Bound")], classes)).toEqual([]);
    expect(planVolumes([bound("1Mi")], [volume("Bound")], classes)).toEqual([]);
  });
});

describe("a simulated volume", () => {
  const zone = {
    required: { nodeSelectorTerms: [{ matchExpressions: [expect.objectContaining({ values: ["b"] })] }] },
  };

  it("stays in the zone of its first consumer, as a cloud disk does", () => {
    expect(volumeFor(claim(), waiting, "b")).toMatchObject({ spec: { nodeAffinity: zone } });
  });

  it("is regional when many nodes may write it", () => {
    const shared = claim();
    shared.spec.accessModes = ["ReadWriteMany"];
    expect(volumeFor(shared, waiting, "b")).not.toHaveProperty("spec.nodeAffinity");
  });

  it("is kept to the zones that its class allows", () => {
    const allowed = { matchLabelExpressions: [{ key: "topology.kubernetes.io/zone", values: ["b"] }] };
    const volumeObject = volumeFor(claim(), { ...immediate, allowedTopologies: [allowed] }, undefined);
    expect(volumeObject).toMatchObject({ spec: { nodeAffinity: zone } });
  });

  it("takes the policy of its class and is bound to its claim alone", () => {
    expect(volumeFor(claim(), { ...immediate, reclaimPolicy: "Retain" }, undefined)).toMatchObject({
      metadata: { name: "pvc-u1" },
      spec: {
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { name: "data", namespace: "default", uid: "u1" },
        capacity: { storage: "1Gi" },
      },
    });
  });
});

describe("bytes of a quantity", () => {
  it.each([
    ["1", 1],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["500M", 5e8],
    ["1e3", 1000],
    ["100m", 0.1],
  ])("%s is %d", (text, bytes) => {
    expect(bytesOf(text)).toBeCloseTo(bytes);
  });

  it.each([undefined, "", "lots", "1Xi"])("%s is none", (text) => {
    expect(bytesOf(text)).toBeNaN();
  });
});
