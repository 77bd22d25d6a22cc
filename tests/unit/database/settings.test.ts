import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cloudNativePgSettings,
  memoryCommitment,
  operatorParameters,
  parameterOf,
  serverSettings,
  settingProblems,
  walShare,
} from "../../../model/database/settings";
import { bytesOf, numberOf } from "../../../model/database/settings/amounts";
import { ownerOf } from "../../../model/database/settings/owned";
import { type ServerSize } from "../../../model/database/server";
import { type Bytes, bytes, type Cpu, formatCpu } from "../../../model/quantity";
import { serverSize } from "../../support/server-sizes";

const beta = serverSize({});
const dev = serverSize({
  cpu: "500m",
  memory: "512Mi",
  volume: "20Gi",
  walVolume: "4Gi",
  maxConnections: 60,
  replicas: 0,
});
const smallest = serverSize({
  cpu: "250m",
  memory: "256Mi",
  volume: "5Gi",
  walVolume: "1Gi",
  maxConnections: 20,
  replicas: 0,
});
const large = serverSize({ cpu: "16", memory: "64Gi", volume: "1Ti", walVolume: "200Gi", maxConnections: 500 });

/** A setting's value. */
function value(size: ServerSize, name: string, overrides = {}): string | undefined {
  return serverSettings(size, overrides).find((setting) => setting.name === name)?.value;
}

/** A setting's value in bytes. */
function amount(size: ServerSize, name: string): number {
  const parameter = parameterOf(name, size.major);
  return bytesOf(value(size, name) ?? "", parameter!);
}

/** Problems of overrides, one line each. */
function problems(overrides: Readonly<Record<string, string>>, size = beta): string[] {
  return settingProblems(size, overrides).map(
    ({ setting, value: given, why, remedy }) =>
      `${setting.replace("altlas:database.", "")} = ${String(given)}: ${why} ${remedy}`,
  );
}

