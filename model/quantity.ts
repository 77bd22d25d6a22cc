/** A CPU amount as Kubernetes writes it: millicores (`500m`) or whole and decimal cores (`2`, `0.5`). */
export type Cpu = `${number}m` | `${number}`;
/** A memory or storage amount as Kubernetes writes it, in binary units. */
export type Bytes = `${number}Ki` | `${number}Mi` | `${number}Gi` | `${number}Ti`;

const binaryUnits = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;

/** Whether `text` is a CPU amount that {@link millicores} can read. */
export function isCpu(text: string): text is Cpu {
  return /^(\d+m|\d+(\.\d{1,3})?)$/.test(text);
}

/** Whether `text` is an amount of bytes that {@link bytes} can read. */
export function isBytes(text: string): text is Bytes {
  return /^\d+(\.\d+)?(Ki|Mi|Gi|Ti)$/.test(text);
}

/** Millicores of a CPU amount; rounds up, as the scheduler does with a fraction of a millicore. */
export function millicores(cpu: Cpu): number {
  return cpu.endsWith("m") ? Number(cpu.slice(0, -1)) : Math.ceil(Number(cpu) * 1000);
}

/** Bytes of a memory or storage amount. */
export function bytes(amount: Bytes): number {
  const unit = amount.slice(-2) as keyof typeof binaryUnits;
  return Math.ceil(Number(amount.slice(0, -2)) * binaryUnits[unit]);
}

/** Mebibytes of a memory or storage amount, rounded down. */
export function mebibytes(amount: Bytes): number {
  return Math.floor(bytes(amount) / binaryUnits.Mi);
}

/** Writes millicores the way the API server would: whole cores without the suffix. */
export function formatCpu(amount: number): Cpu {
  return amount % 1000 === 0 ? `${amount / 1000}` : `${amount}m`;
}

/** Writes mebibytes the way the API server would: whole gibibytes as Gi. */
export function formatMebibytes(amount: number): Bytes {
  return amount % 1024 === 0 && amount > 0 ? `${amount / 1024}Gi` : `${amount}Mi`;
}
