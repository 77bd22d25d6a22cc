import { stopControlPlane } from "../control-plane";
import { controlPlaneFolder } from "../paths";
import { type Command, onWait, parse, refuseExtra } from "./command";

const usage = "stop";

/** Stops the control plane and keeps its data. */
export const stop: Command = {
  summary: "stop the control plane; what is in it stays",
  usage,
  run: async (args) => {
    refuseExtra(usage, parse(usage, args, {}).positionals);
    const stopped = await stopControlPlane(controlPlaneFolder(), { onWait });
    process.stdout.write(
      stopped === 0 ? "Nothing was running.\n" : `Stopped ${stopped} processes; the data stays for the next start.\n`,
    );
    return 0;
  },
};
