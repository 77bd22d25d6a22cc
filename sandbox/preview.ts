import path from "node:path";
import { parseStackCommand } from "./engine/arguments";
import { describeUnrendered, unrenderedCharts } from "./engine/charts";
import { describeChanges, type Digest, resourceKind } from "./engine/events";
import { describeFigures, stackFigures } from "./engine/figures";
import { finish } from "./engine/finish";
import { describeFailure, describePolicies } from "./engine/report";
import { openEngine, runOperation } from "./engine/session";
import { stackFile, stackExists, projectName } from "./engine/stack";
import { engineFolders } from "./engine/environment";
import { renderTable } from "./engine/table";
import { controlPlaneStatus } from "./control-plane";
import { controlPlaneFolder, projectRoot } from "./paths";
import { createProgress, silentProgress } from "./progress";

const USAGE = `usage: npm run preview -- [<stack>] [-C <folder>] [--json]
  Shows what the real engine would do with a stack (default dev), under the policy pack. Needs no cluster and no cloud
  account; changes nothing. Ends with the policies, and with what the reports say of capacity, disruption and cost.
  -C, --cwd  folder of another project, such as bootstrap, which has no reports`;

/** Counts of the resources, by kind; the stack and the providers are the engine's own. */
function countByKind(digest: Digest): Map<string, number> {
  const counts = new Map<string, number>();
  for (const urn of digest.seen.keys()) {
    const kind = resourceKind(urn);
    if (!/^(pulumi|provider) /.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

async function preview(args: string[]): Promise<number> {
  const command = parseStackCommand(args, USAGE, true);
  if (command.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const project = path.resolve(projectRoot(), command.cwd);
  stackFile(project, command.stack);
  const progress = process.stderr.isTTY || !command.json ? createProgress() : silentProgress;
  const { state } = engineFolders();
  const known = stackExists({ project: projectName(project), stack: command.stack, state });
  const cluster = (await controlPlaneStatus(controlPlaneFolder())).state === "running";
  const session = await openEngine({
    stack: command.stack,
    project,
    progress,
    temporary: !known,
    ...(cluster ? {} : { kubeconfig: "none" }),
  });
  try {
    const label = `pulumi preview ${command.stack}`;
    const result = await runOperation(session, "preview", ["--policy-pack", path.join(projectRoot(), "policies")], {
      progress,
      label,
    });
    const { digest } = result;
    if (result.code !== 0) {
      process.stderr.write(`${describeFailure(label, result, session.logFile)}\n`);
      return result.interrupted ? 130 : 1;
    }
    const changes = digest.changes ?? {};
    const unrendered = unrenderedCharts(digest);
    // The reports explain the platform; another project has none.
    const figures = project === projectRoot() ? await stackFigures(project, command.stack) : undefined;
    if (command.json) {
      const { violations } = digest;
      const policies = { evaluated: [...digest.policies].sort(), violations };
      const kinds = Object.fromEntries(countByKind(digest));
      process.stdout.write(
        `${JSON.stringify({ stack: command.stack, changes, kinds, unrendered, policies, ...figures }, undefined, 2)}\n`,
      );
      return 0;
    }
    const rows = [...countByKind(digest)].map(([kind, count]) => [kind, String(count)]);
    const against = known ? "the sandbox's state of this stack" : "an empty state";
    process.stdout.write(
      [
        renderTable([{ title: "KIND" }, { title: "RESOURCES", align: "right" }], rows),
        "",
        `Resources: ${describeChanges(changes, true)} (against ${against}${cluster ? "" : ", without a cluster"})`,
        ...describeUnrendered(unrendered),
        ...describePolicies(digest),
        ...(figures ? describeFigures(figures) : []),
        "",
      ].join("\n"),
    );
    return 0;
  } finally {
    session.close();
  }
}

void finish(preview(process.argv.slice(2)));
