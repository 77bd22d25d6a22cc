// `npm run mutate`: changes rules in hundreds of small ways and runs their tests against each change. A change that no test
// notices has survived. A sample of rules, one of each area and one that mends; it takes minutes, and so is no part of
// `npm test`. docs/evidence.md lists the survivors with the reason why each may live.
import { tmpdir } from "node:os";
import path from "node:path";
import { sample } from "./sample.mjs";

export default {
  mutate: sample.map((rule) => `policies/rules/${rule}.ts`),
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "tests/mutation/vitest.config.mjs", related: false },
  coverageAnalysis: "perTest",
  // A mutant that loops for ever is caught; a busy machine is not taken for one.
  timeoutMS: 60_000,
  // Titles, reasons and other constants of the module: mutating them needs a new load of everything for each.
  ignoreStatic: true,
  tempDirName: path.join(tmpdir(), "altlas-mutation"),
  reporters: ["progress", "clear-text"],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  // Below this share of noticed changes the command fails.
  thresholds: { high: 98, low: 95, break: 95 },
};
