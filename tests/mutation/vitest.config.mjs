import { defineConfig } from "vitest/config";

/** The cases of single rules, alone: the mutation tester runs them some hundred times. */
export default defineConfig({
  test: {
    include: [
      "tests/mutation/sample.test.ts",
      "tests/policies/{exemption-outputs,remediation,remediation-values}.test.ts",
    ],
    setupFiles: ["tests/support/property-tests.ts"],
    isolate: false,
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
