import { bytes, type Bytes, mebibytes, millicores } from "./quantity";
import { type Amounts, type Runtime } from "./service";

/** Environment variables by which a language runtime learns what its container may use. */
export type RuntimeSettings = Readonly<Record<string, string>>;

/** Memory limit below which a runtime cannot work, whatever its settings. */
export const minimumMemory: Readonly<Record<Runtime, Bytes>> = {
  // Node's share outside the old space (see `nodeReserve`) and a heap of 64 MiB to start Express with.
  node: "160Mi",
  // An idle FastAPI service of ALT_LAS takes 77 to 127 MiB (fact sheet, idle RSS).
  python: "128Mi",
  rust: "16Mi",
  // The Go runtime itself idles at some 10 MiB; the collector needs room to let garbage pile up.
  go: "32Mi",
};

/** Percent of the memory limit that Go's collector works towards; the rest is stacks of C code, and lateness. */
const goMemoryPercent = 90;

/** Percent of the memory limit for Node's old space; buffers, compression and TLS live outside the heap. */
const nodeHeapPercent = 75;

/**
 * MiB that Node takes outside the old space at least: young generation up to 48 (three semi-spaces of 16), code,
 * stacks and the binary's own data. In a small container three quarters would leave less than that.
 */
const nodeReserve = 96;

/**
 * Memory that each Python worker process must have before there is a second: workers share nothing, so each holds its
 * own models, and the plan gives its Python services 1 GiB to ask for with one process.
 */
const pythonWorkerMemory: Bytes = "1Gi";

/**
 * Heaps that glibc may keep. Its default is eight per core of the *node*, not of the limit, and each fragments on its
 * own, so the resident size grows until the kernel kills the container. Images on musl ignore the variable.
 */
const glibcArenas = { MALLOC_ARENA_MAX: "2" } as const;

/**
 * Settings that make a runtime respect its container's limits. Without them most runtimes look at the node: they
 * start a thread for each of its cores and are throttled, or let the heap grow past the limit and are killed.
 * Every memory amount is below the limit and none falls when a limit rises.
 *
 * @param limits what the container may use; at least {@link minimumMemory} and more than no CPU.
 */
export function runtimeSettings(runtime: Runtime, limits: Amounts): RuntimeSettings {
  const cores = limits.cpu;
  switch (runtime) {
    case "go":
      return {
        // Without it a 512 MiB heap may double before it is collected, whatever the limit is.
        GOMEMLIMIT: String(Math.floor((bytes(limits.memory) * goMemoryPercent) / 100)),
        // Go before 1.25 counts the node's cores; later versions count as we do.
        GOMAXPROCS: String(wholeCores(cores)),
      };
    case "node":
      // The size of libuv's thread pool stays at its default of 4: those threads wait for files and names
      // more than they compute, and under a limit of one or two cores more of them only share the same time.
      return { NODE_OPTIONS: `--max-old-space-size=${nodeHeapMebibytes(limits.memory)}` };
    case "python": {
      const workers = pythonWorkers(limits);
      // Numerical libraries start one thread for each core of the node in every worker.
      const threads = String(Math.max(1, Math.floor(wholeCores(cores) / workers)));
      return {
        // Read by uvicorn and gunicorn unless their command line says otherwise.
        WEB_CONCURRENCY: String(workers),
        OMP_NUM_THREADS: threads,
        OPENBLAS_NUM_THREADS: threads,
        MKL_NUM_THREADS: threads,
        ...glibcArenas,
      };
    }
    case "rust":
      // Tokio's own count reads the quota and rounds down, so that 1.5 cores leave half a core unused.
      return { TOKIO_WORKER_THREADS: String(wholeCores(cores)), ...glibcArenas };
  }
}

/** MiB of Node's old space for a memory limit. */
export function nodeHeapMebibytes(memory: Bytes): number {
  const limit = mebibytes(memory);
  return Math.min(Math.floor((limit * nodeHeapPercent) / 100), limit - nodeReserve);
}

/** Python worker processes: one for each whole core of the limit, as long as each has memory of its own. */
export function pythonWorkers(limits: Amounts): number {
  const byCpu = Math.floor(millicores(limits.cpu) / 1000);
  const byMemory = Math.floor(bytes(limits.memory) / bytes(pythonWorkerMemory));
  return Math.max(1, Math.min(byCpu, byMemory));
}

/**
 * The flags of Node's `NODE_OPTIONS` with ours added, unless they already bound the heap.
 * A service that only wants source maps must not lose its heap bound by saying so.
 */
export function mergeNodeOptions(given: string, derived: string): string {
  return /--max[-_]old[-_]space[-_]size/.test(given) ? given : `${given} ${derived}`.trim();
}

/** Cores of a limit, rounded up: a thread more than the quota is throttled a little, a thread less wastes it. */
function wholeCores(cpu: Amounts["cpu"]): number {
  return Math.max(1, Math.ceil(millicores(cpu) / 1000));
}
