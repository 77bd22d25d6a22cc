import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { otherLibraries, serverParameters } from "../../components/postgresql/cloud-native-pg/parameters";
import { type ServerSetting, type ServerSize } from "../../model/database/server";
import {
  memoryCommitment,
  type Parameter,
  parameterOf,
  serverSettings,
  settingProblems,
} from "../../model/database/settings";
import { booleanOf, numberOf } from "../../model/database/settings/amounts";
import { parameterNames } from "../../model/database/settings/parameters";
import { type Major, type Server, startServer } from "../support/postgresql";
import { serverSize } from "../support/server-sizes";

/** Sizes of the two stacks. Their shared memory is only taken where it is touched, so a small machine starts both. */
const sizes: Readonly<Record<string, ServerSize>> = {
  beta: serverSize({}),
  dev: serverSize({
    cpu: "500m",
    memory: "512Mi",
    volume: "20Gi",
    walVolume: "4Gi",
    maxConnections: 60,
    replicas: 0,
  }),
};
const majors = [18, 15] as const satisfies Major[];

interface Row {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly vartype: string;
  readonly source: string;
  readonly context: string;
  readonly category: string;
  readonly pending_restart: boolean;
  readonly min_val: string | null;
  readonly max_val: string | null;
  readonly enumvals: readonly string[] | null;
  readonly boot_val: string | null;
}

async function rows(server: Server): Promise<Map<string, Row>> {
  const text = await server.psql("SELECT json_agg(s) FROM pg_settings AS s");
  return new Map((JSON.parse(text) as Row[]).map((row) => [row.name, row]));
}

