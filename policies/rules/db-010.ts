import { z } from "zod";
import { memoryOf, type GivenSettings, pathOf, settingsOf, valueOf } from "../checks/database/settings";
import { databaseServers, limitsOf } from "../checks/database/servers";
import { parseQuantity } from "../graph/quantity";
import { defineRule, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  share: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("part of the memory limit that the settings may come to; the rest is for connections and page cache"),
});
type Settings = z.infer<typeof settings>;

const [kibibyte, mebibyte] = [2 ** 10, 2 ** 20];
/** What a number without unit counts in `shared_buffers`. */
const block = 8 * kibibyte;

const cluster = (workMem: string) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: {
      resources: { limits: { memory: "2Gi" } },
      postgresql: {
        parameters: {
          shared_buffers: "512MB",
          work_mem: workMem,
          maintenance_work_mem: "64MB",
          max_connections: "100",
        },
      },
    },
  });

export const rule = defineRule<Settings>({
  id: "ALT-DB-010",
  slug: "postgresql-memory-fits-the-limit",
  title: "Shared buffers, a sort on each connection and maintenance together fit into the memory limit",
  severity: "high",
  gate: "mandatory",
  scope: "stack",
  why:
    "The kernel ends whoever passes the limit, and with it the server: every connection is cut and the log is replayed, at " +
    "the very moment when all connections were busy. A limit that is only reached at full load is found by no test.",
  fix: "Lower work_mem, max_connections or shared_buffers, or raise the memory limit.",
  planSteps: ["3.4.1"],
  peers: [],
  settings,
  examples: {
    pass: { title: "a hundred sorts of 4 MB beside 512 MB in 2 GiB", manifests: [cluster("4MB")] },
    fail: { title: "a hundred of 64 MB", manifests: [cluster("64MB")] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { graph, settings: { share } }) {
        const limit = limitsOf(server).at("memory");
        const nano = parseQuantity(limit.numberOrText() ?? "");
        if (nano === undefined) return new NotApplicable("It has no memory limit, which ALT-K8S-002 judges.");
        const given = settingsOf(server, graph);
        if (given.hidden !== undefined && given.given.size === 0) return new NotApplicable(given.hidden);
        const bytes = Number(nano / 1_000_000_000n);
        const { total, lines } = commitment(given);
        if (total <= bytes * share) return undefined;
        const of = share < 1 ? `${Math.round(share * 100)} % of ` : "";
        const problem = `may take ${show(total)} (${lines.join(", ")}) of ${of}its limit of ${show(bytes)}`;
        yield {
          problem,
          path: pathOf(given, "shared_buffers"),
          fix: "lower work_mem, max_connections or shared_buffers, or raise the limit",
        };
        return undefined;
      },
    ),
  ],
});

/** What the settings let a server take at full load: buffers, one sort for each connection, and all of its maintenance. */
function commitment(given: GivenSettings): { readonly total: number; readonly lines: readonly string[] } {
  const memory = (name: string, unit: number) => memoryOf(valueOf(given, name), unit);
  const number = (name: string) => Number(valueOf(given, name));
  const buffers = memory("shared_buffers", block) ?? 0;
  const sort = memory("work_mem", kibibyte) ?? 0;
  const manual = memory("maintenance_work_mem", kibibyte) ?? 0;
  const automatic = memory("autovacuum_work_mem", kibibyte) ?? manual;
  const [connections, workers] = [number("max_connections"), number("autovacuum_max_workers")];
  return {
    total: buffers + sort * connections + manual + automatic * workers,
    lines: [
      `shared_buffers ${show(buffers)}`,
      `work_mem ${show(sort)} × ${connections} connections`,
      `maintenance ${show(manual)} + ${workers} × ${show(automatic)}`,
    ],
  };
}

function show(bytes: number): string {
  return `${Number((bytes / mebibyte).toFixed(1))} MiB`;
}
