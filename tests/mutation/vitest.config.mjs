import { defineConfig } from "vitest/config";

/** The tests that judge single rules, alone: the mutation tester runs them some hundred times. */
export default defineConfig({
  test: {
    include: ["tests/policies/{rules,mutants,remediation}.test.ts"],
    setupFiles: ["tests/support/property-tests.ts"],
    isolate: false,
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
