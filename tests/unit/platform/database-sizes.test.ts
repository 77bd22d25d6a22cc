import { describe, expect, it } from "vitest";
import { type Problem } from "../../../model/problem";
import { catalogue } from "../../../stacks/altlas";
import { tryLoadPlatform } from "../../../stacks/platform";
import { stackConfig } from "../../support/stack";

function load(stack: string, changes: Record<string, unknown>) {
  return tryLoadPlatform(stackConfig(stack, changes), catalogue);
}

/** Problems as one line each; none where the stack is accepted. */
function problemsOf(stack: string, changes: Record<string, unknown>): string[] {
  const result = load(stack, changes);
  const line = ({ setting, value, why, remedy }: Problem) => `${setting} = ${String(value)}: ${why} ${remedy}`;
  return "problems" in result ? result.problems.map(line) : [];
}

/** The stack's database; fails where the stack is refused. */
function databaseOf(stack: string, changes: Record<string, unknown> = {}) {
  const result = load(stack, changes);
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.platform.database;
}

const value = (database: ReturnType<typeof databaseOf>, name: string) =>
  database.settings.find((setting) => setting.name === name)?.value;

describe("the size of a stack's database", () => {
  it("is beta's: settings from its limits, roles within its connections", () => {
    const database = databaseOf("beta");
    expect(value(database, "shared_buffers")).toBe("1536MB");
    expect(value(database, "max_connections")).toBe(String(database.maxConnections));
    const limits = database.roles.reduce((sum, { connectionLimit }) => sum + connectionLimit, 0);
    expect(limits).toBeGreaterThan(0);
    expect(limits).toBeLessThan(database.maxConnections);
  });

  it("follows the services: more connections under their target contracts, and memory for them", () => {
    const [now, later] = [databaseOf("dev"), databaseOf("dev", { contract: "target" })];
    expect(later.maxConnections).toBeGreaterThan(now.maxConnections);
    expect([now.resources.limits.memory, later.resources.limits.memory]).toEqual(["512Mi", "576Mi"]);
    expect(later.resources.requests.memory).toBe(later.resources.limits.memory);
    // What a stack says is kept, and refused where it is too little.
    const own = { form: "plain", resources: { cpu: "250m", memory: "512Mi" } };
    expect(problemsOf("dev", { contract: "target", database: own })).toEqual([
      expect.stringMatching(/^altlas:database.maxConnections = 80: With the 512 MiB limit, .*memory to \d+Mi or more/),
    ]);
  });

  it("is refused with everything that is wrong, before anything is registered", () => {
    const database = {
      form: "cloudNativePg",
      maxConnections: 100,
      walVolume: "8Gi",
      settings: { fsync: false, max_wal_size: "20GB", work_mem: "1GB", shared_bufers: "1GB", max_connections: 500 },
    };
    const found = problemsOf("beta", { contract: "target", database });
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "altlas:database.settings.shared_bufers = 1GB",
      "altlas:database.settings.max_connections = 500",
      "altlas:database.settings.fsync = off",
      "altlas:database.settings.work_mem = 1GB",
      "altlas:database.settings.max_wal_size = 20GB",
      "altlas:database.maxConnections = 100",
    ]);
    expect(found.at(-1)).toMatch(
      /374 connections to 2 poolers .*which need 147 .*Of 100 only 60 are left.*Set it to 187 or more \(its 6Gi of memory carry that\)/,
    );
  });
});
