import { controlPlaneStatus, type ControlPlaneStatus } from "../control-plane";
import { renderTable } from "../engine/table";
import { controlPlaneFolder } from "../paths";
import { type Command, parse, refuseExtra } from "./command";

const usage = "status [--json]";

/** Exit code of a status that is not "running": the one that service managers use for a stopped service. */
const NOT_RUNNING = 3;

/** What to do about a state. */
const REMEDIES: Readonly<Record<ControlPlaneStatus["state"], string>> = {
  absent: 'There is no control plane yet. "npm start" makes one and brings the stack up.',
  stopped: 'It is stopped; its data is kept. "npm start" or "npm run sandbox -- start" starts it again.',
  partial: 'Part of it does not run. "npm run sandbox -- start" repairs it.',
  running: "",
};

/** The status for people. */
export function describeStatus(status: ControlPlaneStatus): string {
  const { nodes } = status;
  const lines = [
    `control plane  ${status.state}${status.server === undefined ? "" : `  ${status.server}`}`,
    ...(nodes === undefined ? [] : [`nodes          ${nodes.ready} of ${nodes.total} ready`]),
    `kubeconfig     ${status.kubeconfig}`,
    "",
    renderTable(
      [{ title: "component" }, { title: "state" }, { title: "process", align: "right" }],
      status.components.map(({ name, running, pid }) => [
        name,
        running ? "running" : "stopped",
        pid === undefined ? "-" : String(pid),
      ]),
    ),
  ];
  const remedy = REMEDIES[status.state];
  return `${[...lines, ...(remedy === "" ? [] : ["", remedy])].join("\n")}\n`;
}

/** Shows what runs. */
export const status: Command = {
  summary: "show what runs",
  usage: `${usage}

  --json   for programs

Exit code 0 when all of it runs, ${NOT_RUNNING} otherwise.`,
  run: async (args) => {
    const { values, positionals } = parse(usage, args, { json: { type: "boolean", default: false } });
    refuseExtra(usage, positionals);
    const found = await controlPlaneStatus(controlPlaneFolder());
    process.stdout.write(values.json ? `${JSON.stringify(found, undefined, 2)}\n` : describeStatus(found));
    return found.state === "running" ? 0 : NOT_RUNNING;
  },
};
