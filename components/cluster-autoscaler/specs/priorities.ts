import { type ScaledPool } from "../args";

/** Below every priority that a pool has. */
const lowestPriority = 1;

/**
 * The expander's table as it reads it: for each priority the names of node groups, as regular expressions. A group that
 * matches nothing would never be chosen, so the last line takes all others at the lowest priority.
 */
export function priorityTable(pools: readonly ScaledPool[]): string {
  const byPriority = new Map<number, string[]>();
  for (const { groupName, priority } of pools) {
    byPriority.set(priority, [...(byPriority.get(priority) ?? []), `^${escape(groupName)}`]);
  }
  const rows = [...byPriority, [lowestPriority, [".*"]] as const].sort(([a], [b]) => b - a);
  return rows
    .map(([priority, patterns]) => `${priority}:\n${patterns.map((each) => `  - ${each}\n`).join("")}`)
    .join("");
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
