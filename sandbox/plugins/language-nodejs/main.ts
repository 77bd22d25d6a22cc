import { HOST_VERSION, languageHost } from "./host";
import { interruptAll } from "./processes";
import { servePlugin } from "./serve";

// pulumi-language-nodejs [flags] [engine address], as the engine calls it.
const args = process.argv.slice(2);
if (args.includes("--version") || args.includes("-version")) {
  process.stdout.write(`${HOST_VERSION}\n`);
} else {
  const engineAddress = args.find((argument) => !argument.startsWith("-") && /:\d+$/.test(argument)) ?? "";
  void servePlugin(languageHost(engineAddress), interruptAll);
}
