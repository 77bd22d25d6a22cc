import { type ServerSetting, type ServerSize } from "../server";
import { connectionSettings } from "./connections";
import { ioSettings } from "./io";
import { loggingSettings } from "./logging";
import { memoryUseOf } from "./commitment";
import { memorySettings, workMemoryText } from "./memory";
import { parallelSettings } from "./parallel";
import { type Parameter, parameterOf } from "./parameters";
import { plannerSettings } from "./planner";
import { type Computed, sizing, type Sizing } from "./sizing";
import { statisticsSettings } from "./statistics";
import { vacuumSettings } from "./vacuum";
import { walSettings } from "./wal";

/** Settings by what they are about, in the order in which a person reads them. */
const groups: readonly ((size: Sizing) => Computed[])[] = [
  connectionSettings,
  memorySettings,
  parallelSettings,
  ioSettings,
  walSettings,
  vacuumSettings,
  plannerSettings,
  loggingSettings,
  statisticsSettings,
];

/** Values in place of computed ones, by the parameter's name. */
export type Overrides = Readonly<Record<string, string>>;

/** Parameters of which more takes more memory, and leaves less to `work_mem`. */
export const memoryNames = [
  "work_mem",
  "shared_buffers",
  "hash_mem_multiplier",
  "maintenance_work_mem",
  "autovacuum_work_mem",
  "autovacuum_max_workers",
  "max_parallel_workers",
  "max_worker_processes",
  "max_wal_senders",
  "wal_buffers",
  "pg_stat_statements.max",
] as const;

/**
 * The settings of a server, each with its reason: computed from its size, and what a stack says in their place. Only those
 * that the major knows. `work_mem` gets what the others leave, the stack's included. Call it with what `settingProblems`
 * found nothing wrong in.
 */
export function serverSettings(size: ServerSize, overrides: Overrides = {}): ServerSetting[] {
  const numbers = sizing(size);
  const settings = withOverrides(computed(numbers), size.major, overrides);
  if ("work_mem" in overrides || !memoryNames.some((name) => name in overrides)) return settings;
  const value = workMemoryText(numbers, memoryUseOf(settings, size.major));
  return settings.map((one) => (one.name === "work_mem" ? { ...one, value } : one));
}

function computed(numbers: Sizing): Computed[] {
  return groups.flatMap((group) => group(numbers));
}

function withOverrides(settings: readonly Computed[], major: number, overrides: Overrides): ServerSetting[] {
  const names = new Set(settings.map(({ name }) => name));
  return [
    ...settings.flatMap((setting): ServerSetting[] => {
      const parameter = parameterOf(setting.name, major);
      return parameter ? [asSetting(setting, parameter, overrides)] : [];
    }),
    ...Object.entries(overrides).flatMap(([name, value]): ServerSetting[] => {
      const parameter = names.has(name) ? undefined : parameterOf(name, major);
      const why = `The stack's (altlas:database.settings); by default ${parameter?.default === "" ? "empty" : (parameter?.default ?? "")}.`;
      return parameter ? [{ name, value, why, restart: parameter.restart }] : [];
    }),
  ];
}

function asSetting({ name, value, why }: Computed, { restart }: Parameter, overrides: Overrides): ServerSetting {
  const own = overrides[name];
  if (own === undefined || own === value) return { name, value, why, restart };
  return { name, value: own, why: `The stack's (altlas:database.settings), in place of ${value}. ${why}`, restart };
}
