const units = ["bytes", "KiB", "MiB", "GiB", "TiB"] as const;

/** An amount of bytes for people: three digits and the unit. */
export function formatSize(amount: number): string {
  let [value, unit] = [amount, 0];
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit] ?? "bytes"}`;
}
