import { type Shortage } from "../../model/capacity/bounds";
import { type PoolMoment, verdictAt } from "../../model/capacity/pools";
import { remedies } from "../../model/capacity/remedies";
import { type Footprint } from "../../model/footprint";
import { type NodePool } from "../../model/node-pool";
import { type PlacedFootprint, type Room, roomTaken } from "../checks/capacity/footprints";
import { type KnownPool, knownPools } from "../checks/capacity/pools";
import { roomSettings, type RoomSettings } from "../checks/capacity/settings";
import { type Graph } from "../graph/graph";
import { defineRule, type Failure, NotApplicable, part, type Subject } from "../rule";
import { identityOf } from "../graph/identity";
import { deployment } from "./examples";

/** A pool with what goes there; `undefined` where the cluster's pools are not known. */
interface Question {
  readonly pool?: KnownPool;
  readonly room?: Room;
  /** Property that a failure points at. */
  readonly path: string;
}

const examplePool = {
  name: "general",
  labels: { "example.com/pool": ["general"] },
  allocatable: { cpu: "4", memory: "14Gi", pods: 58 },
  minimum: 1,
  maximum: 2,
};
const replicas = (number: number) => {
  const example = deployment({ resources: { requests: { cpu: "1", memory: "1Gi" } } });
  return [{ ...example, spec: { ...(example.spec as object), replicas: number } }];
};

export const rule = defineRule<RoomSettings>({
  id: "ALT-SCALE-008",
  slug: "kubernetes-pods-fit-node-pools",
  title: "All pods at their highest, updates included, fit on the nodes that the autoscaler may add",
  severity: "high",
  gate: "mandatory-outside-dev",
  scope: "stack",
  why:
    "An autoscaler that asks for more pods than the nodes may hold leaves them pending in the very peak that it was made for, and " +
    "an update at that moment never ends. Nobody sees it before, because at rest everything fits.",
  fix: "Raise the pool's maximum, lower maxima of replicas, or use larger machines.",
  planSteps: ["2.4.4"],
  peers: [],
  settings: roomSettings,
  examples: {
    pass: {
      title: "six pods of a CPU on two nodes of four",
      settings: { pools: [examplePool] },
      manifests: replicas(6),
    },
    fail: { title: "nine of them", settings: { pools: [examplePool] }, manifests: replicas(9) },
  },
  parts: [
    part(
      ({ graph, settings }) => questions(graph, settings),
      function* ({ pool, room, path }) {
        if (!pool || !room)
          return new NotApplicable("Neither the settings nor node groups name a pool of the cluster.");
        const sizes = pool.read();
        if (!sizes) return new NotApplicable("Nothing says what a node of the pool has.");
        yield* judge(sizes, room, path);
        return undefined;
      },
    ),
  ],
});

/** One subject for each pool: its first node group, or else the workload that asks most of it. */
function questions(graph: Graph, settings: RoomSettings): Subject<Question>[] {
  const pools = knownPools(graph, settings.pools);
  if (pools.length === 0) {
    const [first] = graph.workloads;
    if (!first) return [];
    return [{ resource: first.object.resource, identity: first.object.identity, read: () => ({ path: "" }) }];
  }
  const room = roomTaken(graph, pools, settings);
  return pools.flatMap((pool): Subject<Question>[] => {
    const about = (path: string) => ({ part: `pool ${pool.place.name}`, read: () => ({ pool, room, path }) });
    const [group] = pool.groups;
    if (group) {
      const { resource } = group;
      return [{ resource, identity: identityOf(resource), ...about("scalingConfig.maxSize") }];
    }
    const asker = largestAsker(room.placed, pool.place.name) ?? undecided(graph, room, pool.place.name);
    if (!asker) return [];
    const { object, podSpec } = asker;
    return [{ resource: object.resource, identity: object.identity, ...about(podSpec.at("containers").path) }];
  });
}

function largestAsker(placed: readonly PlacedFootprint[], pool: string) {
  const asks = ({ footprint }: PlacedFootprint) =>
    footprint.kind === "replicated" ? footprint.pods.maximum * footprint.pod.requests.cpuMillicores : 0;
  const here = placed.filter(({ footprint, pools }) => footprint.kind === "replicated" && pools.includes(pool));
  return [...here].sort((a, b) => asks(b) - asks(a))[0]?.workload;
}

/** A workload of which something is not known, where nothing else goes to the pool. */
function undecided(graph: Graph, { doubts }: Room, pool: string) {
  const possible = doubts.some(({ pools }) => pools === undefined || pools.includes(pool));
  return possible ? graph.workloads.find(({ isJob }) => !isJob) : undefined;
}

/** The moments that a pool must hold: its pods at their highest, and then while all of them are updated. */
const moments: readonly { readonly moment: PoolMoment; readonly when: string }[] = [
  { moment: "maximum", when: "at their highest" },
  { moment: "rollout", when: "at their highest while new versions roll out" },
];

function* judge(pool: NodePool, { placed, reserved, doubts }: Room, path: string): Generator<Failure> {
  const daemons = placed.filter(({ footprint, pools }) => footprint.kind === "perNode" && pools.includes(pool.name));
  const certain = placed.filter(
    ({ footprint, pools }) => footprint.kind === "replicated" && pools.join() === pool.name,
  );
  const others = placed.filter(
    ({ footprint, pools }) => footprint.kind === "replicated" && pools.length > 1 && pools.includes(pool.name),
  );
  const sure = [...[...daemons, ...certain].map(({ footprint }) => footprint), ...reserved];
  for (const { moment, when } of moments) {
    const verdict = verdictAt(pool, sure, moment);
    if (verdict.verdict === "fits") continue;
    const fix = remedy(pool, sure, moment);
    if (verdict.verdict === "undecided") {
      yield { problem: `may not hold its pods ${when}. ${verdict.why.replace(/\.$/, "")}`, path, fix, warning: true };
    } else {
      const why = verdict.evidence === "orders" ? verdict.why : describe(verdict.shortage);
      yield { problem: `does not hold its pods ${when}: ${why}`, path, fix };
    }
    return;
  }
  const open = doubts.find(({ pools }) => pools === undefined || pools.includes(pool.name));
  if (open) throw open.doubt;
  const all = [...sure, ...others.map(({ footprint }) => ({ ...footprint, pool: pool.name }))];
  for (const { moment, when } of moments) {
    if (others.length === 0 || verdictAt(pool, all, moment).verdict === "fits") continue;
    const names = others.map(({ workload }) => workload.object.name).join(", ");
    const problem = `does not hold its pods ${when} if those of ${names}, which name no pool, come there too`;
    yield { problem, path, fix: "let each workload name its pool", warning: true };
    return;
  }
}

function describe({ dimension, needed, available, why }: Shortage): string {
  const show = (amount: number) => {
    if (dimension === "cpuMillicores") return `${(amount / 1000).toFixed(1)} CPUs`;
    if (dimension === "memoryMebibytes") return `${(amount / 1024).toFixed(1)} GiB`;
    return `${amount} ${dimension === "pods" ? "places for pods" : "nodes"}`;
  };
  return `${why} (${show(needed)} needed, ${show(available)} there)`;
}

/** The first way out that is proven to help, as an imperative. */
function remedy(pool: NodePool, footprints: readonly Footprint[], moment: PoolMoment): string {
  const [first] = remedies(pool, footprints, moment, () => undefined);
  if (!first) return "ask for less in each pod, or use larger machines";
  return `${first.what.charAt(0).toLowerCase()}${first.what.slice(1)}`.replace(/\.$/, "");
}
