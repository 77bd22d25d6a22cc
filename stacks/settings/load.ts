import { readShape, type Reading } from "../../model/read-settings";
import { settingsShape } from "./schema";

/** What could be read: every key that is right, and every problem of those that are not. */
export type ReadSettings = Reading<typeof settingsShape>;

/** Reads the stack configuration as the engine hands it over. */
export function readSettings(config: Readonly<Record<string, string>>): ReadSettings {
  return readShape(settingsShape, config);
}
