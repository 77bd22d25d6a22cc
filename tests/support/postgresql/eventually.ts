import { setTimeout as sleep } from "node:timers/promises";

/** Tries until it succeeds; throws the last error after so many milliseconds. */
export async function eventually<T>(action: () => Promise<T>, milliseconds = 10_000): Promise<T> {
  for (const deadline = Date.now() + milliseconds; ;) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(50);
    }
  }
}
