import { type AnyCheck } from "../check";
import { bloatChecks } from "./bloat";
import { connectionsCheck } from "./connections";
import { foreignKeysCheck } from "./foreign-keys";
import { freezeCheck } from "./freeze";
import { heldCheck } from "./held";
import { indexesCheck } from "./indexes";
import { locksCheck } from "./locks";
import { partitionsCheck } from "./partitions";
import { queriesCheck } from "./queries";
import { logCheck, replicationCheck } from "./replication";
import { settingsCheck } from "./settings";
import { sizesCheck } from "./sizes";
import { statisticsCheck } from "./statistics";
import { vacuumCheck } from "./vacuum";
import { withoutStatementsCheck } from "./without-statements";

/** Every check, in the order that people read them. Those of one title are one section. */
export const checks: readonly AnyCheck[] = [
  settingsCheck,
  queriesCheck,
  withoutStatementsCheck,
  statisticsCheck,
  sizesCheck,
  indexesCheck,
  foreignKeysCheck,
  ...bloatChecks,
  connectionsCheck,
  locksCheck,
  vacuumCheck,
  heldCheck,
  freezeCheck,
  partitionsCheck,
  replicationCheck,
  logCheck,
];
