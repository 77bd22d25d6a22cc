import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Each isolated file would load the Pulumi SDK again (0.4 s a file).
    isolate: false,
    pool: "forks",
    testTimeout: 30_000,
  },
});
