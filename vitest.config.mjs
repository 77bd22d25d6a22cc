import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

const shared = {
  // Each isolated file would load the Pulumi SDK again (0.4 s a file).
  isolate: false,
  pool: "forks",
};

/** Files that take minutes. A long one that begins last leaves one of two cores with nothing to do. */
const longest = [
  ...["program", "start", "fault", "kubernetes-provider", "sandbox-crash", "bad-input", "metrics-server"],
  ...["postgresql-twin", "database-report", "postgresql-plain", "postgresql-backup", "pgbouncer"],
];

class LongestFirst extends BaseSequencer {
  async sort(files) {
    const rank = ({ moduleId }) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/engine/${name}.test.ts`));
      return index < 0 ? longest.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** What `bin/ts.cjs` does with SQL and shell: the file's text is the module's default. */
const scriptText = {
  name: "script-text",
  transform: (text, id) => (/\.(sql|sh)$/.test(id) ? `export default ${JSON.stringify(text)};` : undefined),
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [scriptText],
        test: {
          ...shared,
          name: "fast",
          include: ["tests/{unit,policies,golden,corpora}/**/*.test.ts"],
          setupFiles: ["tests/support/property-tests.ts"],
          // Vitest leaves a core to itself, which of two is half of the machine.
          maxWorkers: 2,
          // The longest takes 3 s alone; on two cores that also build tools it has taken ten times that.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        plugins: [scriptText],
        test: {
          ...shared,
          name: "engine",
          include: ["tests/engine/**/*.test.ts"],
          // The tools that these tests run; built here when they are not on the machine.
          globalSetup: ["tests/support/engine-tools.ts"],
          setupFiles: ["tests/support/engine-set-up.ts"],
          // One more than cores: two leave half of them idle, because tests of control planes mostly wait.
          maxWorkers: 3,
          // After the fast tests, and never beside them.
          sequence: { groupOrder: 1 },
          // An update waits for pods; a first start of a control plane takes 15 s when both cores are busy.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
