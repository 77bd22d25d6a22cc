import { type Graph } from "../../graph/graph";
import { type Workload } from "../../graph/workload";
import { matching, readable } from "./known";
import { sqlSchemas } from "./sql";

/** All that a workload's containers are told: commands, arguments, literal values of variables. */
export function wordsOf(workload: Workload): string {
  return workload.containers
    .flatMap(({ field }) => [
      ...["command", "args"].flatMap((list) =>
        field
          .at(list)
          .items()
          .map((word) => word.text() ?? ""),
      ),
      ...field
        .at("env")
        .items()
        .map((variable) => `${variable.at("name").text() ?? ""}=${variable.at("value").text() ?? ""}`),
    ])
    .join("\n");
}

/** The CronJobs of a stack. */
export function cronJobs(graph: Graph): Workload[] {
  return graph.workloads.filter(({ kind }) => kind === "CronJob");
}

/** Whether a CronJob starts no run. */
export function isSuspended({ object: { spec } }: Workload): boolean {
  return spec.at("suspend").flag() === true;
}

/** Calls of procedures by which partitions are made and dropped: ours, and those of pg_partman. */
export const maintenanceCalls: readonly string[] = [
  "partitioning.maintain",
  "run_maintenance_proc",
  "partman.run_maintenance",
];

/**
 * The CronJobs that call one of the procedures.
 *
 * @throws UnknownValue when none is known to and one may.
 */
export function maintenanceJobs(graph: Graph, calls: readonly string[]): Workload[] {
  return matching(cronJobs(graph), (job) => {
    const words = wordsOf(job);
    return calls.some((call) => words.includes(call));
  });
}

/** Whether the SQL of a stack defines a routine that one of `calls` names and that bounds its waits for locks. */
export function routineBoundsLocks(graph: Graph, calls: readonly string[]): boolean {
  return readable(sqlSchemas(graph))
    .flatMap(({ statements }) => statements)
    .some(({ text }) => {
      const [, name = ""] = /^CREATE (?:OR REPLACE )?(?:PROCEDURE|FUNCTION) ([\w.]+)/i.exec(text) ?? [];
      const schema = name.split(".")[0] ?? "";
      // The procedure may leave the work to others of its schema.
      return calls.some((call) => call === name || call.startsWith(`${schema}.`)) && boundsLocks(text);
    });
}

/** Whether a text sets `lock_timeout` to anything but 0, which is no bound. */
export function boundsLocks(text: string): boolean {
  return [...text.matchAll(/\block_timeout\b['"]?\s*(?:=|TO\b|,)\s*['"]?([^\s'";,)]+)/gi)].some(
    ([, value = ""]) => !/^0\D*$/.test(value),
  );
}
