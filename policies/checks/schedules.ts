import { Cron } from "croner";

const day = 86_400_000;
/** Two years and two months, the first a leap year: what happens once a year happens twice. */
const [from, until] = [Date.UTC(2024, 0, 1), Date.UTC(2026, 2, 1)];
const computed = new Map<string, number | undefined>();

/**
 * Days between two runs of a schedule at the longest, several runs of one day counted as one: 1 for whatever runs every
 * day, 31 for once a month. `Infinity` for one that never runs, `undefined` for what is no schedule.
 *
 * @param schedule As Kubernetes or CloudNativePG write it: five fields, six with seconds first, `@daily`, `@every 1h`.
 */
export function longestPause(schedule: string): number | undefined {
  if (!computed.has(schedule)) computed.set(schedule, pauseOf(schedule.replace(/^(?:CRON_)?TZ=\S+\s+/, "").trim()));
  return computed.get(schedule);
}

function pauseOf(schedule: string): number | undefined {
  const every = /^@every (?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(schedule);
  if (every) return Math.max(1, Math.ceil(Number(every[1] ?? 0) / 24));
  let cron: Cron;
  try {
    cron = new Cron(schedule, { timezone: "UTC", paused: true });
  } catch {
    return undefined;
  }
  let [longest, last]: [number, number | undefined] = [0, undefined];
  for (let cursor = from; cursor < until;) {
    const next = cron.nextRun(new Date(cursor))?.getTime();
    if (next === undefined || next >= until) break;
    const today = Math.floor(next / day);
    longest = Math.max(longest, today - (last ?? today));
    last = today;
    // The last moment of that day: the search goes on after it.
    cursor = (today + 1) * day - 1;
  }
  if (last === undefined) return Infinity;
  // A schedule that stops early, such as one of a single year, pauses until the end.
  return Math.max(longest, Math.floor(until / day) - last);
}
