import { getStack } from "@pulumi/pulumi";
import { warn } from "@pulumi/pulumi/log";
import { allConfig } from "@pulumi/pulumi/runtime/config";
import type * as awsLayer from "../infra/aws";
import { catalogue } from "./altlas";
import { loadPlatform } from "./platform";
import { budgetWarning } from "./platform/cost";
import { registerStack } from "./program";

// The program: one stack's settings and the catalogue make the platform; the platform becomes resources.
const stack = getStack();
const loaded = loadPlatform(allConfig(), catalogue, process.cwd(), stack);
const warning = budgetWarning(loaded.settings, catalogue);
if (warning !== undefined) void warn(warning);

// A `require` at the place of use: stacks without AWS never load its SDK.
// eslint-disable-next-line @typescript-eslint/no-require-imports
export = registerStack(loaded, stack, () => require("../infra/aws") as typeof awsLayer);
