/** `pulumi-resource-kubernetes [engine address]`: serves the provider and prints its port, as the engine expects. */
import { engineLog } from "./engine-log";
import { KubernetesProvider } from "./provider";
import { serve } from "./server";

async function main(): Promise<void> {
  const provider = new KubernetesProvider();
  const engine = process.argv.slice(2).find((argument) => /^[^-\s][^\s]*:\d+$/.test(argument));
  if (engine !== undefined) provider.log = engineLog(engine);
  const { port } = await serve(provider);
  process.stdout.write(`${port}\n`);

  // The engine interrupts a plugin that it needs no longer, and waits a second for those that go on.
  process.on("SIGINT", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
  // An engine that was killed cannot end its plugins: without a parent there is nobody to serve.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 2000).unref();
}

void main();
