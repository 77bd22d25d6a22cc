import { hoursPerMonth } from "../capacity/remedies";
import { type PriceName, type PriceTable, priceUnits } from "./prices";

/** Smallest, expected and highest of something in a month. */
export interface Range {
  readonly floor: number;
  readonly expected: number;
  readonly ceiling: number;
}

/** Something that is paid for: so many units at a price. */
export interface CostItem {
  /** Part of the platform that it belongs to. */
  readonly layer: "cluster" | "nodes" | "network" | "storage" | "observability";
  readonly what: string;
  /** A machine's type, or another price's name. */
  readonly price: { readonly machine: string } | { readonly name: PriceName };
  /** Units in a month: hours, gigabytes, pieces. */
  readonly quantity: Range;
}

/** An item with what it costs; absent where its price is unknown. */
export interface CostLine extends CostItem {
  readonly unitPrice?: number;
  readonly monthlyUsd?: Range;
}

/** The cost of a stack. */
export interface Estimate {
  readonly region: string;
  /** Day of the price table; absent where there is none for the region. */
  readonly asOf?: string;
  readonly lines: readonly CostLine[];
  /** Sum of the lines whose price is known. */
  readonly total: Range;
  readonly layers: Readonly<Record<string, Range>>;
  /** What is paid for at a price that is not in the table, a phrase each; the total is too low by these. */
  readonly unknown: readonly string[];
}

const none: Range = { floor: 0, expected: 0, ceiling: 0 };

/** Prices every item; what has no price is listed, and never counts as nothing. */
export function estimate(items: readonly CostItem[], region: string, table: PriceTable | undefined): Estimate {
  const lines = items.map((item): CostLine => {
    const unitPrice = priceOf(item, table);
    return unitPrice === undefined
      ? item
      : { ...item, unitPrice, monthlyUsd: mapRange(item.quantity, (amount) => amount * unitPrice) };
  });
  const layers: Record<string, Range> = {};
  for (const { layer, monthlyUsd } of lines) layers[layer] = addRange(layers[layer] ?? none, monthlyUsd ?? none);
  return {
    region,
    ...(table ? { asOf: table.asOf } : {}),
    lines,
    total: Object.values(layers).reduce(addRange, none),
    layers,
    unknown: lines.flatMap((line) =>
      line.unitPrice === undefined && line.quantity.ceiling > 0 ? [`${line.what} (${unitOf(line)}, ${region})`] : [],
    ),
  };
}

function priceOf({ price }: CostItem, table: PriceTable | undefined): number | undefined {
  return "machine" in price ? table?.machines[price.machine] : table?.prices[price.name];
}

function unitOf({ price }: CostItem): string {
  return "machine" in price ? `hour of ${price.machine}` : priceUnits[price.name];
}

/** The same amount at the smallest, expected and highest. */
export function always(amount: number): Range {
  return { floor: amount, expected: amount, ceiling: amount };
}

export function mapRange(range: Range, change: (amount: number) => number): Range {
  return { floor: change(range.floor), expected: change(range.expected), ceiling: change(range.ceiling) };
}

export function addRange(a: Range, b: Range): Range {
  return { floor: a.floor + b.floor, expected: a.expected + b.expected, ceiling: a.ceiling + b.ceiling };
}

/** Units of something that runs all month. */
export function allMonth(count: number): number {
  return count * hoursPerMonth;
}