describe("settings of a server", () => {
  it("are those of the facts for the size of beta", () => {
    const names = ["shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem", "autovacuum_work_mem"];
    expect(Object.fromEntries(names.map((name) => [name, value(beta, name)]))).toEqual({
      shared_buffers: "1536MB",
      effective_cache_size: "4300MB",
      work_mem: "6086kB",
      maintenance_work_mem: "307MB",
      autovacuum_work_mem: "153MB",
    });
    const log = ["max_wal_size", "min_wal_size", "max_slot_wal_keep_size", "wal_keep_size", "wal_buffers"];
    expect(Object.fromEntries(log.map((name) => [name, value(beta, name)]))).toEqual({
      max_wal_size: "4256MB",
      min_wal_size: "1GB",
      max_slot_wal_keep_size: "8528MB",
      wal_keep_size: "1GB",
      wal_buffers: "16MB",
    });
    const cores = ["max_parallel_workers", "max_parallel_workers_per_gather", "autovacuum_max_workers", "io_workers"];
    expect(cores.map((name) => value(beta, name))).toEqual(["2", "1", "4", "3"]);
    expect(cores.map((name) => value(large, name))).toEqual(["16", "2", "6", "8"]);
  });

  it("have a reason each, which names what it was computed from", () => {
    const why = (name: string) => serverSettings(beta).find((setting) => setting.name === name)?.why;
    expect(why("shared_buffers")).toMatch(/A quarter of the 6 GiB limit/);
    expect(why("max_wal_size")).toMatch(/A sixth of the 25 GiB volume of the log/);
    expect(why("temp_file_limit")).toMatch(/A tenth of the 100 GiB volume/);
    expect(why("max_parallel_workers")).toMatch(/2 CPU/);
    for (const setting of serverSettings(beta)) expect(setting.why, setting.name).toMatch(/^[A-Z0-9].{8,}\.$/);
  });

  it("work for the smallest server, dev's, and one of 64 GiB", () => {
    for (const size of [smallest, dev, beta, large]) expect(settingProblems(size)).toEqual([]);
    expect(value(smallest, "work_mem")).toBe("1649kB");
    expect(value(large, "shared_buffers")).toBe("16GB");
  });

  it("are those that the major knows: 15 has neither I/O workers nor slots of autovacuum, and one word for connections", () => {
    const fifteen = { ...beta, major: 15 };
    const names = new Set(serverSettings(fifteen).map(({ name }) => name));
    const newer = ["io_method", "io_workers", "autovacuum_worker_slots", "idle_replication_slot_timeout"];
    for (const name of [...newer, "track_cost_delay_timing", "reserved_connections"]) expect(names).not.toContain(name);
    expect(value(fifteen, "log_connections")).toBe("on");
    expect(value({ ...beta, major: 16 }, "reserved_connections")).toBe("5");
    expect(value({ ...beta, major: 17 }, "io_method")).toBeUndefined();
    expect(value(beta, "log_connections")).toBe("receipt,authentication,authorization");
    const eight = serverSettings({ ...beta, major: 18 }).filter(({ name }) => name === "autovacuum_max_workers");
    expect(eight.map(({ restart }) => restart)).toEqual([false]);
    expect(serverSettings(fifteen).find(({ name }) => name === "autovacuum_max_workers")?.restart).toBe(true);
  });

  it("take a stack's value in place of the computed one, and say so; one that is not computed comes last", () => {
    const settings = serverSettings(beta, { work_mem: "4MB", deadlock_timeout: "2s" });
    expect(settings.find(({ name }) => name === "work_mem")).toMatchObject({
      value: "4MB",
      why: expect.stringMatching(/^The stack's \(altlas:database.settings\), in place of \d+kB\. /) as string,
    });
    expect(settings.at(-1)).toMatchObject({ name: "deadlock_timeout", value: "2s", restart: false });
  });

  it("leave to CloudNativePG what it refuses", () => {
    const all = serverSettings(beta).map(({ name }) => name);
    const carried = cloudNativePgSettings(serverSettings(beta)).map(({ name }) => name);
    expect(all.filter((name) => !carried.includes(name))).toEqual(["shared_preload_libraries"]);
    // A stack cannot bring one in by an override either: it is refused in each form.
    for (const name of operatorParameters) {
      if (name === "shared_preload_libraries" || parameterOf(name, 18) === undefined) continue;
      expect(ownerOf(name), name).toBeDefined();
    }
  });
});

const memory = fc.integer({ min: 256, max: 128 * 1024 });
const anySize = fc
  .record({
    millicores: fc.integer({ min: 100, max: 64_000 }),
    memory,
    volume: fc.integer({ min: 1024, max: 8 * 2 ** 20 }),
    walVolume: fc.integer({ min: 1024, max: 2 ** 20 }),
    maxConnections: fc.integer({ min: 20, max: 1000 }),
    replicas: fc.integer({ min: 0, max: 8 }),
    major: fc.integer({ min: 15, max: 18 }),
  })
  .map(({ millicores, memory: mebibytes, volume, walVolume, maxConnections, replicas, major }) =>
    serverSize({
      cpu: formatCpu(millicores),
      memory: `${mebibytes}Mi`,
      volume: `${volume}Mi`,
      walVolume: `${walVolume}Mi`,
      maxConnections,
      replicas,
      major,
    }),
  );

describe("settings of any server that is not refused", () => {
  const sized = anySize.filter((size) => settingProblems(size).length === 0);

  it("never take more memory than the limit, nor more of the log's volume than alerts allow", () => {
    fc.assert(
      fc.property(sized, (size) => {
        const { total, limit } = memoryCommitment(serverSettings(size), size);
        expect(total).toBeLessThanOrEqual(limit);
        const slots = Math.max(amount(size, "max_slot_wal_keep_size"), amount(size, "wal_keep_size"));
        expect(amount(size, "max_wal_size") + slots).toBeLessThanOrEqual(walShare * bytes(size.walVolume));
        expect(amount(size, "min_wal_size")).toBeLessThanOrEqual(amount(size, "max_wal_size"));
      }),
    );
  });

  it("use the memory that there is: a tenth at most lies idle unless work_mem is at its bound", () => {
    fc.assert(
      fc.property(sized, (size) => {
        const { total, limit } = memoryCommitment(serverSettings(size), size);
        if (value(size, "work_mem") !== "64MB") expect(total).toBeGreaterThan(0.9 * limit);
      }),
    );
  });

  it("grow with the memory, each of them", () => {
    const growing = ["shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem", "wal_buffers"];
    fc.assert(
      fc.property(sized, fc.integer({ min: 1, max: 4096 }), (size, more) => {
        const { limits } = size.resources;
        const mebibytes = bytes(limits.memory) / 2 ** 20 + more;
        const larger = serverSize({ ...size, cpu: limits.cpu, memory: `${mebibytes}Mi` });
        for (const name of growing) expect(amount(larger, name), name).toBeGreaterThanOrEqual(amount(size, name));
      }),
    );
  });

  it("are read by the server: known names, whole numbers of a unit, within bounds, none of them the platform's own twice", () => {
    fc.assert(
      fc.property(sized, (size) => {
        const settings = serverSettings(size);
        expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
        for (const { name, value: text } of settings) {
          const parameter = parameterOf(name, size.major)!;
          if (parameter.type !== "integer" && parameter.type !== "real") continue;
          const number = numberOf(text, parameter);
          expect(number, `${name} = ${text}`).toBeGreaterThanOrEqual(parameter.minimum!);
          expect(number, `${name} = ${text}`).toBeLessThanOrEqual(parameter.maximum!);
        }
      }),
    );
  });
});

describe("sizes that are refused", () => {
  const refused: [
    string,
    Partial<{ cpu: Cpu; memory: Bytes; walVolume: Bytes; maxConnections: number; major: number }>,
    RegExp,
  ][] = [
    ["too little memory", { memory: "128Mi" }, /resources.memory = 128Mi: .*256Mi or more/],
    ["too little CPU", { cpu: "50m" }, /resources.cpu = 50m: Its limit is 0.05 CPU.*50m or more/],
    ["a small volume of the log", { walVolume: "512Mi" }, /walVolume = 512Mi: .*1Gi or more/],
    ["too few connections", { maxConnections: 10 }, /maxConnections = 10: .*20 or more/],
    [
      "a major without settings",
      { major: 19 },
      /images.postgresql = 19: .*15 to 18: 19 replaces io_workers.*Stay with 18/,
    ],
    ["an old major", { major: 14 }, /images.postgresql = 14: .*Use 18/],
  ];
  it.each(refused)("%s", (_, change, message) => {
    const found = problems({}, serverSize(change));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it("more connections than the memory carries, with both numbers that fit", () => {
    const crowded = { memory: "512Mi", cpu: "500m", maxConnections: 200, replicas: 0 } as const;
    const [problem = "", ...more] = problems({}, serverSize(crowded));
    expect(more).toEqual([]);
    expect(problem).toMatch(/^maxConnections = 200: With the 512 MiB limit, .* leave nothing to each/);
    const memoryThatFits = /resources.memory to (\S+) or more/.exec(problem)?.[1] as Bytes;
    const connectionsThatFit = Number(/maxConnections to (\d+) or less/.exec(problem)?.[1]);
    expect(problems({}, serverSize({ ...crowded, memory: memoryThatFits }))).toEqual([]);
    expect(problems({}, serverSize({ ...crowded, memory: `${bytes(memoryThatFits) / 2 ** 20 - 1}Mi` }))).toHaveLength(
      1,
    );
    expect(problems({}, serverSize({ ...crowded, maxConnections: connectionsThatFit }))).toEqual([]);
    expect(problems({}, serverSize({ ...crowded, maxConnections: connectionsThatFit + 1 }))).toHaveLength(1);
  });
});

describe("overrides that are refused", () => {
  it.each<[Record<string, string>, RegExp]>([
    [
      { work_mem: "64MB" },
      /work_mem = 64MB: Together the server may take .* of the limit of 6Gi.*shared_buffers 1.5 GiB .*200 connections \+ 2 parallel workers\) × work_mem × 2.*Set work_mem to 6093kB or less, or lower altlas:database.maxConnections \(200\), or set altlas:database.resources.memory to \d+(Mi|Gi) or more\./,
    ],
    [{ shared_buffers: "5GB" }, /shared_buffers = 5GB: Together .*Lower shared_buffers, or lower/],
    [
      { shared_buffers: "3GB" },
      /shared_buffers = 3GB: It leaves 456 KiB to each connection.*below 512 KiB.*Lower shared_buffers/,
    ],
    [{ max_connections: "500" }, /max_connections = 500: The connection budget.*Set altlas:database.maxConnections/],
    [{ listen_addresses: "localhost" }, /listen_addresses = localhost: .*network policies/],
    [{ ssl: "off" }, /ssl = off: .*altlas:database.certificate/],
    [{ archive_command: "true" }, /archive_command = true: Backups are the program's.*altlas:database.backup/],
    [{ share_buffers: "1GB" }, /share_buffers = 1GB: .*Did you mean shared_buffers\?/],
    [{ zero_damaged_pages: "on" }, /zero_damaged_pages = on: .*no parameter of that name that may be set in service/],
    [
      { work_mem: "4mb" },
      /work_mem = 4mb: .*units B, kB, MB, GB, TB \(capitals count\), or without one in kB.*default is 4096kB/,
    ],
    [{ checkpoint_timeout: "15m" }, /checkpoint_timeout = 15m: .*units us, ms, s, min, h, d/],
    [{ default_statistics_target: "200kB" }, /default_statistics_target = 200kB: .*number without a unit/],
    [{ checkpoint_completion_target: "9" }, /takes 0 to 1; this comes to 9/],
    [{ jit: "perhaps" }, /jit = perhaps: .*on or off/],
    [{ wal_level: "full" }, /wal_level = full: .*minimal, replica, logical/],
    [{ fsync: "off" }, /fsync = off: .*no recovery can repair/],
    [{ full_page_writes: "no" }, /full_page_writes = no: .*half written/],
    [{ synchronous_commit: "off" }, /synchronous_commit = off: .*SET LOCAL/],
    [{ autovacuum: "off" }, /autovacuum = off: .*grow without end/],
    [{ wal_level: "minimal" }, /wal_level = minimal: .*Use replica/],
    [{ password_encryption: "md5" }, /password_encryption = md5: .*could not log in/],
    [{ ssl_min_protocol_version: "TLSv1" }, /ssl_min_protocol_version = TLSv1: .*RFC 8996/],
    [{ shared_preload_libraries: "pgaudit" }, /shared_preload_libraries = pgaudit: .*ALT-DB-012.*Begin the list/],
    [{ log_min_duration_statement: "-1" }, /log_min_duration_statement = -1: .*ALT-DB-012/],
    [
      { max_wal_size: "12GB" },
      /max_wal_size = 12GB: .*12 GiB .*8.33 GiB .*20.3 GiB, more than 70 % of the 25Gi volume of the log \(17.5 GiB\).*walVolume to 30Gi or more/,
    ],
    [{ max_slot_wal_keep_size: "-1" }, /max_slot_wal_keep_size = -1: .*ALT-DB-007.*8738133kB/],
    [{ wal_keep_size: "20GB" }, /wal_keep_size = 20GB: .*24.2 GiB/],
    [{ min_wal_size: "8GB" }, /min_wal_size = 8GB: .*more than max_wal_size 4.16 GiB/],
    [
      { max_worker_processes: "4" },
      /max_worker_processes = 4: Its users want 7 processes \(max_parallel_workers 2, max_logical_replication_workers 4, 1 launcher\)/,
    ],
    [{ max_parallel_workers: "9", work_mem: "4MB" }, /max_parallel_workers = 9: .*max_worker_processes only 8/],
    [{ max_parallel_workers_per_gather: "4" }, /max_parallel_workers_per_gather = 4: .*max_parallel_workers only 2/],
    [
      { autovacuum_max_workers: "17", autovacuum_work_mem: "16MB" },
      /autovacuum_max_workers = 17: A worker without a slot/,
    ],
    [{ max_wal_senders: "3" }, /max_wal_senders = 3: .*2 replicas and a base backup with its log need 4/],
    [{ wal_log_hints: "off" }, /wal_log_hints = off: .*CloudNativePG refuses it/],
    [{ effective_cache_size: "8GB" }, /effective_cache_size = 8GB: .*limit of 6Gi/],
    [{ temp_file_limit: "-1" }, /temp_file_limit = -1: .*fill half of the 100Gi volume/],
    [
      { superuser_reserved_connections: "200" },
      /superuser_reserved_connections = 200: The connection budget keeps exactly/,
    ],
  ])("%j", (overrides, message) => {
    const found = problems(overrides);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it("all at once, those of readable values beside those of unreadable ones", () => {
    const found = problems({ fsync: "off", work_mem: "1 parsec", max_wal_size: "40GB", prot: "1", io_method: "sync" });
    expect(found.map((line) => line.split(" = ")[0])).toEqual([
      "settings.work_mem",
      "settings.prot",
      "settings.fsync",
      "settings.max_wal_size",
    ]);
  });

  it("names that the major does not know yet", () => {
    expect(problems({ io_workers: "4" }, { ...beta, major: 16 })[0]).toMatch(
      /io_workers = 4: PostgreSQL 16 does not know it and would not start; 18 was the first to/,
    );
    expect(problems({ log_connections: "all" }, { ...beta, major: 15 })[0]).toMatch(/yes or no/);
  });

  it("and nothing of overrides that fit", () => {
    const fine = { work_mem: "4MB", max_wal_size: "4GB", io_method: "sync", random_page_cost: "1.5", jit: "true" };
    expect(problems({ ...fine, shared_preload_libraries: "pg_stat_statements, auto_explain, pgaudit" })).toEqual([]);
    expect(problems({ deadlock_timeout: "1500ms", statement_timeout: "0.5h", wal_buffers: "2048" })).toEqual([]);
  });
});

describe("overrides that take memory", () => {
  it("leave less to the connections, and are refused when that is too little", () => {
    expect(value(beta, "work_mem", { shared_buffers: "2GB" })).toBe("4214kB");
    expect(problems({ shared_buffers: "2GB" })).toEqual([]);
    const size = serverSize({ memory: "4Gi" });
    const [problem = ""] = problems({ shared_buffers: "2GB" }, size);
    const fits = /resources.memory to (\S+) or more/.exec(problem)?.[1] as Bytes;
    expect(problems({ shared_buffers: "2GB" }, serverSize({ memory: fits }))).toEqual([]);
    const less: Bytes = `${bytes(fits) / 2 ** 20 - 1}Mi`;
    expect(problems({ shared_buffers: "2GB" }, serverSize({ memory: less }))).toHaveLength(1);
  });
});

describe("memoryCommitment", () => {
  it("reckons with the server's defaults where nothing is given", () => {
    const { parts, fits } = memoryCommitment([], beta);
    const of = (name: string) => (parts.find((part) => part.name === name)?.bytes ?? 0) / 2 ** 20;
    expect(of("shared_buffers")).toBe(128);
    // 100 connections and 8 parallel workers, 4 MB each, twice for hashes.
    expect(of("work_mem")).toBe(108 * 8);
    // Three workers with maintenance_work_mem, because autovacuum_work_mem is -1.
    expect(of("autovacuum_work_mem")).toBe(3 * 64);
    expect(fits).toBe(true);
  });

  it("is what makes a server too small", () => {
    const small = serverSize({ memory: "1Gi" });
    expect(memoryCommitment([{ name: "max_connections", value: "300" }], small).fits).toBe(false);
  });
});
