import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseQuantity } from "../../../policies/graph/quantity";

/** The client's own parser; imported, its types would bring eight hundred files to the type check. */
const { quantityToScalar } = createRequire(import.meta.url)("@kubernetes/client-node/dist/util.js") as {
  quantityToScalar: (quantity: string) => number | bigint;
};

const nano = 1_000_000_000n;

describe("a quantity", () => {
  test.each([
    ["500m", 500_000_000n],
    ["1", nano],
    [2, 2n * nano],
    ["0.5", 500_000_000n],
    [".5", 500_000_000n],
    ["5.", 5n * nano],
    ["1.5Gi", 1_610_612_736n * nano],
    ["1e3", 1000n * nano],
    ["1E3", 1000n * nano],
    ["12E", 12n * 10n ** 18n * nano],
    ["1e-3", 1_000_000n],
    ["100n", 100n],
    ["1u", 1000n],
    ["-1Ki", -1024n * nano],
    ["+1", nano],
    ["0", 0n],
    // A fraction of the smallest unit is rounded away from zero, as Kubernetes does.
    ["0.1n", 1n],
    ["-0.1n", -1n],
  ])("%s", (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });

  test.each(["", "Mi", "1 Gi", "1GB", "1mi", "1K", "--1", "1.2.3", "0x10", "1e", "1e999999999", "NaN", "∞"])(
    "%j is none",
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  test("agrees with the Kubernetes client wherever that one can read it exactly", () => {
    const suffixes = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.constantFrom(...suffixes), (number, suffix) => {
        const theirs = BigInt(quantityToScalar(`${number}${suffix}`));
        return parseQuantity(`${number}${suffix}`) === theirs * nano;
      }),
      { seed: 20_261_123 },
    );
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), (number) => {
        const theirs = Number(quantityToScalar(`${number}m`));
        return Math.abs(Number(parseQuantity(`${number}m`)) / 1e9 - theirs) < 1e-9;
      }),
      { seed: 20_261_123 },
    );
  });
});
