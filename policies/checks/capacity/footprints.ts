import { type Footprint, type HardSpread, type VolumeFootprint } from "../../../model/footprint";
import { proxyResources } from "../../../model/mesh";
import { type Field, Malformed, UnknownValue } from "../../field";
import { type Graph } from "../../graph/graph";
import { isMeshed, meshAnnotation } from "../../graph/mesh";
import { parseQuantity } from "../../graph/quantity";
import { selects } from "../../graph/selector";
import { type Container, type Workload } from "../../graph/workload";
import { unrenderedCharts } from "./charts";
import { operatedWorkloads } from "./operated";
import { hostLabel, openPools, zoneLabel } from "../node-pools";
import { type KnownPool } from "./pools";
import { reservedFootprint, type RoomSettings } from "./settings";

/** What a workload of the graph takes, and where. */
export interface PlacedFootprint {
  readonly workload: Workload;
  readonly footprint: Footprint;
  /** Names of the pools that its pods may go to; more than one where it names none. */
  readonly pools: readonly string[];
}

/** What all pods take from the cluster's pools. */
export interface Room {
  readonly placed: readonly PlacedFootprint[];
  readonly reserved: readonly Footprint[];
  /** What is not known of a workload, or cannot be read, with the pools that it may go to; absent: any. */
  readonly doubts: readonly { readonly doubt: UnknownValue | Malformed; readonly pools?: readonly string[] }[];
}

/** What the objects of a graph take, and what is reserved beside them. Jobs are left out: their pods end by themselves. */
export function roomTaken(graph: Graph, pools: readonly KnownPool[], settings: RoomSettings): Room {
  const places = pools.map(({ place }) => place);
  const placed: PlacedFootprint[] = [];
  const doubts: { doubt: UnknownValue | Malformed; pools?: readonly string[] }[] = [];
  for (const workload of [...graph.workloads, ...unrenderedCharts(graph), ...operatedWorkloads(graph)]) {
    if (workload.isJob) continue;
    let open: readonly string[] | undefined;
    try {
      open = openPools(workload, places).map(({ name }) => name);
      placed.push({ workload, pools: open, footprint: footprintOf(workload, graph, settings, open) });
    } catch (error) {
      if (!(error instanceof UnknownValue || error instanceof Malformed)) throw error;
      doubts.push({ doubt: error, ...(open ? { pools: open } : {}) });
    }
  }
  const names = new Set(placed.map(({ footprint }) => footprint.name));
  const reserved = settings.reserved
    .filter(({ name }) => !names.has(name))
    .map((row) =>
      reservedFootprint(
        row,
        places.map(({ name }) => name),
      ),
    );
  return { placed, reserved, doubts };
}

function footprintOf(workload: Workload, graph: Graph, settings: RoomSettings, pools: readonly string[]): Footprint {
  const { object } = workload;
  const requests = podRequests(workload, graph, settings);
  const common = {
    name: object.name,
    namespace: object.namespace,
    pod: { requests, limits: requests },
    volumes: volumesOf(workload),
  };
  const minimum = graph.minimumReplicas(workload);
  const maximum = graph.maximumReplicas(workload);
  if (minimum === undefined || maximum === undefined) return { ...common, kind: "perNode", pools };
  return {
    ...common,
    kind: "replicated",
    pool: pools[0] ?? "",
    pods: { minimum, expected: minimum, maximum },
    surgePercent: surgePercent(workload, maximum),
    spread: hardSpread(workload),
  };
}

/**
 * What the scheduler reckons for one pod: its containers together, or an init container beside the sidecars that run
 * already, where that is more. A request that is missing is its limit; without either it is nothing (ALT-K8S-001).
 */
function podRequests(workload: Workload, graph: Graph, settings: RoomSettings): Footprint["pod"]["requests"] {
  const proxies = proxiesOf(workload, graph, settings);
  const amount = (resource: "cpu" | "memory", unit: bigint) => {
    const of = ({ field }: Container) => requestOf(field, resource, unit);
    let [running, highest] = [proxies.reduce((sum, proxy) => sum + scaled(proxy[resource], unit), 0), 0];
    for (const container of workload.containers.filter(({ role }) => role === "init" || role === "sidecar")) {
      if (container.role === "sidecar") running += of(container);
      else highest = Math.max(highest, running + of(container));
    }
    const apps = workload.containers.filter(({ role }) => role === "app");
    return Math.max(
      highest,
      apps.reduce((sum, container) => sum + of(container), running),
    );
  };
  return {
    cpuMillicores: amount("cpu", 1_000_000n),
    memoryMebibytes: amount("memory", 2n ** 20n * 1_000_000_000n),
    ephemeralMebibytes: 0,
  };
}

