import { type Problem } from "../../problem";
import { type ServerSize } from "../server";
import { type Overrides } from "./compute";
import { overrideProblems } from "./name-problems";
import { relationProblems } from "./relation-problems";
import { safetyProblems } from "./safety-problems";
import { sizeProblems } from "./size-problems";

/**
 * What is wrong with a server's size and a stack's overrides, all at once. Without problems, `serverSettings` gives settings
 * with which the server starts, takes no more memory than its limit, and keeps its log within its volume.
 */
export function settingProblems(size: ServerSize, overrides: Overrides = {}): Problem[] {
  const wrong = sizeProblems(size);
  const ofOverrides = overrideProblems(overrides, size.major);
  // What cannot be read cannot be held against anything; the rest still can.
  const unread = new Set(ofOverrides.map(({ setting }) => setting));
  const read = Object.fromEntries(
    Object.entries(overrides).filter(([name]) => !unread.has(`altlas:database.settings.${name}`)),
  );
  const safety = safetyProblems(read);
  return [...wrong, ...ofOverrides, ...safety, ...(wrong.length > 0 ? [] : relationProblems(size, read))];
}
