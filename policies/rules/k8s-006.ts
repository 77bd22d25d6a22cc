import { formatMebibytes } from "../../model/quantity";
import { anyKnown, type Field } from "../field";
import { parseQuantity } from "../graph/quantity";
import { containers, workloads } from "../graph/subjects";
import { childOf, type Draft, draftContainers, isDraft, mendPods, setDefault } from "../remediation";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const storage = "ephemeral-storage";
const mebibyte = 2n ** 20n * 1_000_000_000n;

/** What mending allows a volume that says nothing: the figure of Kyverno's add-emptydir-sizelimit. */
const volumeMebibytes = 100n;
/** What mending allows a container for its logs: the kubelet keeps five files of 10 MiB and rotates with a delay. */
const logMebibytes = 64n;

const withVolume = (resources: Readonly<Record<string, unknown>>, emptyDir: Readonly<Record<string, unknown>>) =>
  deployment(
    { resources, volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] },
    { volumes: [{ name: "tmp", emptyDir }] },
  );

export const rule = defineRule({
  id: "ALT-K8S-006",
  slug: "kubernetes-container-bounds-ephemeral-storage",
  title: "Every container requests and limits ephemeral storage, and every emptyDir has a size limit",
  severity: "low",
  gate: "advisory",
  scope: "resource",
  why:
    "Logs, the writable layer and emptyDir volumes share the node's disk. A container without a limit that fills it puts " +
    "the node under disk pressure, and the kubelet evicts pods of other services; with one, only its own pod goes.",
  fix: "Set resources.requests and resources.limits for ephemeral-storage, and emptyDir.sizeLimit on each such volume.",
  planSteps: ["2.2.5"],
  peers: [
    "kube-score container-ephemeral-storage-request-and-limit",
    "gatekeeper-library ephemeralstoragelimit",
    "kyverno add-emptydir-sizelimit",
  ],
  examples: {
    pass: {
      title: "the limit covers the volume and the logs",
      manifests: [
        withVolume({ requests: { [storage]: "80Mi" }, limits: { [storage]: "160Mi" } }, { sizeLimit: "96Mi" }),
      ],
    },
    fail: {
      title: "a volume without a size limit",
      manifests: [withVolume({ requests: { [storage]: "80Mi" }, limits: { [storage]: "160Mi" } }, {})],
    },
  },
  parts: [
    part(
      // Ephemeral containers may not have resources (API validation).
      ({ graph }) => containers(graph, ["app", "init", "sidecar"]),
      ({ field }) =>
        each(["requests", "limits"] as const, (list) =>
          checkAmount(
            field.at("resources", list, storage),
            list === "requests" ? `${storage} request` : `${storage} limit`,
            `set resources.${list}.${storage} to what its logs and volumes may take, for example 128Mi`,
          ),
        ),
    ),
    part(
      ({ graph }) => workloads(graph),
      function* ({ podSpec }) {
        const volumes = podSpec.at("volumes").items();
        if (!anyKnown(volumes, (volume) => volume.at("emptyDir").exists)) {
          return new NotApplicable("It has no emptyDir volume.");
        }
        return yield* each(volumes, function* (volume) {
          const emptyDir = volume.at("emptyDir");
          if (!emptyDir.exists) return;
          const name = `size limit on its emptyDir volume ${volume.at("name").text() ?? ""}`;
          yield* checkAmount(emptyDir.at("sizeLimit"), name, "set emptyDir.sizeLimit to the most it may hold");
        });
      },
    ),
  ],
  remediate: (inputs) => mendPods(inputs, ({ spec }) => mendStorage(spec)),
});

function* checkAmount(amount: Field, name: string, fix: string): Generator<Failure> {
  const value = amount.numberOrText();
  const parsed = value === undefined ? undefined : parseQuantity(value);
  if (value === undefined) {
    yield { problem: `has no ${name}`, path: amount.path, fix };
  } else if (parsed === undefined) {
    yield { problem: `has ${JSON.stringify(value)} as ${name}, which is no quantity`, path: amount.path, fix };
  } else if (parsed <= 0n) {
    yield { problem: `has ${value} as ${name}, which means none`, path: amount.path, fix };
  }
}

/** Volumes first: a container's limit must cover those that it mounts, or its pod is evicted before they are full. */
function mendStorage(spec: Draft): void {
  const sizes = new Map<unknown, bigint | undefined>();
  for (const volume of Array.isArray(spec.volumes) ? spec.volumes.filter(isDraft) : []) {
    const emptyDir = childOf(volume, "emptyDir");
    setDefault(emptyDir, "sizeLimit", formatMebibytes(Number(volumeMebibytes)));
    // A volume in memory takes none of the disk.
    if (emptyDir && emptyDir.medium !== "Memory") sizes.set(volume.name, amountOf(emptyDir.sizeLimit));
  }
  for (const container of draftContainers(spec)) mendContainer(container, sizes);
}

function mendContainer(container: Draft, sizes: ReadonlyMap<unknown, bigint | undefined>): void {
  const mounts = Array.isArray(container.volumeMounts) ? container.volumeMounts.filter(isDraft) : [];
  const mounted = new Set(mounts.map(({ name }) => name));
  const volumes = [...sizes].filter(([name]) => mounted.has(name)).map(([, size]) => size);
  // Its own layer counts too where it can be written.
  const readOnly = childOf(container, "securityContext")?.readOnlyRootFilesystem === true;
  let needed: bigint | undefined = (logMebibytes + (readOnly ? 0n : volumeMebibytes)) * mebibyte;
  for (const size of volumes) needed = needed === undefined || size === undefined ? undefined : needed + size;
  const resources: unknown = container.resources ?? {};
  if (needed === undefined || !isDraft(resources)) return;
  const [requests, limits] = [resources.requests ?? {}, resources.limits ?? {}];
  if (!isDraft(requests) || !isDraft(limits)) return;
  const [request, limit] = [requests[storage], limits[storage]].map(amountOf);
  // What cannot be read may be anything, and a limit below its request would be refused.
  if ((request === undefined) !== isNothing(requests[storage])) return;
  if ((limit === undefined) !== isNothing(limits[storage])) return;
  const allowed = limit ?? (request !== undefined && request > needed ? request : needed);
  container.resources = {
    ...resources,
    // Half of it, the ratio of the plan's table, where nobody chose a request.
    requests: { ...requests, [storage]: requests[storage] ?? inMebibytes(allowed / 2n) },
    limits: { ...limits, [storage]: limits[storage] ?? inMebibytes(allowed) },
  };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function amountOf(value: unknown): bigint | undefined {
  return typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;
}

function inMebibytes(amount: bigint): string {
  return formatMebibytes(Number((amount + mebibyte - 1n) / mebibyte));
}
