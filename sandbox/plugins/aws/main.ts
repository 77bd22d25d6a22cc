import { version } from "@pulumi/aws/package.json";
import { servePlugin } from "../language-nodejs/serve";
import { awsProvider } from "./provider";

// pulumi-resource-aws [engine address], as the engine calls it. The provider needs nothing of the engine.
void servePlugin(awsProvider(version));
