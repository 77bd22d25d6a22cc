import path from "node:path";
import { controlPlaneStatus, startControlPlane } from "./control-plane";
import { parseStackCommand, type StackCommand } from "./engine/arguments";
import { clusterIdentity, forgetIdentity, needsRefresh, rememberIdentity } from "./engine/cluster-identity";
import { describeChanges, type Digest } from "./engine/events";
import { finish } from "./engine/finish";
import { describeFailure, describePolicies } from "./engine/report";
import { type EngineSession, openEngine, runOperation } from "./engine/session";
import {
  clearPendingOperations,
  clearStaleLocks,
  removeBrokenAttributes,
  StackError,
  stackFile,
  summarizeState,
} from "./engine/stack";
import { listWorkloads, readWithKubectl, renderWorkloads, TABLE_KINDS, waitForPods } from "./engine/workloads";
import { withLock } from "./lock";
import { nodesOfStack } from "./nodes";
import { controlPlaneFolder, projectRoot, stateFolder } from "./paths";
import { createProgress, formatElapsed, type Progress } from "./progress";
import { ensureTools } from "./toolchain";

const USAGE = `usage: npm start [-- --stack <stack>] [-- --json]
  Brings a stack (default dev) up on the local control plane under the policy pack, waits until all pods run, and shows
  what runs. Safe to repeat: what is there stays.`;

/** Seconds for pods to run after the engine is done. The engine waits for workloads itself; this is for the rest. */
const POD_LIMIT_SECONDS = 120;
/** How long to wait for another Pulumi that works on the same stack. */
const LOCK_LIMIT_SECONDS = 300;

