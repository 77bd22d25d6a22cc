import { type AnyCheck } from "../check";
import { indexesCheck } from "./indexes";
import { queriesCheck } from "./queries";
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
  vacuumCheck,
];
