import { allocatable, instanceTypes } from "../aws/instance-types";
import { type Footprint } from "../footprint";
import { type NodePool } from "../node-pool";
import { type PoolMoment, surelyFits } from "./pools";

/** Price of a machine for an hour in US dollars, or `undefined` where it is not known. */
export type HourlyPrice = (instanceType: string) => number | undefined;

/** Hours of an average month, as AWS reckons (365 × 24 ÷ 12). */
export const hoursPerMonth = 730;

/** A way to make a pool fit, with what it adds to the highest monthly cost in US dollars; absent where unknown. */
export interface Remedy {
  readonly kind: "raise the pool's maximum" | "lower replicas" | "bigger machines";
  readonly what: string;
  readonly monthlyUsd?: number;
}

/** The three remedies of a pool that does not fit at a moment, each proven to help; one that cannot is left out. */
export function remedies(
  pool: NodePool,
  footprints: readonly Footprint[],
  moment: PoolMoment,
  price: HourlyPrice,
): Remedy[] {
  return [
    ...moreNodes(pool, footprints, moment, price),
    ...fewerPods(pool, footprints, moment),
    ...biggerMachines(pool, footprints, moment, price),
  ];
}

function moreNodes(pool: NodePool, footprints: readonly Footprint[], moment: PoolMoment, price: HourlyPrice): Remedy[] {
  const most = 4 * pool.maximum + 16;
  for (let maximum = pool.maximum + 1; maximum <= most; maximum += 1) {
    if (!surelyFits({ ...pool, maximum }, footprints, moment)) continue;
    const added = maximum - pool.maximum;
    const hourly = pool.instanceType === undefined ? undefined : price(pool.instanceType);
    return [
      {
        kind: "raise the pool's maximum",
        what: `Raise altlas:nodePools (${pool.name}).maximum from ${pool.maximum} to ${maximum}.`,
        ...(hourly === undefined ? {} : { monthlyUsd: added * hourly * hoursPerMonth }),
      },
    ];
  }
  return [];
}

/** Lowers the highest maxima first, never below a minimum, until the pool fits. */
function fewerPods(pool: NodePool, footprints: readonly Footprint[], moment: PoolMoment): Remedy[] {
  let current = footprints;
  for (;;) {
    if (surelyFits(pool, current, moment)) break;
    const candidates = current.filter(
      (one) => one.kind === "replicated" && one.pool === pool.name && one.pods.maximum > one.pods.minimum,
    );
    const [first, ...rest] = candidates;
    if (!first) return [];
    const highest = rest.reduce((most, one) => (maximumOf(one) > maximumOf(most) ? one : most), first);
    current = current.map((one) =>
      one === highest && one.kind === "replicated" ? { ...one, pods: lowered(one.pods) } : one,
    );
  }
  const changes = footprints.flatMap((before, index) => {
    const after = current[index];
    return after && maximumOf(after) !== maximumOf(before)
      ? [`${before.name} from ${maximumOf(before)} to ${maximumOf(after)}`]
      : [];
  });
  return changes.length === 0
    ? []
    : [{ kind: "lower replicas", what: `Lower replicas.maximum of ${changes.join(", ")}.`, monthlyUsd: 0 }];
}

function lowered(pods: { minimum: number; expected: number; maximum: number }) {
  const maximum = pods.maximum - 1;
  return { ...pods, maximum, expected: Math.min(pods.expected, maximum) };
}

function maximumOf(footprint: Footprint): number {
  return footprint.kind === "replicated" ? footprint.pods.maximum : 0;
}

function biggerMachines(
  pool: NodePool,
  footprints: readonly Footprint[],
  moment: PoolMoment,
  price: HourlyPrice,
): Remedy[] {
  const now = pool.instanceType === undefined ? undefined : instanceTypes.get(pool.instanceType);
  if (!now) return [];
  const family = now.name.split(".")[0] ?? "";
  for (const type of instanceTypes.values()) {
    if (!type.name.startsWith(`${family}.`) || type.vcpus <= now.vcpus) continue;
    if (!surelyFits({ ...pool, allocatable: allocatable(type) }, footprints, moment)) continue;
    const [before, after] = [price(now.name), price(type.name)];
    return [
      {
        kind: "bigger machines",
        what: `Use ${type.name} in place of ${now.name} in pool ${pool.name}.`,
        ...(before === undefined || after === undefined
          ? {}
          : { monthlyUsd: (after - before) * hoursPerMonth * pool.maximum }),
      },
    ];
  }
  return [];
}