/** Clears what a killed run left, and waits for a run that is alive. */
async function takeStack(session: EngineSession, progress: Progress): Promise<void> {
  const end = Date.now() + LOCK_LIMIT_SECONDS * 1000;
  for (let told = false; ; told = true) {
    const [lock] = clearStaleLocks(session.place);
    if (!lock) {
      removeBrokenAttributes(session.place);
      return;
    }
    const who = `process ${lock.pid} of ${lock.username}@${lock.hostname}`;
    if (Date.now() > end)
      throw new StackError(
        `The stack "${session.place.stack}" is still locked by ${who}, since ${lock.timestamp}.\n` +
          "Wait for it to end, or end it, and run the command again.",
      );
    if (!told) progress.note(`Another Pulumi (${who}) is working on this stack; waiting for it`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Arguments that repair what an earlier run, or another cluster, left behind; none in the usual case. */
async function repairArguments(session: EngineSession, identity: string, progress: Progress): Promise<string[]> {
  const { resources, pending } = summarizeState(session.place);
  const scratch = path.join(path.dirname(session.folders.state), "repair");
  if (pending > 0) {
    progress.note(`An earlier run was cut off in ${pending} operations; comparing the state with the cluster`);
    await clearPendingOperations(session.place, scratch, session.run);
    return ["--refresh"];
  }
  if (resources > 1 && needsRefresh(session.place, identity)) {
    progress.note("The state is of another or an interrupted run; comparing it with the cluster");
    return ["--refresh"];
  }
  return [];
}

interface Outcome {
  digest: Digest;
  table: string;
  workloads: ReturnType<typeof listWorkloads>;
  pods: number;
}

async function bringUp(command: StackCommand, progress: Progress): Promise<Outcome | number> {
  const nodes = nodesOfStack(command.stack);
  const cluster = await startControlPlane({ nodes, progress });
  const { kubectl } = await ensureTools(["kubectl"], progress);
  const session = await openEngine({ stack: command.stack, kubeconfig: cluster.kubeconfig, progress });
  const read = readWithKubectl(kubectl, session.run.environment);
  await takeStack(session, progress);
  const identity = await clusterIdentity(read);
  const repair = await repairArguments(session, identity, progress);
  // Until this run succeeds nobody knows how far the state and the cluster agree.
  forgetIdentity(session.place);
  const label = `pulumi up ${command.stack}`;
  // The policy pack judges the update itself, before each resource is made, so a preview before it would only run the
  // program, the plugins and the policies a second time (measured: sandbox/engine/README.md).
  const args = ["--yes", "--skip-preview", "--policy-pack", "policies", ...repair];
  const result = await runOperation(session, "up", args, { progress, label, next: "waiting for pods" });
  if (result.code !== 0) {
    const { state, components } = await controlPlaneStatus(controlPlaneFolder());
    const missing = components.filter(({ running }) => !running).map(({ name }) => name);
    const cause =
      state === "running"
        ? undefined
        : `The local control plane stopped during the update: ${missing.join(", ") || "the API server"} does not run any more.`;
    const advice = result.interrupted
      ? "Run npm start again to go on from here."
      : cause === undefined
        ? "Nothing that was made is lost; after the cause is removed, run npm start again: it goes on from here."
        : "Nothing is lost: run npm start again; it starts what is missing and goes on from here. " +
          "What the control plane said last: npm run sandbox -- logs";
    const failure = describeFailure(label, result, session.logFile, cause);
    process.stderr.write(
      `${failure}\n${result.digest.mandatory.length > 0 && cause === undefined ? "" : `${advice}\n`}`,
    );
    return result.interrupted ? 130 : 1;
  }
  rememberIdentity(session.place, identity);
  const step = progress.step("pods");
  const report = await waitForPods(read, POD_LIMIT_SECONDS, ({ problems, running }) =>
    step.update(`${running} running, ${problems.length} not yet: ${problems[0] ?? ""}`),
  );
  if (report.problems.length > 0) {
    step.fail(`${report.problems.length} not running after ${POD_LIMIT_SECONDS} s`);
    const lines = report.problems.map((problem) => `  ✗ ${problem}`).join("\n");
    const next = "Look closer with: npm run sandbox -- kubectl get events --all-namespaces --sort-by .lastTimestamp";
    process.stderr.write(`The stack is up, but not everything runs:\n${lines}\n${next}\n`);
    return 1;
  }
  step.done(`all ${report.running} running`);
  const workloads = listWorkloads(await read(TABLE_KINDS));
  return { digest: result.digest, table: renderWorkloads(workloads), workloads, pods: report.running };
}

function nextCommands(stack: string): string[] {
  const dev = stack === "dev";
  return [
    "What to try next:",
    "  npm run sandbox -- kubectl get pods -A     look into the cluster",
    `  npm run preview${dev ? "" : ` -- ${stack}`}                            what the next update would change`,
    "  npm run report -- contracts                what each service must still do",
    `  eval "$(npm run -s sandbox -- env)"        then plain pulumi: pulumi preview -s ${stack} --policy-pack policies`,
    "  npm run sandbox -- stop                    stop it; npm start brings it back as it was",
  ];
}

async function start(args: string[]): Promise<number> {
  const command = parseStackCommand(args, USAGE);
  if (command.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const started = Date.now();
  stackFile(projectRoot(), command.stack);
  const progress = createProgress();
  const lock = path.join(stateFolder(), "start.lock");
  const onWait = (holder: number | undefined) =>
    progress.note(`Another npm start${holder === undefined ? "" : ` (process ${holder})`} is running; waiting for it`);
  const outcome = await withLock(lock, { onWait }, () => bringUp(command, progress));
  if (typeof outcome === "number") return outcome;
  const { digest, table, workloads, pods } = outcome;
  const changes = digest.changes ?? {};
  if (command.json) {
    const seconds = Math.round((Date.now() - started) / 1000);
    const policies = { evaluated: [...digest.policies].sort(), violations: digest.violations };
    const result = { stack: command.stack, changed: digest.changed, changes, policies, pods, workloads, seconds };
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    return 0;
  }
  const outcomeLine = digest.changed ? describeChanges(changes) : `no changes; ${describeChanges(changes)}`;
  process.stdout.write(
    [
      "",
      table,
      "",
      `Resources: ${outcomeLine}`,
      ...describePolicies(digest),
      `The stack ${command.stack} is up after ${formatElapsed(Date.now() - started)}. Nodes are simulated: pods are scheduled for real, nothing runs in them.`,
      "",
      ...nextCommands(command.stack),
      "",
    ].join("\n"),
  );
  return 0;
}

void finish(start(process.argv.slice(2)));
