import { renderProblems } from "../model/problem";
import { seededRandom } from "../model/random";
import { catalogue } from "../stacks/altlas";
import { findProblems } from "../stacks/platform/checks";
import { planLoad, stackLoad } from "../stacks/platform/load";
import { readStackFile } from "../stacks/settings/file";
import { readSettings } from "../stacks/settings/load";
import { type Settings } from "../stacks/settings/schema";
import { UsageError } from "../sandbox/engine/arguments";
import { finish } from "../sandbox/engine/finish";
import { projectRoot } from "../sandbox/paths";
import { createProgress } from "../sandbox/progress";
import { parseArguments, type RehearseCommand } from "./arguments";
import { startRehearsalCluster } from "./cluster";
import { rehearseDrains } from "./drain";
import { rehearseGenerated } from "./generated";
import { rehearseStack } from "./stack";
import { printDrains, printGenerated, printPools, printZone } from "./text";
import { rehearseZoneLoss } from "./zone";

const usage = `usage: npm run rehearse -- [<stack>] [--only scheduling|drain|zone] [--runs n] [--plan]
       npm run rehearse -- --generated <cases> [--pods usual|large] [--seed n] [--runs n]
  Tries on the real API server, scheduler and controllers, with simulated nodes, what the model says of a stack (default
  beta): that its pods fit, that each node can be drained, and what the loss of a zone takes. With --plan the plan's own
  numbers. With --generated the model's verdict on so many generated catalogues, with pods of usual sizes or of up to half
  a node. Exit code 1: something contradicts it.
`;

async function main(given: readonly string[]): Promise<number> {
  const command = parseArguments(given);
  if (command.help) {
    process.stdout.write(usage);
    return 0;
  }
  return command.generated === undefined ? await rehearse(command) : await generated(command, command.generated);
}

async function generated({ seed, runs, sizes }: RehearseCommand, cases: number): Promise<number> {
  const started = performance.now();
  const progress = createProgress();
  const cluster = await startRehearsalCluster(progress);
  try {
    const judged = await rehearseGenerated(cluster, { first: seed, cases, sizes, runs }, (note) => progress.note(note));
    process.stdout.write(printGenerated(judged, (performance.now() - started) / 1000));
    return judged.some(({ wrong }) => wrong) ? 1 : 0;
  } finally {
    await cluster.remove();
  }
}

async function rehearse({ stack, only, runs, plan, seed }: RehearseCommand): Promise<number> {
  const settings = readStack(stack);
  const load = plan ? planned(settings) : stackLoad(settings, catalogue);
  const progress = createProgress();
  const contradictions: unknown[] = [];
  const inCluster = async (work: (cluster: Awaited<ReturnType<typeof startRehearsalCluster>>) => Promise<void>) => {
    const cluster = await startRehearsalCluster(progress);
    try {
      await work(cluster);
    } finally {
      await cluster.remove();
    }
  };
  if (only.includes("scheduling")) {
    await inCluster(async (cluster) => {
      const pools = await rehearseStack(cluster, load, runs, seededRandom(seed));
      process.stdout.write(printPools(pools));
      contradictions.push(...pools.filter(({ wrong }) => wrong));
    });
  }
  // The plan's own numbers are about room; how they are disturbed is the stack's question.
  if (only.includes("drain") && !plan) {
    await inCluster(async (cluster) => {
      const drains = await rehearseDrains(cluster, load, { onDone: ({ node }) => progress.note(`drained ${node}`) });
      process.stdout.write(printDrains(drains));
      contradictions.push(...drains.filter(({ ended, below }) => !ended || below.length > 0));
    });
  }
  if (only.includes("zone") && !plan) {
    const [zone = ""] = load.pools[0]?.zones ?? [];
    await inCluster(async (cluster) => {
      const loss = await rehearseZoneLoss(cluster, load, zone);
      process.stdout.write(printZone(loss));
      contradictions.push(...loss.effects.filter(({ wrong }) => wrong));
    });
  }
  return contradictions.length > 0 ? 1 : 0;
}

function planned(settings: Settings) {
  const { pools, meshed } = planLoad(settings, catalogue);
  return { pools, footprints: meshed };
}

function readStack(stack: string): Settings {
  const file = readStackFile(stack, projectRoot());
  if ("problems" in file) throw new UsageError(renderProblems(`Stack ${stack} cannot be rehearsed`, file.problems));
  const { settings, problems: found } = readSettings(file.config);
  const problems = [...found, ...findProblems(settings, catalogue)];
  if (problems.length > 0) throw new UsageError(renderProblems(`Stack ${stack} cannot be rehearsed`, problems));
  // Without problems every key was read.
  return settings as Settings;
}

void finish(main(process.argv.slice(2)));
