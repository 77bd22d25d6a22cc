import { platformFootprints } from "../../infra/specs/services";
import { dataFootprints } from "../../infra/specs/data";
import { loadBalancingFootprints } from "../../infra/specs/load-balancing";
import { operatorFootprints } from "../../infra/specs/operators";
import { scalingFootprints } from "../../infra/specs/scaling";
import { type Footprint, isPassing } from "../../model/footprint";
import { type NodePool } from "../../model/node-pool";
import { type Catalogue, type Platform } from "../../model/platform";
import { planPools } from "../altlas/plan-pools";
import { type Reservation, stackReservations } from "../altlas/reservations";
import { type Settings } from "../settings/schema";
import { resolvePlatform, stackScale } from "./resolve";

/** What a stack puts on its nodes: components that exist, and those that are reserved. */
export interface StackLoad {
  readonly platform: Platform;
  readonly pools: readonly NodePool[];
  readonly footprints: readonly Footprint[];
  /** Whose part each footprint is, by its name. */
  readonly concerns: Readonly<Record<string, Reservation["concern"]>>;
  /** The footprints that are reservations, with their sources. */
  readonly reserved: readonly Reservation[];
}

/** A stack's load. Services are reckoned with their mesh proxies, which come with a later layer as reservations do. */
export function stackLoad(settings: Settings, catalogue: Catalogue): StackLoad {
  const platform = resolvePlatform(settings, catalogue);
  const built = [
    ...platformFootprints({ ...platform, meshed: true }).services.map((footprint) => ({
      concern: "services" as const,
      footprint,
    })),
    // Jobs are left out, as by the rules: they wait for room, and what they take is gone when they end.
    ...dataFootprints(platform)
      .filter((footprint) => !isPassing(footprint))
      .map((footprint) => ({ concern: "data" as const, footprint })),
    ...[...scalingFootprints(platform), ...loadBalancingFootprints(platform), ...operatorFootprints(platform)].map(
      (footprint) => ({
        concern: "system" as const,
        footprint,
      }),
    ),
  ];
  const names = new Set(built.map(({ footprint }) => footprint.name));
  const reserved = stackReservations({
    environment: settings.environment,
    factor: stackScale(settings).resources,
    pools: platform.pools,
    aws: settings.cluster.mode === "eks",
  }).filter(({ footprint }) => !names.has(footprint.name));
  const all = [...built, ...reserved];
  return {
    platform,
    pools: platform.pools,
    footprints: all.map(({ footprint }) => footprint),
    concerns: Object.fromEntries(all.map(({ concern, footprint }) => [footprint.name, concern])),
    reserved,
  };
}

/** What the plan itself says: its five services at its sizes, with and without proxies, on its own pools. */
export function planLoad(settings: Settings, catalogue: Catalogue) {
  // The plan speaks of no zones.
  const pools = planPools([]);
  const platform: Platform = { ...resolvePlatform({ ...settings, scale: undefined, services: [] }, catalogue), pools };
  return {
    pools,
    bare: platformFootprints({ ...platform, meshed: false }).services,
    meshed: platformFootprints({ ...platform, meshed: true }).services,
  };
}
