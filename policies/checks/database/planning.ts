import { bytes, type Bytes, formatMebibytes } from "../../../model/quantity";
import { partitionProblems } from "../../../model/database/partitions";
import { type Failure } from "../../rule";
import { type PlannedTable } from "./plans";

/** Larger than any volume, where only the table itself is judged. */
const anyVolume: Bytes = "1048576Ti";

/**
 * What the planner finds wrong with one table, as failures of the object that carries the plan.
 *
 * @param settings Beginnings of the table's settings that the rule is about: `primaryKey`, `method.premake`.
 */
export function* tableFailures(planned: PlannedTable, settings: readonly string[]): Generator<Failure> {
  const { table, name, path } = planned;
  for (const { setting, value, why, remedy } of partitionProblems([table], anyVolume)) {
    const own = setting.split(`${name}.`)[1] ?? setting;
    if (!settings.some((each) => own.startsWith(each))) continue;
    const problem = `plans ${name} with ${own} ${JSON.stringify(value)}: ${uncapitalised(why)}`;
    yield { problem, path, fix: uncapitalised(remedy) };
  }
}

/**
 * What the planner finds wrong with all tables together on a volume.
 *
 * @param size Bytes of the volume of the data.
 * @param volume `100Gi of StatefulSet postgresql`, for sentences.
 */
export function* volumeFailures(tables: readonly PlannedTable[], size: number, volume: string): Generator<Failure> {
  const [first] = tables;
  if (first === undefined) return;
  const whole = formatMebibytes(Math.floor(size / bytes("1Mi")));
  const sound = tables.filter(({ table }) => partitionProblems([table], anyVolume).length === 0);
  for (const { why, remedy } of partitionProblems(
    sound.map(({ table }) => table),
    whole,
  )) {
    const problem = `plans more than fits on ${volume}: ${uncapitalised(why)}`;
    yield { problem, path: first.path, fix: uncapitalised(remedy) };
  }
}

/** A full sentence as a part of one. */
function uncapitalised(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}
