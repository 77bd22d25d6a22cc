import { z } from "zod";
import { type Field } from "../../field";
import { type Graph } from "../../graph/graph";

/** What somebody must be told about partitions. */
export type PartitionAlert = "horizon" | "insertErrors" | "maintenance";

/** Alerts that are declared outside the manifests, as rules take them for a setting. */
export const alertsSetting = z
  .array(z.strictObject({ name: z.string().min(1), expression: z.string().min(1) }))
  .default([])
  .describe("alerts that the stack's monitoring has and its manifests do not show");

type Alerts = z.infer<typeof alertsSetting>;

/** Names and expressions by which an alert says what it is about. */
const meanings: Readonly<Record<PartitionAlert, RegExp>> = {
  horizon: /(?:periods|seconds|partitions?)_ahead|horizon_?(?:short|periods)|premade/i,
  insertErrors: /(?:without|no)_?partition|insert_?(?:error|failure)/i,
  maintenance:
    /since_success|maintenance_?late|last_(?:run|success)_(?:seconds|time)|cronjob_status_last_successful_time/i,
};

/** Whether somebody is told. Rules of the Prometheus operator are read too. */
export function hasAlert(about: PartitionAlert, declared: Alerts, graph: Graph): boolean {
  const tells = (name: string, expression: string) => meanings[about].test(`${name} ${expression}`);
  if (declared.some(({ name, expression }) => tells(name, expression))) return true;
  return graph
    .ofKind("PrometheusRule")
    .flatMap(({ spec }) => spec.at("groups").items())
    .flatMap((group) => group.at("rules").items())
    .some((rule) => tells(textOf(rule.at("alert")), textOf(rule.at("expr"))));
}

function textOf(field: Field): string {
  return String(field.numberOrText() ?? "");
}
