import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { clientFor } from "../control-plane/client";
import { isDaemonOf } from "../control-plane/components";
import { layoutOf } from "../control-plane/layout";
import { boundLog } from "../control-plane/logs";
import { endProcess, findStrays, processStart } from "../control-plane/processes";
import { COMPONENTS } from "../control-plane/types";
import { Provisioner } from "./provisioner";

/** Milliseconds between two looks at the logs and the folder. */
const HOUSEKEEPING_INTERVAL = 3000;
/** Milliseconds a neighbour gets to end by itself. */
const PATIENCE = 5000;

/**
 * The sandbox's own daemon: makes simulated volumes, keeps the logs of its neighbours bounded, and
 * ends them all when somebody has removed the folder from under them.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { folder: { type: "string" }, port: { type: "string" } } });
  const layout = layoutOf(values.folder ?? "");
  const controller = new AbortController();
  process.on("SIGTERM", () => controller.abort());
  process.on("SIGINT", () => controller.abort());
  const housekeeping = setInterval(() => {
    COMPONENTS.forEach((component) => boundLog(layout.log(component)));
    if (!existsSync(layout.settings)) {
      controller.abort();
    }
  }, HOUSEKEEPING_INTERVAL);
  const client = clientFor(layout, Number(values.port), "agent");
  await new Provisioner(client).run(controller.signal);
  clearInterval(housekeeping);
  client.close();
  if (!existsSync(layout.settings)) {
    for (const pid of findStrays(isDaemonOf(layout), new Set())) {
      await endProcess(pid, processStart(pid) ?? "", PATIENCE);
    }
  }
}

void main();
