const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Bytes with a unit: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (Math.abs(amount) >= 1024 && unit < binary.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${unit === 0 || Math.abs(amount) >= 100 ? Math.round(amount) : amount.toFixed(1)} ${binary[unit] ?? ""}`;
}

/** A count with its thousands apart: `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-GB");
}

/** Seconds in the largest unit that leaves a whole number of them: `3.2 days`, `45 s`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1)
    return `${size === 0 || size >= 0.01 ? Math.round(seconds * 1000) : (seconds * 1000).toFixed(size < 0.001 ? 2 : 1)} ms`;
  if (size < 120) return `${size < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (size < 7200) return `${Math.round(seconds / 60)} minutes`;
  if (size < 172_800) return `${Math.round(seconds / 3600)} hours`;
  return `${(seconds / 86_400).toFixed(seconds < 864_000 ? 1 : 0)} days`;
}

/** A part of one: `12 %`; below a hundredth with a digit more. */
export function formatPart(part: number): string {
  const percent = part * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** A list for people, cut where it would fill a page: `a, b and 3 more`. */
export function list(names: readonly string[], most = 3): string {
  if (names.length <= most + 1) return names.join(", ").replace(/, ([^,]*)$/, " and $1");
  return `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
