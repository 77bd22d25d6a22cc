/** Smallest whole number from `from` to `to` that `holds`, which from some number on it always does; `to` where none is found. */
export function smallest(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [Math.ceil(from), Math.ceil(to)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
