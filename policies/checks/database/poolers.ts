import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";
import { attempt } from "../../graph/selection";
import { type Workload } from "../../graph/workload";
import { runs } from "../stores";
import { matching } from "./known";
import { mountedFiles } from "./mounted";
import { type DatabaseServer, ofOperator } from "./servers";

/** A pooler in front of a server. */
export interface Pooler {
  readonly name: string;
  /** `Pooler pgbouncer`, for sentences. */
  readonly title: string;
  /** Pods at their highest. */
  readonly replicas: number;
  /** Connections of one pod to one database at most; nothing when nothing bounds them. */
  readonly perDatabase: number | undefined;
  /** Connections of one pod over all users that it names, reserves included; nothing where it names none. */
  readonly perUsers?: number;
  /** Databases that it names; 0 when it passes on whatever a client asks for. */
  readonly databases: number;
}

const poolerImages = ["pgbouncer"];

/** The poolers of a server: those that say so, and workloads with an image of PgBouncer in the server's namespace. */
export function poolersOf(server: DatabaseServer, graph: Graph): Pooler[] {
  const { namespace, name } = server.object;
  const operated = matching(
    ofOperator(graph, "Pooler").map(({ read }) => read()),
    (pooler) => pooler.namespace === namespace && pooler.spec.at("cluster", "name").text() === name,
  ).map(({ name: own, spec }): Pooler => {
    const limit = spec.at("pgbouncer", "parameters", "max_db_connections");
    return {
      name: own,
      title: `Pooler ${own}`,
      replicas: spec.at("instances").number() ?? 1,
      perDatabase: bound(limit.numberOrText()),
      databases: 0,
    };
  });
  const workloads = matching(
    graph.workloads.filter(({ isJob }) => !isJob),
    (workload) => {
      const found = attempt(() => runs(workload, poolerImages));
      return found !== undefined && "role" in found && workload.object.namespace === namespace;
    },
  );
  return [...operated, ...workloads.map((workload) => ofWorkload(workload, graph))];
}

function ofWorkload(workload: Workload, graph: Graph): Pooler {
  const { kind, name } = workload.object;
  const container = runs(workload, poolerImages);
  const files = container ? mountedFiles(container, graph, (file) => file.endsWith(".ini")).files : [];
  const sections = sectionsOf(files.map(({ text }) => text).join("\n"));
  const databases = sections.get("databases") ?? new Map<string, string>();
  const users = [...(sections.get("users") ?? [])].map(([, options]) => Number(/pool_size=(\d+)/.exec(options)?.[1]));
  const reserve = Number(sections.get("pgbouncer")?.get("reserve_pool_size") ?? 0);
  const pools = users.reduce((sum, size) => sum + size + reserve, 0);
  return {
    ...(pools > 0 && { perUsers: pools }),
    name,
    title: `${kind} ${name}`,
    replicas: graph.maximumReplicas(workload) ?? 1,
    perDatabase: bound(sections.get("pgbouncer")?.get("max_db_connections") ?? variable(container?.field)),
    databases: databases.has("*") ? 0 : databases.size,
  };
}

/** Images without a file of their own take the setting from the environment. */
function variable(container: Field | undefined): string | undefined {
  return container
    ?.at("env")
    .items()
    .find((each) => /^(?:PGBOUNCER_)?MAX_DB_CONNECTIONS$/.test(each.at("name").text() ?? ""))
    ?.at("value")
    .text();
}

/** 0 is none. */
function bound(value: string | number | undefined): number | undefined {
  const number = Number(value ?? 0);
  return number > 0 ? number : undefined;
}

/** Entries of each section of a file such as `pgbouncer.ini`. */
function sectionsOf(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section = new Map<string, string>();
  for (const line of text.split("\n")) {
    const heading = /^\s*\[(.+?)\]/.exec(line)?.[1];
    const [, key = "", value = ""] = /^\s*([^;#\s=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (heading !== undefined) sections.set(heading, (section = sections.get(heading) ?? new Map<string, string>()));
    else if (key !== "") section.set(key, value);
  }
  return sections;
}
