import { z } from "zod";
import { clientsSetting, workloadOf } from "../checks/database/clients";
import { type Pooler, poolersOf } from "../checks/database/poolers";
import { databaseServers } from "../checks/database/servers";
import { type GivenSettings, numberIn, pathOf, quote, settingsOf } from "../checks/database/settings";
import { type Graph } from "../graph/graph";
import { defineRule, type Failure, NotApplicable, part } from "../rule";
import { object } from "./examples";

const settings = z.strictObject({
  clients: clientsSetting,
  databases: z
    .int()
    .min(1)
    .default(1)
    .describe("databases of a server, for poolers that pass on whatever database a client asks for"),
});
type Settings = z.infer<typeof settings>;

/** Connections that somebody may hold at the same time. */
interface Line {
  readonly what: string;
  readonly connections: number;
}

const [cluster, pooler] = [
  object("postgresql.cnpg.io/v1", "Cluster", "postgresql", {
    spec: { postgresql: { parameters: { max_connections: "100" } } },
  }),
  (limit: string) =>
    object("postgresql.cnpg.io/v1", "Pooler", "pgbouncer", {
      spec: {
        cluster: { name: "postgresql" },
        instances: 2,
        pgbouncer: { poolMode: "transaction", parameters: { max_db_connections: limit } },
      },
    }),
];

export const rule = defineRule<Settings>({
  id: "ALT-DB-009",
  slug: "postgresql-connections-fit-the-server",
  title: "All pools at their highest, poolers and direct callers, fit into the connections that a server takes",
  severity: "critical",
  gate: "mandatory",
  scope: "stack",
  why:
    "A server refuses the connection after its last, whoever asks: at the highest load new pods of one service lock out all " +
    "the others, and whoever looks for the reason. Each pod brings its own pool, so the autoscaler multiplies it.",
  fix: "Lower pools or replicas, put PgBouncer in front with max_db_connections, or raise max_connections with the memory for it.",
  planSteps: ["3.4.3"],
  peers: [],
  settings,
  examples: {
    pass: { title: "two poolers of 40", manifests: [cluster, pooler("40")] },
    fail: { title: "two poolers of 80", manifests: [cluster, pooler("80")] },
  },
  parts: [
    part(
      ({ graph }) => databaseServers(graph),
      function* (server, { graph, settings: options }) {
        const given = settingsOf(server, graph);
        const poolers = poolersOf(server, graph);
        const names = [server.object.name, ...(poolers.length === 0 ? options.clients.map(({ to }) => to) : [])];
        const direct = directLines(names, graph, options);
        if (poolers.length === 0 && direct.length === 0) {
          return new NotApplicable("Nothing says how many connections its callers open.");
        }
        if (given.hidden !== undefined && !given.given.has("max_connections")) return new NotApplicable(given.hidden);
        const unbounded = poolers.filter(({ perDatabase }) => perDatabase === undefined);
        for (const { title } of unbounded) {
          const problem = `is asked by ${title} for as many connections as its pools come to, which nothing bounds`;
          yield { problem, path: pathOf(given, "max_connections"), fix: `set max_db_connections of ${title}` };
        }
        yield* checkSum([...poolers.flatMap((each) => poolerLine(each, options)), ...direct], given);
        return undefined;
      },
    ),
  ],
});

function poolerLine({ title, replicas, perDatabase, perUsers, databases }: Pooler, options: Settings): Line[] {
  if (perDatabase === undefined) return [];
  const count = databases > 0 ? databases : options.databases;
  const all = perDatabase * count;
  if (perUsers !== undefined && perUsers < all) {
    return [{ what: `${title} ${replicas} × ${perUsers} of its users`, connections: replicas * perUsers }];
  }
  const of = count > 1 ? ` to each of ${count} databases` : "";
  return [{ what: `${title} ${replicas} × ${perDatabase}${of}`, connections: replicas * all }];
}

function directLines(names: readonly string[], graph: Graph, { clients }: Settings): Line[] {
  return clients.flatMap((client) => {
    const workload = names.includes(client.to) ? workloadOf(client, graph) : undefined;
    if (workload === undefined) return [];
    const pods = graph.maximumReplicas(workload) ?? 1;
    const what = `${workload.kind} ${workload.object.name} ${pods} × ${client.connections}`;
    return [{ what, connections: pods * client.connections }];
  });
}

function* checkSum(lines: readonly Line[], given: GivenSettings): Generator<Failure> {
  const number = (name: string) => Math.max(0, numberIn(given, name));
  const reserved = number("reserved_connections") + number("superuser_reserved_connections");
  const room = number("max_connections") - reserved;
  const asked = lines.reduce((sum, { connections }) => sum + connections, 0);
  if (asked <= room) return;
  const problem =
    `takes ${room} connections (${quote(given, "max_connections")}, ${reserved} of them reserved) and may be asked for ` +
    `${asked}: ${lines.map(({ what }) => what).join(", ")}`;
  yield {
    problem,
    path: pathOf(given, "max_connections"),
    fix: "lower pools or replicas, put a pooler in front, or raise max_connections with the memory for it",
  };
}
