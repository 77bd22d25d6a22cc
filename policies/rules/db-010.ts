import { pathOf, settingsOf } from "../checks/database/settings";
import { memoryCommitment } from "../../model/database/settings";
import { formatMebibytes } from "../../model/quantity";
import { databaseServers, limitsOf } from "../checks/database/servers";
import { parseQuantity } from "../graph/quantity";
import { defineRule, NotApplicable, part } from "../rule";
import { object } from "./examples";

const mebibyte = 2 ** 20;
const nanoUnits = 1_000_000_000n;

const cluster = (workMem: string) =>
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: {
      resources: { limits: { memory: "2Gi" } },
      postgresql: {
        parameters: {
          shared_buffers: "512MB",
          work_mem: workMem,
          max_parallel_workers: "2",
          maintenance_work_mem: "64MB",
          max_connections: "100",
        },
      },
    },
  });

export const rule = defineRule({
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
  examples: {
    pass: { title: "a hundred sorts of 4 MB beside 512 MB in 2 GiB", manifests: [cluster("4MB")] },
    fail: { title: "a hundred of 64 MB", manifests: [cluster("64MB")] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { graph }) {
        const limit = limitsOf(server).at("memory");
        const nano = parseQuantity(limit.numberOrText() ?? "");
        if (nano === undefined) return new NotApplicable("It has no memory limit, which ALT-K8S-002 judges.");
        const given = settingsOf(server, graph);
        if (given.hidden !== undefined) return new NotApplicable(given.hidden);
        const memory = formatMebibytes(Number(nano / (nanoUnits * BigInt(mebibyte))));
        const { parts, total, fits } = memoryCommitment(
          [...given.given].map(([name, { value }]) => ({ name, value })),
          { resources: { requests: { cpu: "1", memory }, limits: { cpu: "1", memory } }, major: given.major },
        );
        if (fits) return undefined;
        const lines = parts.map(({ formula, bytes }) => `${formula} = ${show(bytes)}`);
        yield {
          problem: `may take ${show(total)} of its limit of ${limit.numberOrText() ?? ""}: ${lines.join(", ")}`,
          path: pathOf(given, "shared_buffers"),
          fix: "lower work_mem, max_connections or shared_buffers, or raise the limit",
        };
        return undefined;
      },
    ),
  ],
});

function show(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`;
}
