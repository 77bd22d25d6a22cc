import { version } from "@pulumi/random/package.json";
import { servePlugin } from "../language-nodejs/serve";
import { randomProvider } from "./provider";

// pulumi-resource-random [engine address], as the engine calls it. The provider needs nothing of the engine.
void servePlugin(randomProvider(version));