/** The settings by name, as `postgresql.conf` has them. */
function lines(settings: readonly ServerSetting[]): Record<string, string> {
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

/** A value as `pg_settings` shows it: numbers in the parameter's unit, yes and no in one word. */
function shown(text: string, parameter: Parameter): string {
  if (parameter.type === "bool") return booleanOf(text) ? "on" : "off";
  return parameter.type === "integer" || parameter.type === "real" ? String(numberOf(text, parameter)) : text;
}

/** Expects each setting to be in force as it was given, and the server to have nothing to say against it. */
function expectInForce(server: Server, given: Readonly<Record<string, string>>, found: Map<string, Row>): void {
  for (const [name, value] of Object.entries(given)) {
    const row = found.get(name);
    expect(row, `PostgreSQL ${server.major} knows ${name}`).toMatchObject({
      setting: shown(value, parameterOf(name, server.major)!),
      source: "configuration file",
      pending_restart: false,
    });
  }
  expect(server.log()).not.toMatch(/WARNING|ERROR|FATAL|PANIC|unrecognized|invalid/);
}

/** Memory of a process that belongs to no file: its own, and what it shares with its parent until one of them writes. */
function anonymousKilobytes(pid: number): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

describe.each(majors)("PostgreSQL %i", (major) => {
  it.each(Object.keys(sizes))("starts with the settings of %s, each in force, without a warning", async (name) => {
    const size = { ...sizes[name]!, major };
    const settings = serverSettings(size);
    const server = await startServer({ major, settings: lines(settings) });
    const found = await rows(server);
    expectInForce(server, lines(settings), found);
    for (const setting of settings) {
      expect(found.get(setting.name)?.context === "postmaster", setting.name).toBe(setting.restart);
    }
    // What memory is reckoned with is no less than what the server takes before anybody connects.
    const shared = memoryCommitment(settings, size).parts.filter(({ name: part }) => part.includes("shared"));
    const reckoned = shared.reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 20;
    const taken = Number(found.get("shared_memory_size")?.setting);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(reckoned);
    await server.stop();
  });

  it("takes no more memory for a connection than is reckoned with, after it has asked 48 partitions", async () => {
    const size = { ...sizes.dev!, major };
    const settings = serverSettings(size);
    const server = await startServer({ major, settings: lines(settings) });
    await server.psql(`
      CREATE TABLE parts (id int PRIMARY KEY, text text) PARTITION BY HASH (id);
      SELECT format('CREATE TABLE part_%s PARTITION OF parts FOR VALUES WITH (MODULUS 48, REMAINDER %s)', r, r)
        FROM generate_series(0, 47) AS r \\gexec
      INSERT INTO parts SELECT i, repeat('x', 200) FROM generate_series(1, 20000) AS i;`);
    // As services' roles have it; a plan for all values keeps a part for each partition.
    const client = await server.client({ options: "-c plan_cache_mode=force_custom_plan" });
    for (const text of ["SELECT * FROM parts WHERE id = $1", "UPDATE parts SET text = 'y' WHERE id = $1"]) {
      for (let id = 1; id <= 200; id += 1) await client.query({ name: text, text, values: [id] });
    }
    await client.query("SELECT count(*) FROM parts WHERE text = 'y'");
    const { rows: found } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const parent = Number(readFileSync(path.join(server.dataFolder, "postmaster.pid"), "utf8").split("\n")[0]);
    // What it has beyond its parent's is its own; its page table is reckoned apart, from the buffers.
    const own = (anonymousKilobytes(found[0]!.pid) - anonymousKilobytes(parent)) / 1024;
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThanOrEqual(2.5);
    await server.stop();
  });

  it("starts with what a Cluster of CloudNativePG carries, and the libraries that the operator loads for it", async () => {
    const settings = serverSettings({ ...sizes.beta!, major });
    const carried = serverParameters(settings);
    expect(otherLibraries(settings)).toEqual([]);
    const server = await startServer({
      major,
      settings: { ...carried, shared_preload_libraries: "pg_stat_statements,auto_explain" },
    });
    expectInForce(server, carried, await rows(server));
    await server.stop();
  });

  it("starts with whatever is accepted as an override, and is not asked to with what is refused", async () => {
    const size = { ...sizes.dev!, major };
    const accepted = { shared_buffers: "16384", work_mem: "512", deadlock_timeout: "1.5s", statement_timeout: "0.5h" };
    expect(settingProblems(size, accepted)).toEqual([]);
    const settings = lines(serverSettings(size, accepted));
    const server = await startServer({ major, settings });
    expectInForce(server, settings, await rows(server));
    const refused = { work_mem: "4mb", checkpoint_timeout: "15m", jit: "perhaps", share_buffers: "1MB" };
    expect(settingProblems(size, refused)).toHaveLength(4);
    for (const [name, value] of Object.entries(refused)) {
      await expect(server.psql(`ALTER SYSTEM SET ${name} = '${value}'`), name).rejects.toThrow(
        /invalid value for parameter|requires a Boolean value|unrecognized configuration parameter/,
      );
    }
    await server.stop();
  });

  it("tells of each parameter what the table says", async () => {
    const server = await startServer({
      major,
      settings: { shared_preload_libraries: "pg_stat_statements,auto_explain" },
    });
    const found = await rows(server);
    const settable = [...found.values()].filter(
      ({ context, category }) => context !== "internal" && category !== "Developer Options",
    );
    const notInTable = settable.map(({ name }) => name).filter((name) => parameterOf(name, major) === undefined);
    // Debian's own, and one that came with a minor release: not every server of the major knows it.
    const some = ["extension_destdir", "output_plugin_libraries"];
    // Gone with 16 to 18; nothing here may set them.
    const gone = ["db_user_namespace", "old_snapshot_threshold", "promote_trigger_file", "ssl_ecdh_curve"];
    expect(notInTable.filter((name) => !some.includes(name)).sort()).toEqual(
      major === 15 ? [...gone, "vacuum_defer_cleanup_age"] : [],
    );
    expect(parameterNames(major).filter((name) => !found.has(name))).toEqual([]);
    for (const row of settable.filter(({ name }) => !notInTable.includes(name))) {
      const { values, ...parameter } = parameterOf(row.name, major)!;
      const isNumber = row.vartype === "integer" || row.vartype === "real";
      expect(parameter, row.name).toMatchObject({
        type: row.vartype,
        restart: row.context === "postmaster",
        ...(row.unit === null ? {} : { unit: row.unit }),
        ...(isNumber ? { minimum: Number(row.min_val), maximum: Number(row.max_val) } : {}),
        // Of texts some are folders of the build.
        ...(row.vartype === "string" ? {} : { default: row.boot_val }),
      });
      // A build without liburing or zstd has fewer.
      expect(values, row.name).toEqual(expect.arrayContaining([...(row.enumvals ?? [])]));
    }
    await server.stop();
  });
});
