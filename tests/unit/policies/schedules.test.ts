import { expect, test } from "vitest";
import { longestPause } from "../../../policies/checks/schedules";

test.each([
  ["*/5 * * * *", 1],
  ["0 3 * * *", 1],
  ["0 0 3 * * *", 1],
  ["@daily", 1],
  ["@weekly", 7],
  ["@monthly", 31],
  ["0 3 1 * *", 31],
  ["15 2 * * 0", 7],
  ["CRON_TZ=Europe/Berlin 0 3 * * 1-5", 3],
  // Either day fits when both are given.
  ["0 3 1 * 1", 7],
  // April and June, among others, have no day 31.
  ["0 3 31 * *", 61],
  ["0 3 1 7 *", 365],
  ["0 3 30 2 *", Infinity],
  ["@every 6h", 1],
  ["@every 72h", 3],
  ["@every 30m", 1],
  ["every day", undefined],
  ["0 3 * *", undefined],
  ["99 3 * * *", undefined],
])("%s pauses %s days at the longest", (schedule, days) => {
  expect(longestPause(schedule)).toBe(days);
});