function requestOf(container: Field, resource: string, unit: bigint): number {
  const resources = container.at("resources");
  const given = resources.at("requests", resource).numberOrText() ?? resources.at("limits", resource).numberOrText();
  return scaled(given, unit);
}

/** A quantity in so many nano-units, rounded up; what is none is another rule's business. */
function scaled(quantity: string | number | undefined, unit: bigint): number {
  const nano = quantity === undefined ? 0n : (parseQuantity(quantity) ?? 0n);
  return Number((nano + unit - 1n) / unit);
}

/** What the mesh adds to the pods, or will add: it is in no template. */
function proxiesOf(workload: Workload, graph: Graph, { sidecars }: RoomSettings): { cpu: string; memory: string }[] {
  if (isMeshed(workload, graph)) {
    const own = (resource: "cpu" | "memory") =>
      meshAnnotation(workload, graph, `config.linkerd.io/proxy-${resource}-request`) ??
      proxyResources.requests[resource];
    return [{ cpu: own("cpu"), memory: own("memory") }];
  }
  const { kind, object } = workload;
  return sidecars.filter((one) => one.workload === `${kind}/${object.namespace}/${object.name}`);
}

/** A surge as percent of the pods, as a footprint has it; Kubernetes' own default is a quarter. */
function surgePercent({ kind, object: { spec } }: Workload, pods: number): number {
  if (kind !== "Deployment" || spec.at("strategy", "type").text() === "Recreate") return 0;
  const surge = spec.at("strategy", "rollingUpdate", "maxSurge").numberOrText() ?? "25%";
  if (typeof surge === "string") return Number.parseFloat(surge) || 0;
  // Half a pod less, because a footprint rounds its pods up.
  return surge <= 0 || pods === 0 ? 0 : ((surge - 0.5) / pods) * 100;
}

/** What keeps its pods apart. A condition on nodes by spread is reckoned as a wish: nodes that come make it harmless. */
function hardSpread(workload: Workload): HardSpread {
  const itself = (selector: Field) => selector.exists && selects(selector, workload.podLabel);
  const skews = workload.podSpec
    .at("topologySpreadConstraints")
    .items()
    .filter(
      (constraint) =>
        constraint.at("topologyKey").text() === zoneLabel &&
        (constraint.at("whenUnsatisfiable").text() ?? "DoNotSchedule") === "DoNotSchedule" &&
        itself(constraint.at("labelSelector")),
    )
    .map((constraint) => constraint.at("maxSkew").number() ?? 1);
  const keys = workload.podSpec
    .at("affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    .items()
    .filter((term) => itself(term.at("labelSelector")))
    .map((term) => term.at("topologyKey").text());
  const alone = keys.includes(zoneLabel) ? "zone" : keys.includes(hostLabel) ? "node" : undefined;
  return {
    ...(alone === undefined ? {} : { alone }),
    ...(skews.length === 0 ? {} : { zoneSkew: Math.min(...skews) }),
  };
}

/** Volumes of each pod: those that come and go with it, and a StatefulSet's, which stay where they were made. */
function volumesOf(workload: Workload): VolumeFootprint[] {
  const unit = 2n ** 20n * 1_000_000_000n;
  const size = (claim: Field) => scaled(claim.at("spec", "resources", "requests", "storage").numberOrText(), unit);
  const ephemeral = workload.podSpec
    .at("volumes")
    .items()
    .filter((volume) => volume.at("ephemeral").exists)
    .map((volume): VolumeFootprint => ({
      name: volume.at("name").text() ?? "",
      sizeMebibytes: size(volume.at("ephemeral", "volumeClaimTemplate")),
      per: "pod",
    }));
  const own = workload.kind === "StatefulSet" ? workload.object.spec.at("volumeClaimTemplates").items() : [];
  return [
    ...ephemeral,
    ...own.map((claim): VolumeFootprint => ({
      name: claim.at("metadata", "name").text() ?? "",
      sizeMebibytes: size(claim),
      per: "pod",
      // A disk of a cloud is in one zone; a class for several writers is a file system.
      zonal: !claim
        .at("spec", "accessModes")
        .items()
        .some((mode) => mode.text() === "ReadWriteMany"),
    })),
  ];
}
