import { allConfig } from "@pulumi/pulumi/runtime/config";
import { createPlatform } from "../infra/platform";
import { catalogue } from "./altlas";
import { stackOutputs, type StackOutputs } from "./outputs";
import { loadPlatform } from "./platform";

// The program: one stack's settings and the catalogue make the platform; the platform becomes resources.
const { platform, cluster } = loadPlatform(allConfig(), catalogue, process.cwd());
createPlatform(platform, cluster);

const outputs: StackOutputs = stackOutputs(platform);
export = outputs;
