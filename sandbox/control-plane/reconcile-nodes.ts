import { isDeepStrictEqual } from "node:util";
import { type SandboxNode, type SandboxTaint } from "../nodes";
import { tools } from "../toolchain";
import { SIMULATED_DRIVER } from "../agent/volumes";
import { type ApiClient, ApiError, type ObjectList } from "./client";

/** Marks the nodes that are ours to remove; a node that somebody else made stays. */
const MANAGED = "altlas.io/managed-by";
const MANAGER = "sandbox";
/** The keys of the labels that we set, so that one that goes from the configuration goes from the node. */
const MANAGED_LABELS = "altlas.io/managed-labels";

/** The part of a Node that is read here. */
interface NodeObject {
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: { taints?: (SandboxTaint & { timeAdded?: string })[] };
  status?: {
    allocatable?: Record<string, string>;
    capacity?: Record<string, string>;
    addresses?: { type: string; address: string }[];
    conditions?: { type: string; status: string }[];
  };
}

/** What {@link reconcileNodes} did. */
export interface NodeChanges {
  added: string[];
  updated: string[];
  removed: string[];
}

const NODES = "/api/v1/nodes";

/** Taints that controllers put on a node by its condition; they are theirs. */
function isOwnTaint(taint: SandboxTaint): boolean {
  return !taint.key.startsWith("node.kubernetes.io/");
}

function plainTaint({ key, value, effect }: SandboxTaint): SandboxTaint {
  return value === undefined || value === "" ? { key, effect } : { key, value, effect };
}

/**
 * Makes the simulated nodes equal to the wanted ones: adds, changes labels, taints and size in
 * place, removes those that are gone (their pods are then removed and scheduled again).
 */
export async function reconcileNodes(client: ApiClient, wanted: readonly SandboxNode[]): Promise<NodeChanges> {
  const { items } = await client.call<ObjectList<NodeObject>>("GET", NODES);
  const present = new Map(items.map((node) => [node.metadata.name, node]));
  const changes: NodeChanges = { added: [], updated: [], removed: [] };
  const addresses = freeAddresses(items);
  await Promise.all(
    wanted.map(async (node) => {
      const current = present.get(node.name);
      if (current === undefined) {
        await client.call("POST", NODES, newNode(node, addresses.next().value ?? ""));
        changes.added.push(node.name);
      } else if (await updateNode(client, current, node)) {
        changes.updated.push(node.name);
      }
    }),
  );
  const names = new Set(wanted.map((node) => node.name));
  const gone = items.filter(({ metadata }) => metadata.annotations?.[MANAGED] === MANAGER && !names.has(metadata.name));
  await Promise.all(
    gone.map(async ({ metadata }) => {
      await client.call("DELETE", `${NODES}/${metadata.name}`);
      changes.removed.push(metadata.name);
    }),
  );
  return changes;
}

/** Addresses below 10.64.0.0/16 that no node has; apart from Services (10.96) and pods (10.244). */
function* freeAddresses(nodes: readonly NodeObject[]): Generator<string, undefined> {
  const taken = new Set(nodes.flatMap((node) => node.status?.addresses?.map(({ address }) => address) ?? []));
  for (let index = 1; index < 65_535; index += 1) {
    const address = `10.64.${index >> 8}.${index & 255}`;
    if (!taken.has(address)) {
      yield address;
    }
  }
  return undefined;
}

function annotationsOf(node: SandboxNode): Record<string, string> {
  return { [MANAGED]: MANAGER, [MANAGED_LABELS]: Object.keys(node.labels).sort().join(",") };
}

function newNode(node: SandboxNode, address: string): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node.name, labels: node.labels, annotations: annotationsOf(node) },
    spec: { taints: node.taints.map(plainTaint) },
    status: {
      allocatable: node.allocatable,
      capacity: node.allocatable,
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: node.name },
      ],
      nodeInfo: {
        architecture: node.labels["kubernetes.io/arch"] ?? "amd64",
        operatingSystem: "linux",
        kubeletVersion: `v${tools["kube-apiserver"].version}`,
        kubeProxyVersion: `v${tools["kube-apiserver"].version}`,
        containerRuntimeVersion: `simulated://${tools.kwok.version}`,
        kernelVersion: "simulated",
        osImage: "simulated",
        machineID: node.name,
        systemUUID: node.name,
        bootID: node.name,
      },
    },
  };
}

