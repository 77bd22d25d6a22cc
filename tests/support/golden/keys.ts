import { allKeys } from "../../../registrations/keys";
import { type Registration } from "../../../registrations/record";

/**
 * Committed keys that no resource has any more and none names as its former one. The engine would delete what they
 * stand for and make it anew, whatever the program meant.
 */
export function vanishedKeys(committed: readonly string[], registrations: readonly Registration[]): string[] {
  const byKey = new Map(registrations.map((registration) => [registration.key, registration]));
  const known = new Set(registrations.flatMap((registration) => [...allKeys(registration, byKey)]));
  return committed.filter((key) => !known.has(key));
}
