import { type Graph } from "../../graph/graph";
import { isMeshed } from "../../graph/mesh";
import { mountedFiles } from "./mounted";
import { type DatabaseServer, serverImage } from "./servers";

/** A line of `pg_hba.conf`: who may come from where, and how they prove who they are. */
export interface AccessLine {
  /** As it stands there. */
  readonly text: string;
  /** `host`, `hostssl`, `hostnossl`, `local`, …. */
  readonly type: string;
  readonly databases: string;
  readonly users: string;
  /** `all`, a block of addresses, a name; empty for `local`. */
  readonly address: string;
  readonly method: string;
}

/** How a server lets clients in, as far as the stack shows it. */
export interface Access {
  /** In order: the first that fits decides. */
  readonly lines: readonly AccessLine[];
  /** Property of the server's object that holds them or names what does. */
  readonly path: string;
  /** Why they are not seen, as a sentence. */
  readonly hidden?: string;
}

/**
 * The line with which both end what nobody else has said: CloudNativePG's own, and that of the official image.
 *
 * Sources: https://cloudnative-pg.io/documentation/current/postgresql_conf/#the-pg_hba-section,
 * https://github.com/docker-library/postgres (docker-entrypoint.sh, pg_setup_hba_conf)
 */
const lastLine = "host all all all scram-sha-256";

/** @throws UnknownValue when the lines are not known. */
export function accessOf(server: DatabaseServer, graph: Graph): Access {
  if (server.form === "cloudNativePg") {
    const field = server.object.spec.at("postgresql", "pg_hba");
    const given = field.items().map((line) => line.text() ?? "");
    return { lines: linesOf([...given, lastLine]), path: field.path };
  }
  const { files, elsewhere } = mountedFiles(server.container, graph, (name) => name.includes("hba"));
  const [file] = files;
  if (file) return { lines: linesOf(file.text.split("\n")), path: file.path };
  const { path } = server.container.field.at("args");
  if (elsewhere.length > 0)
    return { lines: [], path, hidden: `Its ConfigMap ${elsewhere.join(", ")} is made elsewhere.` };
  if (serverImage(server) === "postgres") return { lines: linesOf([lastLine]), path };
  return { lines: [], path, hidden: "Its image decides who may come in." };
}

function linesOf(texts: readonly string[]): AccessLine[] {
  return texts.flatMap((text) => {
    const words = text.replace(/#.*$/, "").trim().split(/\s+/);
    const [type = "", databases = "", users = ""] = words;
    if (type === "" || type.startsWith("include")) return [];
    const isLocal = type === "local";
    // An address may have its mask beside it.
    const hasMask = !isLocal && /^\d+\.\d+\.\d+\.\d+$/.test(words[4] ?? "");
    const method = words[isLocal ? 3 : hasMask ? 5 : 4] ?? "";
    return [{ text: words.join(" "), type, databases, users, address: isLocal ? "" : (words[3] ?? ""), method }];
  });
}

/** Whether a line is about clients of the same machine. */
export function isLoopback({ type, address }: AccessLine): boolean {
  return type === "local" || /^(?:127\.|::1|localhost$|samehost$)/.test(address);
}

/** Whether a line refuses all that come without TLS. */
export function refusesPlain({ type, databases, users, address, method }: AccessLine): boolean {
  const everywhere = ["all", "0.0.0.0/0"].includes(address);
  return (
    (type === "host" || type === "hostnossl") &&
    databases === "all" &&
    users === "all" &&
    everywhere &&
    method === "reject"
  );
}

/** Whether a proxy encrypts what comes to the server. */
export function isInMesh(server: DatabaseServer, graph: Graph): boolean {
  if (server.form === "plain") return isMeshed(server.workload, graph);
  const { spec, namespace } = server.object;
  const key = "linkerd.io/inject";
  const own = spec.at("inheritedMetadata", "annotations", key).text() ?? graph.namespace(namespace)?.annotation(key);
  return own === "enabled";
}
