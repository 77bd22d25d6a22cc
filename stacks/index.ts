import { warn } from "@pulumi/pulumi/log";
import { allConfig } from "@pulumi/pulumi/runtime/config";
import type * as awsLayer from "../infra/aws";
import { createPlatform } from "../infra/platform";
import { type StackOutputs } from "../model/stack-outputs";
import { catalogue } from "./altlas";
import { stackOutputs } from "./outputs";
import { loadPlatform } from "./platform";
import { budgetWarning } from "./platform/cost";

// The program: one stack's settings and the catalogue make the platform; the platform becomes resources.
const { platform, cluster, settings } = loadPlatform(allConfig(), catalogue, process.cwd());
const warning = budgetWarning(settings, catalogue);
if (warning !== undefined) void warn(warning);
// A `require` at the place of use: stacks without AWS never load its SDK.
// eslint-disable-next-line @typescript-eslint/no-require-imports
createPlatform(platform, cluster, { aws: () => require("../infra/aws") as typeof awsLayer });

const outputs: StackOutputs = stackOutputs(platform);
export = outputs;
