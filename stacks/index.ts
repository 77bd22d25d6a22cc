import { allConfig } from "@pulumi/pulumi/runtime/config";
import { createPlatform } from "../infra/platform";
import { type StackOutputs } from "../model/stack-outputs";
import { catalogue } from "./altlas";
import { stackOutputs } from "./outputs";
import { loadPlatform } from "./platform";

// The program: one stack's settings and the catalogue make the platform; the platform becomes resources.
const { platform, cluster } = loadPlatform(allConfig(), catalogue, process.cwd());
createPlatform(platform, cluster);

const outputs: StackOutputs = stackOutputs(platform);
export = outputs;
