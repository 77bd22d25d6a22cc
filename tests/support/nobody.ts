import { chmodSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The user id that owns nothing, on every Linux. */
export const nobody = 65_534;

/** Lets other users pass through `folder`, which lies in the temporary folder, and what is above it there. */
export function letOthersPass(folder: string): void {
  // The runner's own temporary folder lies two levels below the system's.
  const top = path.dirname(path.dirname(tmpdir()));
  for (let each = folder; each !== top && each.startsWith(top); each = path.dirname(each)) {
    const { mode } = statSync(each);
    if (each !== "/" && (mode & 0o001) === 0) chmodSync(each, mode | 0o055);
  }
}

/**
 * Runs `action` as a user whom file modes stop. They do not stop root, as whom CI runs; for anybody else this changes
 * nothing. `folder` lies in the temporary folder; it and what is above it there can be passed through meanwhile.
 */
export function asNobody<T>(folder: string, action: () => T): T {
  if (process.getuid?.() !== 0) return action();
  letOthersPass(folder);
  process.seteuid?.(nobody);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

/** Whether other users can read or run what lies at `place`: they may pass every folder above it. */
export function openToAll(place: string): boolean {
  const above = path.dirname(place);
  return (statSync(place).mode & 0o001) !== 0 && (above === place || openToAll(above));
}