/** Brings labels, taints and size of a node to what is wanted; returns whether anything differed. */
async function updateNode(client: ApiClient, current: NodeObject, wanted: SandboxNode): Promise<boolean> {
  const path = `${NODES}/${wanted.name}`;
  const labels = current.metadata.labels ?? {};
  const annotations = annotationsOf(wanted);
  const ours = (current.metadata.annotations?.[MANAGED_LABELS] ?? "").split(",");
  const stale = ours.filter((key) => key in labels && !(key in wanted.labels));
  const labelsDiffer = stale.length > 0 || Object.entries(wanted.labels).some(([key, value]) => labels[key] !== value);
  const taints = current.spec?.taints ?? [];
  const own = taints.filter(isOwnTaint).map(plainTaint);
  const taintsDiffer = !isDeepStrictEqual(own, wanted.taints.map(plainTaint));
  const known = Object.entries(annotations).every(([key, value]) => current.metadata.annotations?.[key] === value);
  if (labelsDiffer || taintsDiffer || !known) {
    await client.call(
      "PATCH",
      path,
      {
        metadata: {
          labels: { ...Object.fromEntries(stale.map((key) => [key, null])), ...wanted.labels },
          annotations,
        },
        spec: { taints: [...taints.filter((taint) => !isOwnTaint(taint)), ...wanted.taints.map(plainTaint)] },
      },
      { type: "application/merge-patch+json" },
    );
  }
  const present = current.status?.allocatable ?? {};
  const sizeDiffers = !isDeepStrictEqual(present, wanted.allocatable);
  if (sizeDiffers) {
    const absent = Object.keys(present).filter((name) => !(name in wanted.allocatable));
    const size = { ...Object.fromEntries(absent.map((name) => [name, null])), ...wanted.allocatable };
    const status = { allocatable: size, capacity: size };
    await client.call("PATCH", `${path}/status`, { status }, { type: "application/merge-patch+json" });
  }
  return labelsDiffer || taintsDiffer || sizeDiffers;
}

/**
 * Whether pods can be put on the node: it says that it is ready, and the node controller has taken
 * away the taints by which it keeps pods off until it has seen that.
 */
function isReady({ spec, status }: NodeObject): boolean {
  const says = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
  return says === true && (spec?.taints ?? []).every(isOwnTaint);
}

/** How many nodes there are and how many of them take pods. */
export async function countNodes(client: ApiClient, timeout?: number): Promise<{ total: number; ready: number }> {
  const { items } = await client.call<ObjectList<NodeObject>>("GET", NODES, undefined, { timeout });
  return { total: items.length, ready: items.filter(isReady).length };
}

/** Objects that must be there before the first pod can be admitted. */
const PREREQUISITES = [
  "/api/v1/namespaces/kube-system",
  "/api/v1/namespaces/default/serviceaccounts/default",
  "/api/v1/namespaces/default/services/kubernetes",
];

/** Registers the driver of the simulated volumes, which need no attaching to a node; an existing one is left alone. */
export async function registerStorageDriver(client: ApiClient): Promise<void> {
  try {
    await client.call("POST", "/apis/storage.k8s.io/v1/csidrivers", {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: SIMULATED_DRIVER },
      spec: { attachRequired: false, volumeLifecycleModes: ["Persistent"] },
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) {
      throw error;
    }
  }
}

/** Names of what a pod needs and that the controllers have not made yet. */
export async function missingPrerequisites(client: ApiClient): Promise<string[]> {
  const found = await Promise.all(PREREQUISITES.map(async (path) => await client.find(path)));
  return PREREQUISITES.filter((_, index) => found[index] === undefined);
}
