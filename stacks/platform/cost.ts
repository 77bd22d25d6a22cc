import { judgePools } from "../../model/capacity/pools";
import { type HourlyPrice } from "../../model/capacity/remedies";
import { type Estimate, estimate } from "../../model/cost/estimate";
import { cloudItems } from "../../model/cost/items";
import { priceTables } from "../../model/cost/prices";
import { type Share, shares } from "../../model/cost/shares";
import { type Catalogue } from "../../model/platform";
import { type Problem } from "../../model/problem";
import { bytes } from "../../model/quantity";
import { cloudAssumptions } from "../altlas/cloud";
import { type Settings } from "../settings/schema";
import { type StackLoad, stackLoad } from "./load";

/** What a stack costs, and who asks for its nodes. */
export interface StackCost {
  readonly estimate: Estimate;
  readonly shares: readonly Share[];
  readonly load: StackLoad;
  /** Where the prices were read. */
  readonly sources: readonly string[];
}

/** Price of a machine in the stack's region. */
export function machinePrice({ cluster }: Pick<Settings, "cluster">): HourlyPrice {
  const table = priceTables[cloudOf(cluster).region];
  return (instanceType) => table?.machines[instanceType];
}

/** What a stack costs in a month; nothing where its cluster is not ours to pay. */
export function stackCost(settings: Settings, catalogue: Catalogue): StackCost | undefined {
  if (settings.cluster.mode !== "eks") return undefined;
  const load = stackLoad(settings, catalogue);
  const { region, zones, natGateways } = cloudOf(settings.cluster);
  const pools = judgePools(load.pools, load.footprints);
  const shared = load.platform.claims.reduce((sum, { size }) => sum + bytes(size) / 2 ** 30, 0);
  const items = cloudItems(pools, load.footprints, {
    ...cloudAssumptions,
    zones,
    natGateways,
    sharedGibibytes: shared,
  });
  return {
    estimate: estimate(items, region, priceTables[region]),
    shares: shares(pools, load.footprints, machinePrice(settings)),
    load,
    sources: priceTables[region]?.sources ?? [],
  };
}

/** The problem of a stack whose expected cost is above its budget. */
export function budgetProblems(settings: Settings, catalogue: Catalogue): Problem[] {
  if (!settings.budget) return [];
  const cost = stackCost(settings, catalogue);
  if (!cost) return [];
  const { total, unknown } = cost.estimate;
  if (total.expected <= settings.budget.monthlyUsd) return [];
  const more = unknown.length === 0 ? "" : `, and ${unknown.length} prices are not even known`;
  return [
    {
      setting: "altlas:budget.monthlyUsd",
      value: settings.budget.monthlyUsd,
      why: `The stack is expected to cost $${dollars(total.expected)} a month ($${dollars(total.floor)} at least, $${dollars(total.ceiling)} at most)${more}.`,
      remedy:
        "Lower altlas:nodePools or altlas:scale, or raise the budget; npm run report -- cost says what costs most.",
    },
  ];
}

/** A sentence for a stack that stays in its budget as expected, but may leave it; nothing otherwise. */
export function budgetWarning(settings: Settings, catalogue: Catalogue): string | undefined {
  if (!settings.budget) return undefined;
  const { monthlyUsd, highestUsd } = settings.budget;
  const total = stackCost(settings, catalogue)?.estimate.total;
  if (!total || total.ceiling <= (highestUsd ?? monthlyUsd)) return undefined;
  const bound = highestUsd === undefined ? "monthlyUsd" : "highestUsd";
  return `At its highest load the stack costs $${dollars(total.ceiling)} a month, above altlas:budget.${bound} of $${dollars(highestUsd ?? monthlyUsd)}.`;
}

function dollars(amount: number): string {
  return amount.toFixed(0);
}

interface Cloud {
  readonly region: string;
  readonly zones: number;
  readonly natGateways: number;
}

/** Region, zones and gateways of the stack; a cluster of somebody else's is reckoned in the first region. */
function cloudOf(cluster: Settings["cluster"]): Cloud {
  const given = cluster as { readonly region?: unknown; readonly zones?: unknown; readonly network?: unknown };
  const zones = Array.isArray(given.zones) ? given.zones.length : 3;
  const nat = (given.network as { readonly natGateways?: unknown } | undefined)?.natGateways;
  return {
    region: typeof given.region === "string" ? given.region : "eu-central-1",
    zones,
    natGateways: nat === "single" ? 1 : zones,
  };
}
