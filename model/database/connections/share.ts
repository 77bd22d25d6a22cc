/** A claim on something that may be too little for all. */
export interface Claim {
  /** What it cannot do without. */
  readonly least: number;
  /** What it can use. */
  readonly full: number;
}

/**
 * Shares whole units out: everybody's least first, then by what is wanted beyond it, never more than that. The sum is `room`
 * at most, unless the least alone is more.
 */
export function share(claims: readonly Claim[], room: number): number[] {
  const shares = claims.map(({ least, full }) => Math.min(least, full));
  const wanted = claims.map(({ full }, index) => full - (shares[index] ?? 0));
  const [left, total] = [Math.max(0, room - sum(shares)), sum(wanted)];
  if (total <= left) return claims.map(({ full }) => full);
  // Rounded down, so that all together stay within what is left; the units that remain go to the first who want more.
  const given = shares.map((value, index) => value + Math.floor(((wanted[index] ?? 0) * left) / total));
  let spare = room - sum(given);
  return given.map((value, index) => {
    const more = spare > 0 && value < (claims[index]?.full ?? 0) ? 1 : 0;
    spare -= more;
    return value + more;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
