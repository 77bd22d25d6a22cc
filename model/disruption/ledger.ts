import { mostInZone } from "../capacity/bounds";
import { type Footprint, surgePods } from "../footprint";

/** How a workload is disturbed on purpose, and what it cannot do without. */
export interface Disturbance {
  readonly footprint: Footprint;
  /** Pods that may be taken away at once on purpose; `undefined` where no budget guards it. */
  readonly maxUnavailable?: number;
  /** Whether its members vote, so that more than half of them must be there. */
  readonly quorum: boolean;
}

/** What is left of a workload after something happened. */
export interface Aftermath {
  /** Pods that are gone at most; wishes to spread are not counted on. */
  readonly lost: number;
  /** Pods that are gone where the scheduler could follow the wish to spread. */
  readonly lostWhenSpread: number;
  /** Whether what is left, at worst, still serves: a majority where members vote, otherwise one pod. */
  readonly serves: boolean;
  /** The same where pods are spread as wished. */
  readonly servesWhenSpread: boolean;
}

/** One row of the ledger: a replicated workload at its smallest. */
export interface LedgerRow {
  readonly name: string;
  readonly namespace: string;
  readonly pods: number;
  /** Pods without which it does not serve. */
  readonly needed: number;
  /** Evictions that the API server grants at once when all pods are healthy. */
  readonly evictions: number;
  /** Whether a drain of a node ever ends: some eviction is granted, or no budget refuses any. */
  readonly drains: boolean;
  readonly nodeLoss: Aftermath;
  readonly zoneLoss: Aftermath;
  readonly rollingUpdate: Aftermath;
  readonly nodeGroupUpgrade: Aftermath;
  /** What a person should know, a full sentence each. */
  readonly notes: readonly string[];
}

/** Where the workload runs. */
export interface Ground {
  readonly nodes: number;
  readonly zones: number;
}

/** The ledger at minimum scale; daemons are left out, because a node that goes takes only its own. */
export function ledger(disturbances: readonly Disturbance[], ground: (pool: string) => Ground): LedgerRow[] {
  return disturbances.flatMap((one) =>
    one.footprint.kind === "replicated" ? [row(one, one.footprint, ground(one.footprint.pool))] : [],
  );
}

type Replicated = Extract<Footprint, { kind: "replicated" }>;

function row({ maxUnavailable, quorum }: Disturbance, footprint: Replicated, { nodes, zones }: Ground): LedgerRow {
  const pods = footprint.pods.minimum;
  const needed = quorum ? Math.floor(pods / 2) + 1 : 1;
  const evictions = Math.min(pods, maxUnavailable ?? pods);
  const group = { name: footprint.name, count: pods, pod: noAmount, ...footprint.spread };
  const inZone = mostInZone(group, Math.max(1, zones));
  // A node is in one zone, and holds no more than that zone may.
  const onNode = footprint.spread?.alone === undefined ? inZone : Math.min(inZone, 1);
  const after = (lost: number, spread: number): Aftermath => ({
    lost,
    lostWhenSpread: Math.min(lost, spread),
    serves: pods - lost >= needed,
    servesWhenSpread: pods - Math.min(lost, spread) >= needed,
  });
  const granted = after(evictions, evictions);
  // Without a surge the old pod goes first.
  const replaced = surgePods(pods, footprint.surgePercent) > 0 ? 0 : Math.min(pods, 1);
  const result = {
    name: footprint.name,
    namespace: footprint.namespace,
    pods,
    needed,
    evictions,
    drains: evictions > 0,
    nodeLoss: after(onNode, Math.ceil(pods / Math.max(1, nodes))),
    zoneLoss: after(inZone, Math.ceil(pods / Math.max(1, zones))),
    rollingUpdate: after(replaced, replaced),
    // A node group drains its nodes through the eviction API, so that no more go than budgets grant.
    nodeGroupUpgrade: granted,
  };
  return { ...result, notes: notes(result, quorum, maxUnavailable, zones) };
}

const noAmount = { cpuMillicores: 0, memoryMebibytes: 0, pods: 1 } as const;

function notes(
  { pods, needed, drains, zoneLoss, nodeGroupUpgrade }: Omit<LedgerRow, "notes">,
  quorum: boolean,
  maxUnavailable: number | undefined,
  zones: number,
): string[] {
  return [
    ...(pods === 1 ? ["A single pod: each drain, node loss and zone loss stops it until it runs elsewhere."] : []),
    ...(drains ? [] : ["No eviction is ever granted: a drain of its node waits for ever."]),
    ...(pods > 1 && maxUnavailable === undefined
      ? ["No disruption budget: a drain of several nodes may take all pods at once."]
      : []),
    ...(quorum && pods > 1 && !nodeGroupUpgrade.serves
      ? [`Its budget lets ${pods - needed + 1} members go, and with them the majority.`]
      : []),
    ...(quorum && pods % 2 === 0 ? [`${pods} members stand no more losses than ${pods - 1}.`] : []),
    ...(quorum && pods > 1 && !zoneLoss.serves
      ? [
          `The loss of a zone can take ${zoneLoss.lost} of ${pods} members in ${zones} zones, and with them the majority.`,
        ]
      : []),
  ];
}
