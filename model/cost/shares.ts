import { bytes, millicores } from "../quantity";
import { type Footprint, podsAt } from "../footprint";
import { type PoolCapacity } from "../capacity/pools";
import { addRange, type Range } from "./estimate";
import { hoursPerMonth, type HourlyPrice } from "../capacity/remedies";
import { poolNodes } from "./items";

/** What nodes cost by who asks for them. */
export interface Share {
  readonly name: string;
  readonly monthlyUsd: Range;
}

/**
 * Splits the cost of nodes: each pod pays the part of its node that it asks for, by the amount of which it asks most;
 * what nobody asks for is `idle`. Pools whose machine has no known price are left out, as they are in the total.
 */
export function shares(pools: readonly PoolCapacity[], footprints: readonly Footprint[], price: HourlyPrice): Share[] {
  const sums = new Map<string, Range>();
  const add = (name: string, range: Range) => sums.set(name, addRange(sums.get(name) ?? nothing, range));
  for (const capacity of pools) {
    const { pool } = capacity;
    const hourly = pool.instanceType === undefined ? undefined : price(pool.instanceType);
    if (hourly === undefined) continue;
    const nodes = poolNodes(capacity);
    const nodePrice = hourly * hoursPerMonth;
    let idle: Range = { floor: nodes.floor, expected: nodes.expected, ceiling: nodes.ceiling };
    for (const footprint of footprints) {
      const here = footprint.kind === "replicated" ? footprint.pool === pool.name : footprint.pools.includes(pool.name);
      if (!here) continue;
      const { cpuMillicores, memoryMebibytes } = footprint.pod.requests;
      const part = Math.max(
        cpuMillicores / millicores(pool.allocatable.cpu),
        memoryMebibytes / (bytes(pool.allocatable.memory) / 2 ** 20),
      );
      const taken: Range = {
        floor: part * podsAt(footprint, "minimum", nodes.floor),
        expected: part * podsAt(footprint, "expected", nodes.expected),
        ceiling: part * podsAt(footprint, "maximum", nodes.ceiling),
      };
      add(footprint.name, times(taken, nodePrice));
      idle = addRange(idle, times(taken, -1));
    }
    add("idle", times(atLeastZero(idle), nodePrice));
  }
  return [...sums].map(([name, monthlyUsd]) => ({ name, monthlyUsd }));
}

const nothing: Range = { floor: 0, expected: 0, ceiling: 0 };

function times({ floor, expected, ceiling }: Range, factor: number): Range {
  return { floor: floor * factor, expected: expected * factor, ceiling: ceiling * factor };
}

/** Pods that ask for much of one amount beside pods that ask for much of another add up to more than a node. */
function atLeastZero({ floor, expected, ceiling }: Range): Range {
  return { floor: Math.max(0, floor), expected: Math.max(0, expected), ceiling: Math.max(0, ceiling) };
}
