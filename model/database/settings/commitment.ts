import { bytes } from "../../quantity";
import { type ServerSetting, type ServerSize } from "../server";
import { bytesOf, numberOf } from "./amounts";
import { type Parameter, parameterOf } from "./parameters";

/**
 * Bytes of its own that a process takes which has answered queries: 2.1 MiB on 18 and 2.2 on 15 after statements on 48
 * partitions, planned for each call as the services' roles have it (`npm test -- tests/engine/postgresql-settings`). With
 * plans kept for all values it would be 3.2.
 */
const processBytes = 2.5 * 2 ** 20;
/** A page table has 8 bytes for each 4 KiB page of shared memory that a process has touched; without huge pages, of all. */
const pageTablePart = 8 / 4096;
/** The parent and what writes in the background, without what they share. */
const serverBytes = 8 * 2 ** 20;

/**
 * What the server keeps in shared memory besides buffers: upper bounds of `postgres -C shared_memory_size` of 18.6 for
 * buffers of 64 MB to 16 GB, 20 to 1000 connections with 128 locks each, and 1000 to 10 000 statements.
 */
const shared = { fixed: 8 * 2 ** 20, ofBuffers: 0.03, perConnection: 128 * 2 ** 10, perStatement: 512 };

/** What memory is reckoned from, in bytes and numbers. */
export interface MemoryUse {
  readonly sharedBuffers: number;
  readonly walBuffers: number;
  readonly workMemory: number;
  readonly hashMultiplier: number;
  readonly maintenance: number;
  readonly autovacuum: number;
  readonly autovacuumWorkers: number;
  readonly connections: number;
  readonly parallelWorkers: number;
  readonly walSenders: number;
  /** Statements whose figures are kept; 0 without pg_stat_statements. */
  readonly statements: number;
}

/** A part of the memory that a server may take at once. */
export interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
  /** How it comes about, with the values. */
  readonly formula: string;
}

/** What a server may take at most, against what it is allowed. */
export interface MemoryCommitment {
  readonly parts: readonly MemoryPart[];
  readonly total: number;
  /** Bytes of the container's limit. */
  readonly limit: number;
  readonly fits: boolean;
}

/**
 * What a server may take at once with the given settings; what is not given has the server's default.
 *
 *     shared_buffers + other shared memory
 *       + (max_connections + max_parallel_workers) × work_mem × hash_mem_multiplier
 *       + maintenance_work_mem + autovacuum_max_workers × autovacuum_work_mem
 *       + processes × (2.5 MiB + shared_buffers / 512)
 *
 * That is ALT-DB-010's sum with each process's own memory. One sort or hash for each connection at once is assumed, as the
 * server's documentation does in "Resource Consumption"; a statement may have more, most have none.
 */
export function memoryCommitment(
  settings: readonly Pick<ServerSetting, "name" | "value">[],
  { resources, major }: Pick<ServerSize, "resources" | "major">,
): MemoryCommitment {
  return commitment(memoryUseOf(settings, major), bytes(resources.limits.memory));
}

/** The same of numbers. */
export function commitment(use: MemoryUse, limit: number): MemoryCommitment {
  const { sharedBuffers, connections, parallelWorkers, autovacuumWorkers, walSenders } = use;
  const sorting = connections + parallelWorkers;
  const processes = sorting + autovacuumWorkers + walSenders;
  const pageTable = sharedBuffers * pageTablePart;
  const parts: MemoryPart[] = [
    { name: "shared_buffers", bytes: sharedBuffers, formula: "shared_buffers" },
    {
      name: "other shared memory",
      bytes:
        shared.fixed +
        shared.ofBuffers * sharedBuffers +
        shared.perConnection * connections +
        shared.perStatement * use.statements +
        use.walBuffers,
      formula: `8 MiB + 3 % of shared_buffers + ${connections} × 128 KiB + ${use.statements} statements × 512 bytes + wal_buffers`,
    },
    {
      name: "work_mem",
      bytes: sorting * use.workMemory * use.hashMultiplier,
      formula: `(${connections} connections + ${parallelWorkers} parallel workers) × work_mem × ${use.hashMultiplier}`,
    },
    { name: "maintenance_work_mem", bytes: use.maintenance, formula: "one index build or VACUUM by hand" },
    {
      name: "autovacuum_work_mem",
      bytes: autovacuumWorkers * use.autovacuum,
      formula: `${autovacuumWorkers} workers × autovacuum_work_mem`,
    },
    {
      name: "processes",
      bytes: serverBytes + processes * (processBytes + pageTable),
      formula: `8 MiB + ${processes} processes × (2.5 MiB + shared_buffers / 512 of page table)`,
    },
  ];
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  return { parts, total, limit, fits: total <= limit };
}

/** What the settings take, in numbers; what is not given has the server's default. */
export function memoryUseOf(settings: readonly Pick<ServerSetting, "name" | "value">[], major: number): MemoryUse {
  const given = new Map(settings.map(({ name, value }) => [name, value]));
  const read = <Result>(name: string, how: (text: string, parameter: Parameter) => Result) => {
    const parameter = parameterOf(name, major);
    return parameter && how(given.get(name) ?? parameter.default, parameter);
  };
  const memory = (name: string) => read(name, bytesOf) ?? 0;
  const count = (name: string) => read(name, numberOf) ?? 0;
  const [sharedBuffers, walBuffers] = [memory("shared_buffers"), memory("wal_buffers")];
  const [maintenance, autovacuum] = [memory("maintenance_work_mem"), memory("autovacuum_work_mem")];
  const libraries = given.get("shared_preload_libraries") ?? "";
  return {
    sharedBuffers,
    // -1: the server's own choice.
    walBuffers: walBuffers < 0 ? Math.min(sharedBuffers / 32, 16 * 2 ** 20) : walBuffers,
    workMemory: memory("work_mem"),
    hashMultiplier: count("hash_mem_multiplier"),
    maintenance,
    autovacuum: autovacuum < 0 ? maintenance : autovacuum,
    autovacuumWorkers: count("autovacuum_max_workers"),
    connections: count("max_connections"),
    parallelWorkers: Math.min(count("max_parallel_workers"), count("max_worker_processes")),
    walSenders: count("max_wal_senders"),
    statements: libraries.includes("pg_stat_statements") ? count("pg_stat_statements.max") : 0,
  };
}
