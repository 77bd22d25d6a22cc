/** A source of numbers that gives the same ones for the same seed, so that a case can be run again. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  whole: (least: number, most: number) => number;
  /** One of the items. */
  pick: <Item>(items: readonly [Item, ...Item[]]) => Item;
  /** The items in another order. */
  shuffled: <Item>(items: readonly Item[]) => Item[];
  /** Whether something of that probability happens. */
  chance: (probability: number) => boolean;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are enough for some thousand cases. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    whole,
    pick: (items) => items[whole(0, items.length - 1)] ?? items[0],
    shuffled: (items) => {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last -= 1) {
        const other = whole(0, last);
        if (other !== last) order.splice(last, 1, ...order.splice(other, 1, ...order.slice(last, last + 1)));
      }
      return order;
    },
    chance: (probability) => next() < probability,
  };
}
