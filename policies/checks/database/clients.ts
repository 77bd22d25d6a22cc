import { z } from "zod";
import { type Graph } from "../../graph/graph";
import { type Workload } from "../../graph/workload";

/** Who comes to a database, as rules take it for a setting. */
export const clientsSetting = z
  .array(
    z.strictObject({
      workload: z.string().min(1).describe("Kind/namespace/name of the caller"),
      to: z.string().min(1).describe("name of the server or pooler that it comes to"),
      connections: z.int().min(1).describe("connections that one of its pods opens at most"),
    }),
  )
  .default([])
  .describe("callers of databases");

export type Client = z.infer<typeof clientsSetting>[number];

/** The workload of a client, when it is among the resources. */
export function workloadOf({ workload }: Pick<Client, "workload">, graph: Graph): Workload | undefined {
  return graph.workloads.find(({ kind, object: { identity } }) => {
    return `${kind}/${identity.namespace ?? ""}/${identity.name}` === workload;
  });
}
