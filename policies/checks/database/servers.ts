import { type Field, UnknownValue } from "../../field";
import { type Graph } from "../../graph/graph";
import { apiGroup } from "../../graph/kinds";
import { type KubernetesObject } from "../../graph/object";
import { attempt } from "../../graph/selection";
import { objects } from "../../graph/subjects";
import { type Container, type Workload } from "../../graph/workload";
import { type Subject } from "../../rule";
import { imageName, runs } from "../stores";

/** Last parts of image repositories that hold a PostgreSQL server, with or without extensions. */
export const serverImages: readonly string[] = ["pgvector", "postgis", "postgres", "postgresql", "timescaledb"];

/** API group of CloudNativePG's resources. */
const operatorGroup = "postgresql.cnpg.io";

/** A server of a workload that the stack registers: one pod is the primary, and nobody promotes another by itself. */
export interface PlainServer {
  readonly form: "plain";
  readonly object: KubernetesObject;
  readonly workload: Workload;
  /** The container that runs the server. */
  readonly container: Container;
}

/** A Cluster of CloudNativePG: the operator makes the pods and promotes a replica when the primary is lost. */
export interface OperatedServer {
  readonly form: "cloudNativePg";
  readonly object: KubernetesObject;
}

/** A PostgreSQL server that the stack runs, in whatever form. */
export type DatabaseServer = PlainServer | OperatedServer;

/**
 * The servers of a stack: workloads with an image of PostgreSQL that do not end by themselves, and Clusters. A StatefulSet
 * whose image is not known is one subject that cannot be told.
 */
export function databaseServers(graph: Graph): Subject<DatabaseServer>[] {
  return [...graph.workloads.flatMap(plainServer), ...ofOperator(graph, "Cluster").map(operatedServer)];
}

/** Objects of a kind of CloudNativePG. */
export function ofOperator(graph: Graph, kind: string): Subject<KubernetesObject>[] {
  return objects(graph, kind).filter((subject) => apiGroup(subject.read().apiVersion) === operatorGroup);
}

function plainServer(workload: Workload): Subject<DatabaseServer>[] {
  if (workload.isJob) return [];
  const found = attempt(() => runs(workload, serverImages));
  // Most programs with an unknown image are no server; what has volumes of its own for each pod may be one.
  if (found === undefined || (found instanceof UnknownValue && workload.kind !== "StatefulSet")) return [];
  const { resource, identity } = workload.object;
  return [
    {
      resource,
      identity,
      read: () => {
        if (found instanceof UnknownValue) throw found;
        return { form: "plain", object: workload.object, workload, container: found };
      },
    },
  ];
}

function operatedServer({ resource, identity, read }: Subject<KubernetesObject>): Subject<DatabaseServer> {
  return { resource, identity, read: () => ({ form: "cloudNativePg", object: read() }) };
}

/** How many servers there are: the primary and its replicas. */
export function instancesOf(server: DatabaseServer, graph: Graph): number {
  if (server.form === "plain") return graph.minimumReplicas(server.workload) ?? 1;
  return server.object.spec.at("instances").number() ?? 1;
}

/** The property that says how many servers there are. */
export function instancesField({ form, object: { spec } }: DatabaseServer): Field {
  return spec.at(form === "plain" ? "replicas" : "instances");
}

/** What one server may take at most: `limits` of its resources. */
export function limitsOf(server: DatabaseServer): Field {
  const holder = server.form === "plain" ? server.container.field : server.object.spec;
  return holder.at("resources", "limits");
}

/** `postgres`, `postgresql`: what the image of a plain server is called. */
export function serverImage({ container }: PlainServer): string {
  return imageName(container) ?? "";
}
