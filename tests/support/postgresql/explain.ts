import { type Client } from "pg";

/** What a plan really did. */
export interface Executed {
  /** Tables (partitions) that were read, without those that the server left out or never came to. */
  readonly tables: readonly string[];
  /** Indexes that were read. */
  readonly indexes: readonly string[];
  /** Tables that were read from end to end. */
  readonly scanned: readonly string[];
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Loops": number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs a statement as a service does that prepared it long ago, with a plan that was made without its values, or an ad-hoc
 * one with a plan for them; and takes back what it changed.
 *
 * @param values expressions of SQL, one for each parameter
 */
export async function explain(
  client: Client,
  statement: { readonly sql: string; readonly parameters: readonly string[]; readonly adHoc?: true },
  values: readonly string[],
  role?: string,
): Promise<Executed> {
  const { sql, parameters, adHoc } = statement;
  await client.query(`BEGIN; SET LOCAL plan_cache_mode = force_${adHoc ? "custom" : "generic"}_plan`);
  try {
    if (role !== undefined) await client.query(`SET LOCAL ROLE ${role}`);
    await client.query(`PREPARE served ${parameters.length > 0 ? `(${parameters.join(", ")})` : ""} AS ${sql}`);
    const call = `EXECUTE served ${values.length > 0 ? `(${values.join(", ")})` : ""}`;
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${call}`,
    );
    const nodes = executed(rows[0]!["QUERY PLAN"][0].Plan);
    const scans = nodes.filter((node) => node["Relation Name"] !== undefined && node["Node Type"].endsWith("Scan"));
    return {
      tables: [...new Set(scans.map((node) => node["Relation Name"]!))],
      indexes: [...new Set(nodes.flatMap((node) => node["Index Name"] ?? []))],
      scanned: scans.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"]!),
    };
  } finally {
    await client.query("ROLLBACK; DEALLOCATE ALL");
  }
}

function executed(node: PlanNode): PlanNode[] {
  if (node["Actual Loops"] === 0) return [];
  return [node, ...(node.Plans ?? []).flatMap(executed)];
}
