/** Nano-units: the finest that Kubernetes keeps; anything finer is rounded up. */
const nano = 1_000_000_000n;
const suffixes: Readonly<Record<string, readonly [factor: bigint, divisor: bigint]>> = {
  n: [1n, nano],
  u: [1n, 1_000_000n],
  m: [1n, 1_000n],
  "": [1n, 1n],
  k: [10n ** 3n, 1n],
  M: [10n ** 6n, 1n],
  G: [10n ** 9n, 1n],
  T: [10n ** 12n, 1n],
  P: [10n ** 15n, 1n],
  E: [10n ** 18n, 1n],
  Ki: [2n ** 10n, 1n],
  Mi: [2n ** 20n, 1n],
  Gi: [2n ** 30n, 1n],
  Ti: [2n ** 40n, 1n],
  Pi: [2n ** 50n, 1n],
  Ei: [2n ** 60n, 1n],
};
/** Grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

/**
 * A Kubernetes quantity (`500m`, `1.5Gi`, `1e3`) in nano-units, exact as Kubernetes is: any fraction of a nano-unit is
 * rounded away from zero.
 *
 * @returns `undefined` when the text is no quantity.
 */
export function parseQuantity(quantity: string | number): bigint | undefined {
  const match = pattern.exec(String(quantity));
  if (!match) return undefined;
  const [, sign, digits = "", exponent, suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const power = exponent === undefined ? 0 : Number(exponent.slice(1));
  // An exponent beyond this is no amount of anything, and its power of ten would fill the memory.
  if (Math.abs(power) > 30) return undefined;
  const [factor, divisor] = suffixes[suffix] ?? [1n, 1n];
  const numerator = BigInt(whole + fraction) * factor * nano * 10n ** BigInt(Math.max(power, 0));
  const denominator = divisor * 10n ** BigInt(fraction.length + Math.max(-power, 0));
  const magnitude = (numerator + denominator - 1n) / denominator;
  return sign === "-" ? -magnitude : magnitude;
}
